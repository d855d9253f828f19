"""Signing in by the form, by an address, or by a proxy's header; what fails has to wait."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import httpx
import pytest

from agent.serve.access.tokens import hash_of, new_token
from agent.serve.access.tries import FREE, KNOWN, LONGEST, Tries
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.jobs import Jobs
from agent.serve.server import serving
from tests.agent.serve.conftest import PRINCIPAL, TEACHER, TOKEN, person, settings

RUNS = "/agent/lakeview/runs"


class Clock:
    """Seconds that go on when told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def served(made_up, clock):
    return create_app(lambda: [made_up], Jobs(Nights()), hosts=[], clock=clock)


@pytest.fixture
def browser(served):
    return served.test_client()


def signed_in(browser, token, next_=RUNS, **more):
    """Paste a token into the form that the page *next_* shows."""
    page = unescape(browser.get(next_, **more).get_data(as_text=True))
    fields = dict(re.findall(r'name="(csrf_token|next)" value="([^"]*)"', page))
    return browser.post("/sign-in", data={**fields, "token": token}, **more)


def test_a_token_is_pasted_and_leads_to_what_was_asked_for(browser, ran):
    answer = signed_in(browser, f"  {PRINCIPAL}\n", f"{RUNS}/r-1/records?q=a%26b&page=1")
    assert answer.status_code == 303
    way_on = "http://localhost/agent/lakeview/runs/r-1/records?q=a%26b&page=1"
    assert answer.headers["Location"] == way_on
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert PRINCIPAL not in cookie
    assert "principal@school.example" in browser.get(way_on).get_data(as_text=True)


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("//elsewhere.example", "http://elsewhere.example", "/\\elsewhere.example", "x"),
        *("/\r\nSet-Cookie: a=b", "/\t/elsewhere.example", "/@elsewhere.example"),
    ],
)
def test_the_form_never_leads_to_another_host(browser, elsewhere):
    page = browser.get("/sign-in").get_data(as_text=True)
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
    fields = {"csrf_token": csrf, "token": PRINCIPAL, "next": elsewhere}
    answer = browser.post("/sign-in", data=fields)
    assert answer.headers["Location"].startswith("http://localhost/")


def test_signing_in_needs_the_forms_own_token_and_no_other_page(browser):
    assert browser.post("/sign-in", data={"token": PRINCIPAL}).status_code == 400
    page = browser.get("/sign-in").get_data(as_text=True)
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
    fields = {"csrf_token": csrf, "token": PRINCIPAL}
    foreign = {"Origin": "http://elsewhere.example"}
    assert browser.post("/sign-in", data=fields, headers=foreign).status_code == 403
    assert browser.get(RUNS).status_code == 401


def test_a_token_is_not_kept_and_its_hash_is_no_token(browser):
    token, hashed = new_token()
    assert len(token) >= 43
    assert new_token()[0] != token
    assert hash_of(token) == hashed
    assert browser.get(f"{RUNS}?token={hash_of(PRINCIPAL)}").status_code == 401


def test_signing_out_ends_it(browser):
    signed_in(browser, PRINCIPAL)
    page = browser.get(RUNS).get_data(as_text=True)
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
    assert browser.post("/sign-out").status_code == 400
    assert browser.post("/sign-out", data={"csrf_token": csrf}).status_code == 303
    assert browser.get(RUNS).status_code == 401


def test_after_its_hours_a_session_is_over(served, browser):
    signed_in(browser, PRINCIPAL)
    assert browser.get(RUNS).status_code == 200
    assert served.config["PERMANENT_SESSION_LIFETIME"] == timedelta(hours=12)
    served.config["PERMANENT_SESSION_LIFETIME"] = timedelta(seconds=-1)
    assert browser.get(RUNS).status_code == 401


def test_a_restart_without_a_token_of_the_app_ends_all_sessions(made_up, browser):
    signed_in(browser, PRINCIPAL)
    (cookie,) = browser._cookies.values()
    other = create_app(lambda: [made_up], Jobs(Nights()), hosts=[]).test_client()
    other.set_cookie(cookie.key, cookie.value)
    assert other.get(RUNS).status_code == 401


def test_an_app_without_a_token_takes_no_empty_one(browser):
    assert browser.get(f"{RUNS}?token=").status_code == 401
    assert signed_in(browser, "").status_code == 401


def test_wrong_tokens_wait_longer_and_longer_and_are_logged_without_their_text(
    browser, clock, capsys
):
    for _ in range(FREE):
        assert signed_in(browser, "wr0ng-t0ken").status_code in {401, 429}
    answer = signed_in(browser, PRINCIPAL)
    assert answer.status_code == 429
    assert "try again" in answer.get_data(as_text=True)
    assert browser.get(f"{RUNS}?token={PRINCIPAL}").status_code == 429
    clock.now += 1
    assert signed_in(browser, "wr0ng-t0ken").status_code == 429
    logged = capsys.readouterr().err
    assert [json.loads(line)["tries"] for line in logged.splitlines()] == [1, 2, 3, 4]
    assert {json.loads(line)["peer"] for line in logged.splitlines()} == {"127.0.0.1"}
    assert "wr0ng" not in logged
    clock.now += 2
    assert signed_in(browser, PRINCIPAL).status_code == 303


def test_pauses_are_by_address_bounded_and_forgotten_after_a_right_token(clock):
    tries = Tries(clock)
    for _ in range(50):
        tries.failed("a")
    assert tries.wait("a") == LONGEST
    assert tries.wait("b") == 0
    tries.succeeded("a")
    assert tries.wait("a") == 0
    for n in range(KNOWN + 5):
        tries.failed(f"p-{n}")
    assert tries.failed("p-0") == 1
    assert tries.failed(f"p-{KNOWN + 4}") == 2


# ---- a proxy that signs people in ---------------------------------------------------------------


@pytest.fixture
def behind(made_up, tmp_path):
    """Asks an app that relies on a proxy, from an address and with headers."""
    people = [
        {"name": "head@school.example", "role": "administrator"},
        person("teacher@school.example", TEACHER, "t-1"),
    ]

    def ask(peer, headers, trusted=None, path=RUNS):
        more = {"trusted_proxies": trusted} if trusted else {}
        own = settings(tmp_path, people, user_header="X-Forwarded-User", **more)
        app = create_app(lambda: [replace(made_up, settings=own)], Jobs(Nights()), hosts=[])
        return app.test_client().get(path, headers=headers, environ_overrides={"REMOTE_ADDR": peer})

    return ask


HEAD = {"X-Forwarded-User": "head@school.example"}


@pytest.mark.parametrize(
    ("peer", "headers", "trusted", "status"),
    [
        ("127.0.0.1", HEAD, None, 200),
        ("::1", HEAD, None, 200),
        ("10.1.2.3", HEAD, None, 401),
        ("10.1.2.3", HEAD, ["10.1.0.0/16"], 200),
        ("127.0.0.1", HEAD, ["10.1.0.0/16"], 401),
        ("unix", HEAD, None, 401),
        ("127.0.0.1", {"X-Forwarded-User": "nobody@school.example"}, None, 401),
        ("127.0.0.1", {"X-Forwarded-User": ""}, None, 401),
        ("127.0.0.1", {"X-Remote-User": "head@school.example"}, None, 401),
        ("127.0.0.1", {"X-Forwarded-User": "teacher@school.example"}, None, 403),
        ("10.1.2.3", {**HEAD, "X-Forwarded-For": "127.0.0.1"}, None, 401),
    ],
)
def test_a_name_is_believed_from_a_trusted_address_alone(behind, peer, headers, trusted, status):
    assert behind(peer, headers, trusted).status_code == status


def test_without_the_setting_a_header_says_nothing(browser):
    name = {"X-Forwarded-User": "principal@school.example"}
    assert browser.get(RUNS, headers=name).status_code == 401


def test_https_is_believed_of_a_trusted_proxy_alone(behind):
    over_tls = {**HEAD, "X-Forwarded-Proto": "https"}
    inside = behind("127.0.0.1", over_tls, path=f"{RUNS}?token={TEACHER}")
    assert "Secure" in inside.headers["Set-Cookie"]
    assert inside.headers["Location"].startswith("https://localhost/")
    outside = behind("10.1.2.3", over_tls, path=f"{RUNS}?token={TEACHER}")
    assert "Secure" not in outside.headers["Set-Cookie"]


def test_a_proxy_that_signs_nobody_in_is_believed_about_https_and_the_address(browser, capsys):
    over_tls = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.9.9, 10.0.0.7"}
    entered = browser.get(f"{RUNS}?token={TEACHER}", headers=over_tls)
    assert "Secure" in entered.headers["Set-Cookie"]
    assert entered.headers["Location"].startswith("https://localhost/")
    browser.get(f"{RUNS}?token=wrong", headers=over_tls)
    browser.get(f"{RUNS}?token=wrong", headers={"X-Forwarded-For": "\x1b[2J name"})
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [each["peer"] for each in logged] == ["10.0.0.7", "127.0.0.1"]


def test_what_a_proxy_says_arrives_over_a_socket(made_up, tmp_path):
    people = [{"name": "head@school.example", "role": "administrator"}]
    own = settings(tmp_path, people, user_header="X-Forwarded-User")
    app = create_app(lambda: [replace(made_up, settings=own)], Jobs(Nights()), hosts=[])
    with serving(app) as url, httpx.Client(base_url=url) as browser:
        answer = browser.get(RUNS, headers={**HEAD, "X-Forwarded-Proto": "https"})
        assert answer.status_code == 200
        assert "Secure" in answer.headers["Set-Cookie"]
        twice = [("X-Forwarded-User", "head@school.example"), ("X-Forwarded-User", "other")]
        assert browser.get(RUNS, headers=twice).status_code == 401
        underscore = {"X_Forwarded_User": "head@school.example"}
        assert browser.get(RUNS, headers=underscore).status_code == 401


def test_a_token_of_the_app_is_administrator_of_all(app):
    browser = app.test_client()
    assert signed_in(browser, TOKEN).status_code == 303
    assert browser.get(RUNS).status_code == 200
