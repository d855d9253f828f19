"""A plain `docker-compose up`: a district to try in a browser, from the address in the log."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from docker.models.containers import Container

from tests.containers.stack import TAG, Stack, until
from tests.containers.test_images import COMPILERS, INSTALLERS, importable, python
from tests.contracts.uat.over_http import links, run_tonight

STATE = "/var/lib/passback"


@pytest.fixture(scope="module")
def uat(project: Callable[[], Stack]) -> Iterator[Stack]:
    """It, up."""
    made = project()
    try:
        made.compose("build", "--quiet")
        made.compose("up", "-d")
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def container(uat: Stack) -> Container:
    """The only one."""
    [found] = uat.containers()
    return found


def printed(uat: Stack) -> list[str]:
    """The addresses in the log."""
    return re.findall(r"^open (\S+)$", uat.log("uat"), re.MULTILINE)


@pytest.fixture
def address(uat: Stack) -> str:
    """The one to open."""
    return until(lambda: printed(uat))[-1]


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """One that opened it."""
    with httpx.Client(follow_redirects=True, timeout=60) as made:
        made.get(address)
        yield made


def test_the_log_shows_one_line_with_the_address(uat, address):
    assert uat.log("uat") == f"open {address}\n"
    assert address.startswith(f"http://localhost:{uat.ports['uat']}/?token=")


def test_the_address_leads_to_the_start_page(browser, address):
    page = browser.get(address)
    assert page.status_code == 200
    assert "Lakeview School District" in page.text
    dress = re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', page.text)
    assert dress
    assert {browser.get(str(page.url.join(url))).status_code for url in dress} == {200}
    assert httpx.get(address.partition("?")[0]).status_code == 401


def test_every_link_to_a_mock_opens_with_the_cookie(browser, address):
    found = links(browser.get(address))
    assert {httpx.URL(link).host for link in found} == {"localhost"}
    assert len({httpx.URL(link).port for link in found}) == 3
    for link in found:
        assert browser.get(link).status_code == 200, link
        assert httpx.get(link).status_code == 401, link


def test_a_night_runs(browser, address):
    [gradebook] = [link for link in links(browser.get(address)) if "/classes/" in link]
    before = browser.get(gradebook).text
    result = run_tonight(browser, address.partition("/?")[0], "lakeview-skyward")
    assert re.search(r"/agent/lakeview-skyward/runs/[\w-]+$", str(result.url))
    assert browser.get(gradebook).text.count("<th") > before.count("<th")


def test_it_becomes_healthy_and_is_published_on_loopback(uat, container):
    until(lambda: uat.healthy("uat"), 60)
    container.reload()
    published = container.attrs["NetworkSettings"]["Ports"]
    row = range(uat.ports["uat"], uat.ports["uat_last"] + 1)
    shown = {
        (one["HostIp"], one["HostPort"]) for ports in published.values() for one in ports or ()
    }
    assert shown == {("127.0.0.1", str(port)) for port in row}


def test_it_is_locked_down(uat, container):
    host = container.attrs["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Privileged"] is False
    _, out = uat.shell("uat", "cat /proc/self/status; stat -c %a control-token world.db")
    assert re.search(r"^Uid:\s+10001\s", out, re.MULTILINE)
    assert re.search(r"^CapEff:\s+0+$", out, re.MULTILINE)
    assert out.split()[-2:] == ["600", "600"]
    assert uat.shell("uat", "touch /opt/passback/x")[0] != 0


def test_the_image_holds_what_it_needs_and_nothing_to_build_with(uat):
    assert importable(uat, "uat", INSTALLERS) == []
    wanted = ["matplotlib", "waitress", "schemathesis", "pytest", "locust", "tests"]
    assert importable(uat, "uat", wanted) == ["matplotlib", "waitress"]
    assert python(uat, "uat", f"import shutil as s; print(*filter(s.which, {COMPILERS!r}))") == "\n"
    config = uat.engine.images.get(f"passback-uat:{TAG}").attrs["Config"]
    assert (config["User"], config["Entrypoint"]) == ("10001:10001", ["passback"])


def test_a_report_can_be_made_in_the_container(uat):
    """The pictures of the report want a folder for matplotlib, which /tmp has."""
    code, out = uat.shell("uat", "python -c 'import matplotlib.figure as f; print(f.Figure())'")
    assert (code, "not a writable" in out) == (0, False), out


def test_after_a_restart_the_address_and_the_district_are_the_same(uat, address, browser):
    result = run_tonight(browser, address.partition("/?")[0], "lakeview-powerschool")
    uat.compose("down", "-t", "20")
    uat.compose("up", "-d")
    assert until(lambda: printed(uat)) == [address]
    assert without_tokens(browser.get(result.url).text) == without_tokens(result.text)


def without_tokens(page: str) -> str:
    """A page without what is another one each time: the tokens of its buttons."""
    return re.sub(r'"[\w.-]{80,}"', '""', page)
