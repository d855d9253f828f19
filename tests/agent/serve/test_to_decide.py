"""What waits for a person: listed, decided by an administrator, with name and reason."""

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape

import pytest

from agent.decide.person.decision import Choice
from agent.domain import Progress
from agent.records import State
from tests.agent.ledger.records_of_a_school import a_score, a_state, pull
from tests.agent.serve.conftest import NASTY, PRINCIPAL, TEACHER

WAITING = "/agent/lakeview/waiting"
HELD = a_state(
    State.HELD, student="s-2", codes=("score_withdrawn",), reason=f"8 stands there {NASTY}"
)


@pytest.fixture
def held(ran):
    """A ledger with one held score and one that the SIS refused."""
    pull(ran, a_score(student="s-2", points=None, progress=Progress.NOT_SUBMITTED))
    ran.records.record("r-1", [HELD, a_state(State.REJECTED, student="s-1", reason="no")])
    return ran


@pytest.fixture
def principal(app):
    """A browser in which an administrator of the district has signed in."""
    browser = app.test_client()
    browser.get(f"/agent/?token={PRINCIPAL}")
    return browser


def page_of(browser, address=WAITING):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def form_of(page, student="s-2"):
    """The hidden fields of the form about a student, and its buttons."""
    for form in re.findall(r'<form method="post" action="[^"]*decide".*?</form>', page, re.DOTALL):
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        if fields["student"] == student:
            buttons = re.findall(r'name="choice" value="(\w+)"', form)
            return {name: unescape(value) for name, value in fields.items()}, buttons
    raise AssertionError(page)


def pressed(browser, choice, reason="the coach said so", address=WAITING, **changed):
    fields, _ = form_of(page_of(browser, address))
    data = {**fields, "choice": choice, "reason": reason, **changed}
    return browser.post("/agent/lakeview/decide", data=data)


def test_what_waits_is_listed_with_the_buttons_that_fit(held, principal):
    page = page_of(principal)
    assert form_of(page, "s-2")[1] == ["send", "keep", "ignore"]
    assert form_of(page, "s-1")[1] == ["keep", "ignore"]
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page
    assert "/scores/a-1/s-1" not in page_of(principal, f"{WAITING}?state=held")
    assert "/scores/a-1/s-2" not in page_of(principal, f"{WAITING}?q=ada")


@pytest.mark.parametrize("choice", ["send", "keep", "ignore"])
def test_a_decision_is_kept_with_name_time_and_reason(held, principal, choice):
    answer = pressed(principal, choice)
    assert answer.status_code == 303
    [decision] = held.decisions.open()
    assert decision.choice == Choice(choice)
    assert decision.key == HELD.key
    assert decision.by == "principal@school.example"
    assert decision.reason == "the coach said so"
    assert "/scores/a-1/s-2" not in page_of(principal)
    shown = page_of(principal, "/agent/lakeview/decisions")
    assert "principal@school.example" in shown
    assert "Wed, Oct 14, 2026, 22:00: the coach said so" in shown
    way = page_of(principal, "/agent/lakeview/scores/a-1/s-2")
    assert "Decided by principal@school.example" in way


def test_a_decision_is_taken_back(held, principal):
    pressed(principal, "ignore")
    fields, buttons = form_of(page_of(principal, "/agent/lakeview/decisions"))
    assert buttons == ["release"]
    data = {**fields, "choice": "release", "reason": "a mistake"}
    assert principal.post("/agent/lakeview/decide", data=data).status_code == 303
    assert held.decisions.open() == []
    assert "/scores/a-1/s-2" in page_of(principal)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"reason": "  "}, 400),
        ({"choice": "resend"}, 409),
        ({"choice": "undone"}, 409),
        ({"choice": "nothing"}, 409),
        ({"student": "none"}, 409),
        ({"assessment": "none"}, 409),
        ({"seen": "something else"}, 409),
        ({"csrf_token": "wrong"}, 400),
    ],
)
def test_what_cannot_be_decided_is_refused_and_not_kept(held, principal, changed, status):
    fields, _ = form_of(page_of(principal))
    data = {**fields, "choice": "send", "reason": "why", **changed}
    assert principal.post("/agent/lakeview/decide", data=data).status_code == status
    assert held.decisions.open() == []


def test_what_changed_since_the_page_was_loaded_is_not_decided(held, principal):
    fields, _ = form_of(page_of(principal))
    held.records.record("r-1", [a_state(State.HELD, student="s-2", reason="something else")])
    data = {**fields, "choice": "send", "reason": "why"}
    answer = principal.post("/agent/lakeview/decide", data=data)
    assert "has changed since" in answer.get_data(as_text=True)
    assert held.decisions.open() == []


def test_two_people_do_not_decide_over_each_other(held, principal):
    fields, _ = form_of(page_of(principal))
    data = {**fields, "reason": "why"}
    first = principal.post("/agent/lakeview/decide", data={**data, "choice": "keep"})
    second = principal.post("/agent/lakeview/decide", data={**data, "choice": "send"})
    assert (first.status_code, second.status_code) == (303, 409)
    assert [each.choice for each in held.decisions.open()] == [Choice.KEEP]


def test_of_many_who_press_at_once_one_decides(held, principal, app):
    fields, _ = form_of(page_of(principal))
    data = {**fields, "reason": "why"}
    [cookie] = principal._cookies.values()

    def press(choice):
        browser = app.test_client()
        browser.set_cookie(cookie.key, cookie.value)
        return browser.post("/agent/lakeview/decide", data={**data, "choice": choice}).status_code

    with ThreadPoolExecutor(6) as pool:
        codes = sorted(pool.map(press, ["send", "keep", "ignore"] * 2))
    assert codes == [303, *[409] * 5]
    assert len(held.decisions.open()) == 1


def test_a_ledger_that_cannot_be_written_is_told_and_nothing_is_kept(held, principal, made_up):
    fields, _ = form_of(page_of(principal))
    path = made_up.settings.ledger.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON decision BEGIN SELECT raise(ABORT, 'x'); END"
        )
    data = {**fields, "reason": "why", "choice": "keep"}
    answer = principal.post("/agent/lakeview/decide", data=data)
    assert answer.status_code == 503
    assert "cannot be used" in answer.get_data(as_text=True)
    assert held.decisions.open() == []


def test_a_teacher_reads_of_a_decision_and_makes_none(held, principal, app):
    pressed(principal, "ignore")
    teacher = app.test_client()
    teacher.get(f"/agent/?token={TEACHER}")
    way = page_of(teacher, "/agent/lakeview/scores/a-1/s-2")
    assert "Decided by principal@school.example" in way
    assert "/decide" not in way
    assert teacher.get(WAITING).status_code == 403


def test_any_score_can_be_decided_about_on_its_page(ran, principal):
    address = "/agent/lakeview/scores/a-1/s-1"
    fields, buttons = form_of(page_of(principal, address), "s-1")
    assert "ignore" in buttons
    data = {**fields, "choice": "ignore", "reason": "why"}
    assert principal.post("/agent/lakeview/decide", data=data).status_code == 303
    assert [each.choice for each in ran.decisions.open()] == [Choice.IGNORE]
