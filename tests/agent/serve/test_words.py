"""Every code, state, ending and error has words that a person can act on."""

import pytest

from agent.errors import (
    AskedToWaitError,
    BrakeError,
    ConfigError,
    DeniedError,
    LedgerError,
    LockedError,
    MaintenanceError,
    PlanFileError,
    UnavailableError,
)
from agent.records import State
from agent.rules.advice import STATES, advice, whys
from agent.rules.codes import Code
from agent.serve.words import ENDINGS, ending, trouble


@pytest.mark.parametrize("code", Code)
def test_every_code_says_what_would_have_to_change_and_who_can(code):
    said = advice(code.value)
    assert said.meaning.endswith(".")
    assert said.remedy.endswith(".")
    assert said.who


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_name_and_what_is_not_in_order_its_advice(state):
    assert STATES[state]
    for why in whys(state, []):
        assert advice(why).remedy


def test_a_code_of_another_version_is_shown_as_it_is():
    assert whys(State.REFUSED, ["of_a_newer_one"]) == ["of_a_newer_one"]
    assert advice("of_a_newer_one").meaning == ""


def test_a_code_that_is_named_like_a_state_keeps_its_own_words():
    assert advice("deleted_in_sis").meaning == Code.DELETED_IN_SIS.meaning
    [why] = whys(State.DELETED_IN_SIS, [])
    assert "teacher" in advice(why).meaning


@pytest.mark.parametrize("code", [*ENDINGS, 1])
def test_every_exit_code_of_a_run_has_its_ending(code):
    assert ending({"ended": "now", "exit_code": code, "summary": None}).text


def test_the_brakes_ending_lists_what_is_out_of_proportion():
    summary = {"message": "stopped (to go on: sync --force REASON)", "findings": ["60 of 80"]}
    assert ending({"ended": "now", "exit_code": 4, "summary": summary}).facts == ["60 of 80"]
    assert "cut off" in ending({"ended": None, "exit_code": None, "summary": None}).text


AWAY = {"system": "sis", "operation": "token"}


@pytest.mark.parametrize(
    ("error", "title", "text"),
    [
        (LockedError("x"), "Another run is at work", "try again"),
        (BrakeError(("9 of 9 vanished",)), "The brake would stop tonight", "not taken over"),
        (MaintenanceError("x", **AWAY), "Closed for maintenance", "The SIS is closed"),
        (AskedToWaitError("x", **AWAY), "Asked to wait", "The SIS asks Passback to wait"),
        (DeniedError("x", **AWAY), "Access refused", "does not let Passback in"),
        (UnavailableError("x", system="source", operation="o"), "No answer", "Otus gives no"),
        (ConfigError("x"), "Not possible", "configuration"),
        (LedgerError("x"), "Not possible", "ledger"),
        (PlanFileError("x"), "Not possible", "Nothing"),
    ],
)
def test_every_error_has_words(error, title, text):
    told = trouble(error)
    assert told.title == title
    assert text in told.text
    assert "{" not in told.text
    assert "token:" not in "".join(told.facts)


def test_a_shadow_night_is_told_as_one_that_sent_nothing():
    shadow = {"night": 1, "of": 3}
    summary = {"message": "", "findings": ["too many zeros"], "shadow": shadow}
    told = ending({"ended": "now", "exit_code": 0, "command": "shadow", "summary": summary})
    assert told.title == "Shadow night 1 of 3"
    assert told.text.startswith("Nothing was sent.")
    assert told.facts == ["too many zeros"]
