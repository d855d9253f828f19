"""One check before every page and every button, also those of blueprints that came later."""

import re
import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.jobs import Jobs
from agent.serve.server import serving
from tests.agent.serve.conftest import TOKEN

PAGES = ["/", "/agent/", "/agent/lakeview/runs", "/kit", "/none"]


@pytest.fixture
def csrf(client):
    return re.search(r'value="([^"]+)"', client.get("/kit").get_data(as_text=True))[1]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%C3%A9%00"])
def test_without_the_token_there_is_no_page(app, address, query):
    answer = app.test_client().get(address + query)
    assert answer.status_code == 401
    text = answer.get_data(as_text=True)
    assert "Not signed in" in text
    assert "Lakeview" not in text


def test_without_the_token_there_is_no_button(app):
    assert app.test_client().post("/kit").status_code == 401
    assert app.test_client().post(f"/kit?token={TOKEN}").status_code == 401


def test_the_token_becomes_a_cookie_and_leaves_the_address(app):
    browser = app.test_client()
    answer = browser.get(f"/agent/lakeview/runs?a=1&token={TOKEN}&a=%2F2")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "http://localhost/agent/lakeview/runs?a=1&a=%2F2"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("passback_pages_80=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert TOKEN not in cookie
    assert browser.get("/agent/").status_code == 303
    over_tls = app.test_client().get(f"/agent/?token={TOKEN}", base_url="https://localhost")
    assert "Secure" in over_tls.headers["Set-Cookie"]


def test_the_way_on_never_leads_to_another_host(app):
    answer = app.test_client().get(
        f"/?token={TOKEN}", environ_overrides={"PATH_INFO": "//elsewhere.example/x"}
    )
    assert answer.headers["Location"].startswith("http://localhost/")


def test_a_cookie_of_another_token_is_none(app, made_up, client):
    other = create_app(lambda: [made_up], Jobs(Nights()), token="another", hosts=[]).test_client()
    [value] = [c.value for c in client._cookies.values()]
    other.set_cookie("passback_pages_80", value)
    assert other.get("/agent/").status_code == 401


@pytest.mark.parametrize(
    ("host", "taken"),
    [
        *(("localhost:8104", True), ("127.0.0.1:1", True), ("[::2]:8104", False)),
        *(("passback.school.example", True), ("elsewhere.example", False), ("10.0.0.1", False)),
        *(("localhost.elsewhere.example", False), ("", False), ("local host", False)),
    ],
)
def test_only_known_names_are_answered(client, host, taken):
    answer = client.get("/agent/lakeview/runs", headers={"Host": host})
    assert (answer.status_code != 400) == taken
    if not taken:
        assert "do not answer under this name" in answer.get_data(as_text=True)


def test_a_foreign_name_gets_no_cookie_for_the_token(app):
    answer = app.test_client().get(f"/?token={TOKEN}", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost:8103"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_button_is_pressed_from_a_page_of_ours_alone(client, csrf, headers, status):
    answer = client.post("/kit", data={"csrf_token": csrf}, headers=headers)
    assert answer.status_code == status


def test_a_button_needs_the_token_of_its_form(client):
    for data in ({}, {"csrf_token": "wrong"}):
        answer = client.post("/kit", data=data)
        assert answer.status_code == 400
        assert "out of date" in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/agent/", "/kit", "/none", "/agent/static/pages.css"])
def test_nothing_from_elsewhere_is_loaded_and_no_page_is_kept(client, address):
    answer = client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert ("no-store" in answer.headers["Cache-Control"]) == ("static" not in address)


def test_the_look_comes_from_the_package(app, client):
    page = client.get("/agent/lakeview/runs").get_data(as_text=True)
    assert "/bootstrap/static/css/bootstrap.min.css" in page
    assert "//cdn" not in page
    found = app.test_client().get("/bootstrap/static/css/bootstrap.min.css")
    assert found.status_code == 200


def test_other_parts_add_entries_to_the_navigation(client):
    page = client.get("/agent/lakeview/runs").get_data(as_text=True)
    assert '<a class="nav-link" href="/kit">Start &lt;here&gt;</a>' in page


def test_the_app_answers_on_a_port_until_the_block_ends(app):
    import httpx

    with serving(app) as url, httpx.Client() as browser:
        assert browser.get(f"{url}/agent/").status_code == 401
        answer = browser.get(f"{url}/agent/?token={TOKEN}")
        assert [*answer.cookies.keys()] == [f"passback_pages_{url.rpartition(':')[2]}"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_nobody_fills_the_disk_or_takes_all_connections(app):
    with serving(app) as url, ExitStack() as stack:
        at = urlsplit(url).hostname, urlsplit(url).port
        head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: "

        def begun(size):
            other = stack.enter_context(socket.create_connection(at, timeout=10))
            other.sendall(head + size + b"\r\n\r\nx")
            return other

        # Refused by its length alone, before its bytes.
        assert begun(b"50000000").recv(12) == b"HTTP/1.1 413"
        for _ in range(150):
            begun(b"1000")
        assert httpx.get(f"{url}/sign-in").status_code == 200
