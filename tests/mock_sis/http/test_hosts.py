"""Which Host headers a mock answers to: a web page may rebind its own name to this machine."""

import socket

import httpx
import pytest
from click.testing import CliRunner

from mock_sis import cli
from mock_sis.server import serving

ASKED = "/_mock/health"


def told(port: int, *hosts: str, path: str = ASKED) -> int:
    """The status of a request with these Host headers, as they are, over a socket."""
    lines = [f"GET {path} HTTP/1.1", *(f"Host:{host}" for host in hosts), "Connection: close"]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        answer = connection.makefile("rb").read()
    return int(answer.split(b" ", 2)[1])


@pytest.fixture
def port(shared) -> int:
    """The port of a mock that listens on loopback."""
    return int(shared.otus.url.rpartition(":")[2])


LOOPBACK = (
    *(" localhost", " localhost:8101", " LocalHost:1", " localhost.", " localhost.:80"),
    *(" 127.0.0.1", " 127.0.0.1:9", " 127.8.9.10", " [::1]", " [::1]:8103", "127.0.0.1", " [0::1]"),
)
ELSEWHERE = (
    *(" rebound.example", " rebound.example:8101", " localhost.example", " 127.0.0.1.example"),
    *(" 192.0.2.1", " 0.0.0.0", " [::]", " [::2]:8101", " 128.0.0.1", " otus"),
    *(" localhost@rebound.example", " rebound.example#localhost", " localhost:1:2", " 127.1"),
    *(" localhost,rebound.example", " localhost rebound.example", " local\xe9", " [localhost]"),
    *(" localhost..", " .localhost", " ::1", " localhost:x"),
)


@pytest.mark.parametrize("host", LOOPBACK)
def test_on_loopback_this_machine_is_asked_by_its_own_names_with_any_port(port, host):
    assert told(port, host) == 200


@pytest.mark.parametrize("host", ELSEWHERE)
def test_on_loopback_another_name_gets_nothing(port, host):
    assert told(port, host) == 421


@pytest.mark.parametrize("path", ["/pages", "/v1/changes", "/w/nowhere/pages", ASKED])
def test_another_name_gets_nothing_from_any_part_of_a_mock(port, path):
    assert told(port, " rebound.example", path=path) == 421


def test_a_request_without_a_host_or_with_two_is_refused(port):
    assert told(port) == 400
    assert told(port, "") == 400
    assert told(port, " localhost", " rebound.example") == 400
    assert told(port, " localhost", " localhost") == 400


def test_on_another_bind_a_name_that_was_not_given_gets_nothing(world):
    named = ("otus", "Lakeview.example.")
    with serving("otus", world=world, host="0.0.0.0", allowed_hosts=named) as servers:
        port = int(servers.otus.url.rpartition(":")[2])
        for host in (" otus:8101", " OTUS", " lakeview.example", " localhost", " 127.0.0.1"):
            assert told(port, host) == 200, host
        # An address is no name: nobody can make it lead elsewhere.
        assert told(port, " 192.0.2.1:8101") == told(port, " [2001:db8::1]") == 200
        for host in (" skyward", " rebound.example", " otus.rebound.example"):
            assert told(port, host) == 421, host


def test_a_name_can_be_given_on_loopback_too(world):
    with serving("otus", world=world, allowed_hosts=["mock.example"]) as servers:
        port = int(servers.otus.url.rpartition(":")[2])
        assert told(port, " mock.example") == 200
        assert told(port, " 192.0.2.1") == 421


@pytest.mark.parametrize("name", ["two words", "http://otus", "otus:8101", "", "a..b"])
def test_what_is_no_name_cannot_be_given(name):
    done = CliRunner().invoke(cli.mock, ["otus", "--port", "0", "--allow-host", name])

    assert done.exit_code == 2
    assert "--allow-host" in done.stderr


def test_the_refusal_tells_what_to_do_and_does_not_repeat_the_name(client):
    refused = client.get(ASKED, headers={"Host": "rebound.example"})

    assert refused.status_code == 421
    assert "--allow-host" in refused.json()["detail"]
    assert "rebound" not in refused.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "localhost"])
def test_only_this_machine_reaches_a_loopback_bind_so_it_asks_for_no_token(host):
    assert cli.control_token(host, None) is None


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.0.2.1", "mock.example"])
def test_any_other_bind_asks_for_a_token(host, capfd):
    token = cli.control_token(host, None)
    assert token is not None
    assert len(token) == 32
    assert capfd.readouterr().err == f"control token {token}\n"


def test_the_name_that_a_mock_is_bound_to_is_one_of_its_names():
    from mock_sis.http.hosts import Hosts

    assert Hosts("Mock.example").take(b"mock.EXAMPLE:8101")
    assert not Hosts("127.0.0.1").take(b"mock.example")
    assert not Hosts("").take(b"mock.example")


# ---- what another page may not do ---------------------------------------------------------------


def origin_of(client: httpx.Client, scheme: str = "http") -> str:
    return f"{scheme}://{client.base_url.netloc.decode()}"


def test_the_scheme_is_part_of_the_origin(client):
    def reset(**headers: str) -> int:
        return client.post("/_mock/reset", headers=headers).status_code

    assert reset(Origin=origin_of(client)) == 204
    assert reset(Origin=origin_of(client).upper()) == 204
    assert reset(Origin=origin_of(client, "https")) == 403
    assert reset(Origin="null") == 403


def test_a_write_from_another_site_is_refused_even_where_no_origin_is_told(client):
    def reset(site: str) -> int:
        return client.post("/_mock/reset", headers={"Sec-Fetch-Site": site}).status_code

    assert reset("cross-site") == reset("Cross-Site") == 403
    assert reset("same-origin") == reset("none") == 204
    read = client.get(ASKED, headers={"Sec-Fetch-Site": "cross-site"})
    assert read.status_code == 200


@pytest.mark.parametrize("path", ["/pages", "/pages/log", "/pages/nowhere", "/"])
def test_no_page_can_be_put_into_a_frame(client, path):
    shown = client.get(path)

    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"].split("; ")
    assert shown.headers["x-frame-options"] == "DENY"


# ---- the token in an address --------------------------------------------------------------------


def test_a_token_in_an_address_goes_into_a_cookie_and_the_rest_of_it_stays(world):
    with (
        serving("otus", world=world, token="secret") as servers,
        httpx.Client(base_url=servers.otus.url, timeout=60) as browser,
    ):
        shown = browser.get("/pages/log?failed=1&token=secret&before=%2B5&q=")

        assert shown.status_code == 303
        assert shown.headers["location"] == "/pages/log?failed=1&before=%2B5&q="
        assert shown.headers["cache-control"] == "no-store"
        kept = shown.headers["set-cookie"].split("; ")
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(kept)
        assert "Secure" not in kept
        again = browser.get("/pages?token=secret")  # the cookie is there, the address is mended
        assert (again.status_code, again.headers["location"]) == (303, "/pages")
        assert httpx.get(f"{servers.otus.url}/pages?token=wrong").status_code == 401
        assert httpx.post(f"{servers.otus.url}/_mock/reset?token=secret").status_code == 401


def test_below_a_prefix_and_with_slashes_the_address_stays_on_this_mock(world):
    with serving("otus", world=world, token="secret") as servers:
        for path in ("/w/default/pages", "//elsewhere.example/pages", "/pages/"):
            url = f"{servers.otus.url}{path}?token=secret"
            location = httpx.get(url).headers.get("location", "/")
            assert location.startswith("/"), path
            assert not location.startswith("//"), path
        first = httpx.get(f"{servers.otus.url}/w/default/pages?token=secret")
        assert first.headers["location"] == "/w/default/pages"


def test_under_tls_the_cookie_goes_over_tls_alone(world, tmp_path):
    from datetime import UTC, datetime

    from mock_sis.serve.certificate import write_certificate

    pair = write_certificate(tmp_path, now=datetime.now(UTC))
    with (
        serving("otus", world=world, token="secret", certificate=pair) as servers,
        httpx.Client(base_url=servers.otus.url, verify=False, timeout=60) as browser,
    ):
        shown = browser.get("/pages?token=secret")
        assert "Secure" in shown.headers["set-cookie"].split("; ")
        assert browser.get("/pages").status_code == 200
