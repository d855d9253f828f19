"""A night whose only way out is a proxy: TLS on both sides goes through its tunnels."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mock_sis.serve.certificate import write_certificate
from mock_sis.server import serving
from tests.e2e.conftest import TRIES
from tests.e2e.support.district import District
from tests.e2e.support.night_work import fault, some_work
from tests.e2e.support.opening import closed, opened
from tests.proxy import ConnectProxy, connect_proxy, nobody

PASSWORD = "p@ss w:rd-of-nobody"


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PASSBACK_PROXY_PASSWORD", PASSWORD)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return write_certificate(tmp_path_factory.mktemp("tls"), now=datetime.now(UTC))


@pytest.fixture(scope="module")
def secured(servers, certificate):
    """The same worlds, https only."""
    with serving("otus", "skyward", worlds=servers.worlds, certificate=certificate) as running:
        yield running


@pytest.fixture
def proxy() -> Iterator[ConnectProxy]:
    with connect_proxy(f"passback:{PASSWORD}") as running:
        yield running


class Behind(District):
    """A district whose agent reaches both sides by https; tests speak to the mocks directly."""

    def reach(self, secured, certificate, way: str) -> None:
        """Write the configuration, *way* in both sections."""
        written = super().config
        text = written.read_text()
        for plain, safe in ((self.otus, secured.otus.url), (self.sis, secured.skyward.url)):
            world = plain.partition("/w/")[2]
            lines = f'"{safe}/w/{world}"\nca_file = "{certificate[0]}"\n{way}'
            text = text.replace(f'"{plain}"', lines)
        written.with_name("behind.toml").write_text(text)

    @property
    def config(self) -> Path:
        return self.folder / "behind.toml"


@pytest.fixture
def district(servers, tmp_path) -> Iterator[Behind]:
    found = opened(servers, "skyward", tmp_path, "behind")
    behind = Behind(otus=found.otus, sis=found.sis, folder=found.folder)
    behind.clear_otus()
    yield behind
    closed(servers, behind)


def way(url, password='{ env = "PASSBACK_PROXY_PASSWORD" }'):
    return f'proxy = "{url}"\nproxy_user = "passback"\nproxy_password = {password}'


def said(run) -> str:
    """The one line on standard error, which quotes nobody's password."""
    [line] = run.err.splitlines()
    for hidden in (PASSWORD, "passback-secret", "cGFzc2JhY2s6"):
        assert hidden not in run.out + run.err
    return line


def test_a_night_goes_through_it_and_it_sees_hosts_and_ports_alone(
    district, secured, certificate, proxy, tmp_path
):
    some_work(district)
    district.reach(secured, certificate, way(proxy.url))

    run = district.sync("--events", str(tmp_path / "events"))

    assert run.code == 0, run.err
    assert district.marks("a-1")["400011"] == "11.5"
    servers = {url.removeprefix("https://") for url in (secured.otus.url, secured.skyward.url)}
    assert {head[0] for head in proxy.asked} == {f"CONNECT {s} HTTP/1.1" for s in servers}
    events = (tmp_path / "events").read_text()
    assert PASSWORD not in run.out + run.err + events
    assert district.command("check", "-c", str(district.config)).code == 0


@pytest.mark.parametrize("excepted", [False, True])
def test_that_of_the_environment_is_used_where_the_configuration_says_so(
    district, secured, certificate, proxy, monkeypatch, excepted
):
    some_work(district)
    district.reach(secured, certificate, 'proxy = "environment"')
    user = "passback:p%40ss%20w%3Ard-of-nobody"
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//{user}@"))
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1" if excepted else "127.0.0.2")

    assert district.sync().code == 0
    assert bool(proxy.asked) is not excepted


def test_that_of_the_environment_is_left_alone_otherwise(
    district, secured, certificate, proxy, monkeypatch
):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    district.reach(secured, certificate, "")
    assert district.sync().code == 0
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("refusal", "told", "asked"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "the proxy does not let it through (403)", 1),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\nHTML", "the proxy cannot reach it (502)", TRIES),
        (b"SSH-2.0-x\r\n", "no connection to the proxy", TRIES),
    ],
)
def test_what_it_refuses_ends_the_night_before_anything_was_sent(
    district, secured, certificate, proxy, refusal, told, asked
):
    some_work(district)
    proxy.refuse = refusal
    district.reach(secured, certificate, way(proxy.url))

    run = district.sync()

    assert run.code == 6
    assert said(run) == f"passback: source: requestToken: {told}"
    assert (len(proxy.asked), proxy.carried) == (asked, 0)
    assert district.columns() == []


@pytest.mark.parametrize("lines", ["", 'proxy_user = "x"\nproxy_password = { file = "wrong" }'])
def test_without_the_right_credentials_it_is_asked_once(
    district, secured, certificate, proxy, tmp_path, lines
):
    (tmp_path / "wrong").write_text(f"{PASSWORD}!")
    district.reach(secured, certificate, f'proxy = "{proxy.url}"\n{lines}')

    run = district.sync()

    assert run.code == 6
    assert said(run).endswith(": the proxy wants credentials, or other ones (407)")
    assert len(proxy.asked) == 1


def test_one_that_is_down_is_told_from_a_server_that_is(district, secured, certificate):
    district.reach(secured, certificate, f'proxy = "{nobody()}"')
    run = district.sync()
    assert run.code == 6
    assert said(run) == "passback: source: requestToken: no connection to the proxy"


@pytest.mark.slow
def test_one_that_goes_away_after_a_write_leaves_a_night_to_be_resumed(
    district, secured, certificate, proxy
):
    some_work(district)
    fault(district, "delay", "putResult", seconds=0.3)
    district.reach(secured, certificate, way(proxy.url))
    with district.start_sync("--events", "-") as night:
        for line in night.stdout:
            if '"putResult"' in line:
                proxy.hang_up(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                break
        out, err = night.communicate(timeout=60)
    assert night.returncode == 5, err
    assert "run again to resume" in err
    assert PASSWORD not in out + err

    proxy.refuse = b""
    fault(district, "delay", "putResult", seconds=0)
    assert district.sync().code == 0
    assert district.marks("a-1")["400011"] == "11.5"
