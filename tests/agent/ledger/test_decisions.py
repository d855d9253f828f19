"""What persons decided: one open decision a record, with who, when and why."""

import pytest

from agent.decide.person.decision import Choice, EndedDecision, Undone
from agent.errors import DecisionError
from agent.records import State
from tests.agent.builders import utc
from tests.agent.ledger.files import raw
from tests.agent.ledger.records_of_a_school import (
    a_class,
    a_column,
    a_score,
    a_state,
    an_assessment,
    pull,
)

NOW = utc(2026, 10, 17, 3)
WHO = {"by": "Ms. Lee", "at": NOW, "reason": "as agreed"}
KEY = ("a-1", "s-1", "501")


def decide(ledger, choice=Choice.SEND, key=KEY, **change):
    return ledger.decisions.decide([key], choice, **{**WHO, **change})


def holding(ledger, state=State.KEPT, codes=(), student="s-1", section="501"):
    ledger.records.record("r-1", [a_state(state, "a-1", student, section, codes=codes)])


def test_a_decision_is_open_until_it_ends(ledger):
    holding(ledger)
    [made] = decide(ledger)
    [open_] = ledger.decisions.open()
    assert (open_.id, open_.key, open_.choice) == (made, KEY, Choice.SEND)
    assert (open_.by, open_.reason) == ("Ms. Lee", "as agreed")
    ledger.decisions.end([EndedDecision(id=made, how="carried_out")], NOW)
    assert ledger.decisions.open() == []


def test_a_new_decision_takes_the_place_of_the_open_one(ledger):
    holding(ledger)
    decide(ledger, Choice.SEND)
    decide(ledger, Choice.IGNORE)
    assert [each.choice for each in ledger.decisions.open()] == [Choice.IGNORE]


def test_a_released_decision_is_over(ledger):
    holding(ledger)
    decide(ledger, Choice.IGNORE)
    assert ledger.decisions.release([KEY], by="Mr. Ode", at=NOW) == 1
    assert ledger.decisions.release([KEY], by="Mr. Ode", at=NOW) == 0
    assert ledger.decisions.open() == []


def test_what_an_undone_run_had_sent_is_sent_again_once_it_is_released(ledger):
    ledger.decisions.undone({KEY: Undone(run="r-1", left="*")}, **WHO)
    ledger.decisions.release([KEY], by="Mr. Ode", at=NOW)
    [again] = ledger.decisions.open()
    assert (again.choice, again.undone.left) == (Choice.RESEND, "*")


def test_what_still_stands_after_an_undo_is_not_sent_again(ledger):
    ledger.decisions.undone({KEY: Undone(run="r-1", stands="no way back")}, **WHO)
    ledger.decisions.release([KEY], by="Mr. Ode", at=NOW)
    assert ledger.decisions.open() == []


def test_all_or_none_are_noted(ledger):
    holding(ledger)
    with pytest.raises(DecisionError, match="no record of a-1 of s-2 in 501"):
        ledger.decisions.decide([KEY, ("a-1", "s-2", "501")], Choice.SEND, **WHO)
    assert ledger.decisions.open() == []


@pytest.mark.parametrize(
    ("state", "codes", "allowed"),
    [
        (State.KEPT, (), {"send", "ignore"}),
        (State.UNCHANGED, (), {"send", "ignore"}),
        (State.REFUSED, ("excluded",), {"ignore"}),
        (State.HELD, ("score_withdrawn",), {"send", "keep", "ignore"}),
        (State.HELD, ("zero_not_verifiable",), {"keep", "ignore"}),
        (State.HELD, ("zero_not_taken_back", "not_due_yet"), {"keep", "ignore"}),
        (State.HELD, ("sis_id_shared",), {"ignore"}),
        (State.HELD, ("sis_id_changed",), {"ignore"}),
        (State.HELD, ("outcome_unknown",), {"ignore"}),
        (State.HELD, ("ignored",), set()),
        (State.REJECTED, (), {"keep", "ignore"}),
        (State.DELETED_IN_SIS, (), {"ignore"}),
    ],
)
@pytest.mark.parametrize("choice", [Choice.SEND, Choice.KEEP, Choice.IGNORE])
def test_only_what_the_rules_allow_can_be_chosen(ledger, state, codes, allowed, choice):
    holding(ledger, state, codes)
    if choice in allowed:
        decide(ledger, choice)
    else:
        with pytest.raises(DecisionError, match="cannot be chosen for it"):
            decide(ledger, choice)


def test_a_score_in_no_section_cannot_be_decided(ledger):
    holding(ledger, State.HELD, section="")
    with pytest.raises(DecisionError, match="only: nothing"):
        decide(ledger, Choice.IGNORE, ("a-1", "s-1", ""))


def test_a_decision_knows_the_score_that_it_was_about(ledger):
    pull(ledger, a_class(), an_assessment(), a_score(points="8.50"))
    holding(ledger)
    decide(ledger)
    assert ledger.decisions.open()[0].about == "8.5"


def test_a_decision_makes_its_classes_due(ledger):
    pull(ledger, a_class(), an_assessment(), a_score())
    ledger.delivered.save_column(a_column())
    day = NOW.date()
    ledger.schedule.mark_clean(["c-1"], "context", None)
    assert ledger.schedule.due_classes(day, "context") == set()
    holding(ledger)
    decide(ledger)
    assert ledger.schedule.due_classes(day, "context") == {"c-1"}


def test_held_records_wait_until_somebody_decides(ledger):
    holding(ledger, State.HELD, ("sis_id_shared",))
    assert [each.key for each in ledger.decisions.waiting()] == [KEY]
    decide(ledger, Choice.IGNORE)
    assert ledger.decisions.waiting() == []


def test_the_database_refuses_two_open_decisions_of_one_record(ledger, path):
    holding(ledger)
    decide(ledger)
    with pytest.raises(Exception, match="UNIQUE"):
        raw(
            path,
            "INSERT INTO decision (at, by, choice, assessment, student, section, reason, about)"
            " VALUES ('x', 'x', 'send', 'a-1', 's-1', '501', '', '')",
        )
