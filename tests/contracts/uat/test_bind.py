"""`passback uat` for others than this computer: one name in all links, one token for all ports."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from click.testing import CliRunner

from agent.cli import passback
from contracts.uat.bind import Bind
from contracts.uat.registry import Registry
from contracts.uat.run import districts, pages
from mock_sis.control.guard import COOKIE
from tests.contracts.uat.over_http import links, run_tonight

TOKEN = "a-token/of+this test"
EVERYWHERE = "0.0.0.0"


@pytest.mark.parametrize(
    ("bind", "inside", "shown", "hosts"),
    [
        (Bind(), "127.0.0.1", "127.0.0.1", ["127.0.0.1"]),
        (Bind(host=EVERYWHERE), "127.0.0.1", "127.0.0.1", ["127.0.0.1"]),
        (Bind(host="192.0.2.7"), "192.0.2.7", "192.0.2.7", ["192.0.2.7"]),
        (
            Bind(host=EVERYWHERE, names=["uat.lake.example", "192.0.2.7"]),
            "127.0.0.1",
            "uat.lake.example",
            ["uat.lake.example", "192.0.2.7", "127.0.0.1"],
        ),
    ],
)
def test_links_have_the_first_name_and_the_agents_an_address(bind, inside, shown, hosts):
    assert (bind.inside, bind.shown, bind.hosts) == (inside, shown, hosts)


def test_the_mocks_ask_for_the_token_where_others_reach_them():
    assert Bind(token=TOKEN).mocks_token is None
    assert Bind(host="localhost", token=TOKEN).mocks_token is None
    assert Bind(host=EVERYWHERE, token=TOKEN).mocks_token == TOKEN
    assert TOKEN not in repr(Bind(token=TOKEN))
    assert Bind().token != Bind().token


class Open(NamedTuple):
    """A running one: what it printed, and its districts."""

    address: str
    registry: Registry


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """On every address of this machine, known as localhost and by another name."""
    folder = tmp_path_factory.mktemp("open") / "uat"
    bind = Bind(host=EVERYWHERE, names=["localhost", "uat.lake.example"], token=TOKEN)
    with districts(folder, bind=bind, base_port=0, policy=None) as registry:
        registry.make_up()
        with pages(registry, folder, bind=bind, port=0, named=False) as address:
            yield Open(address, registry)


@pytest.fixture
def browser(opened: Open) -> Iterator[httpx.Client]:
    """One that followed the printed address."""
    with httpx.Client(follow_redirects=True) as made:
        made.page = made.get(opened.address)
        yield made


def test_the_printed_address_and_every_link_have_the_first_name(opened, browser):
    assert re.fullmatch(r"http://localhost:\d+/\?token=a-token%2Fof%2Bthis%20test", opened.address)
    assert browser.page.status_code == 200
    assert len(links(browser.page)) > 5
    assert {httpx.URL(link).host for link in links(browser.page)} == {"localhost"}


def test_who_entered_opens_every_mock_without_another_token(opened, browser):
    for link in links(browser.page):
        assert browser.get(link).status_code == 200, link
        assert httpx.get(link).status_code == 401, link


def test_a_mock_leads_back_to_the_start_page(opened, browser):
    [district] = opened.registry.all()
    back = f"{opened.address.partition('/?')[0]}/districts/lakeview"
    assert back in links(browser.get(f"{district.roots['skyward']}/pages"))
    assert browser.get(back).status_code == 200


def test_the_mocks_cookie_is_kept_from_scripts_and_from_other_sites(opened):
    entered = httpx.get(opened.address)
    [cookie] = [c for c in entered.headers.get_list("set-cookie") if c.startswith(f"{COOKIE}=")]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert COOKIE not in httpx.get(opened.address.partition("?")[0]).cookies
    assert COOKIE not in httpx.get(opened.address.partition("?")[0] + "?token=wrong").cookies


def test_a_cookie_of_another_mock_on_this_computer_is_replaced(opened, browser):
    start = opened.address.partition("?")[0]
    assert COOKIE not in browser.get(start).cookies
    [kept] = [cookie for cookie in browser.cookies.jar if cookie.name == COOKIE]
    kept.value = "of-another-mock"
    browser.get(start)
    assert browser.get(opened.registry.all()[0].roots["otus"] + "/pages").status_code == 200


def test_the_control_plane_wants_the_token(opened):
    [district] = opened.registry.all()
    clock = f"{district.roots['skyward']}/_mock/clock"
    assert httpx.get(clock).status_code == 401
    assert httpx.get(clock, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(("name", "answers"), [("uat.lake.example", True), ("evil.example", False)])
def test_only_names_that_were_given_are_answered(opened, name, answers):
    [district] = opened.registry.all()
    start = httpx.get(opened.address, headers={"Host": name}).status_code
    mock = httpx.get(f"{district.roots['skyward']}/pages", headers={"Host": name}).status_code
    assert (start, mock) == ((303, 401) if answers else (400, 421))


def test_a_night_runs_and_its_agent_asks_by_an_address(opened, browser):
    for agent in opened.registry.agents():
        assert httpx.URL(agent.settings.sis.url).host == "127.0.0.1"
        assert httpx.URL(agent.places.gradebook("200001")).host == "localhost"
    result = run_tonight(browser, opened.address.partition("/?")[0], "lakeview-skyward")
    assert re.search(r"/agent/lakeview-skyward/runs/[\w-]+$", str(result.url))
    gradebook = f"{opened.registry.all()[0].roots['skyward']}/pages/classes/200001"
    assert gradebook in links(result) or "sent" in result.text


@pytest.mark.parametrize("host", ["::1", "127.0.0.1:8100"])
def test_a_host_that_is_none_is_one_line(host):
    done = CliRunner().invoke(passback, ["uat", "--host", host])
    assert done.exit_code == 2
    assert "an IPv4 address or a name is wanted" in done.stderr


def test_a_token_file_that_cannot_be_used_is_one_line(tmp_path: Path):
    file = tmp_path / "token"
    file.write_text("two words\n")
    for given in (file, tmp_path / "no" / "token"):
        done = CliRunner().invoke(passback, ["uat", "--port", "0", "--token-file", str(given)])
        assert done.exit_code == 2
        assert done.stderr.startswith("Error: --token-file: ")
