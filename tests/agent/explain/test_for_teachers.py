"""The list for each teacher: what only they can mend, and nothing that somebody else can."""

from decimal import Decimal

import pytest

from agent.explain.csv_rows import csv_row
from agent.explain.for_teachers import as_row, tasks
from agent.records import KnownScore, State
from tests.agent.ledger.records_of_a_school import (
    NOW,
    a_class,
    a_column,
    a_state,
    an_assessment,
    pull,
)

EXEMPT = "the gradebook shows the student as exempt; such a cell is never written"


@pytest.fixture
def ran(ledger):
    """A ledger that knows a class of two teachers, and one of nobody."""
    alone = a_class("c-2", section="502", teachers=())
    pull(ledger, a_class(teachers=("t-1", "t-2")), alone, an_assessment(title="Fractions"))
    ledger.runs.begin("r", NOW, "sync", None)
    return ledger


def listed(ledger, *states, **asked):
    ledger.records.record("r", states)
    return tasks(ledger, **asked)


def test_before_the_first_run_there_is_none(ledger):
    assert tasks(ledger) == ()


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (
            a_state(State.HELD, codes=("zero_not_taken_back", "not_assigned"), reason="w"),
            "Clear the cell in the gradebook.",
        ),
        (
            a_state(State.CREATED, student=None, codes=("doubled_in_sis",), reason="w"),
            "Delete the extra ones in the SIS, or take the tag off them.",
        ),
        (
            a_state(State.KEPT, reason=EXEMPT),
            "Take the exemption off in the gradebook and enter the score, or leave it.",
        ),
        (
            a_state(State.HELD, reason="a comment stands beside the score: a teacher must"),
            "Look at it in the gradebook, and do what the reason says.",
        ),
        (
            a_state(State.HELD, codes=("score_withdrawn",), reason="w"),
            "If it is `held`: clear the cell in the gradebook, or leave it.",
        ),
    ],
)
def test_what_only_a_teacher_can_mend_is_on_the_list_of_each_of_the_class(ran, state, what):
    found = listed(ran, state)
    assert [(each.teacher, each.section, each.title) for each in found] == [
        ("t-1", "501", "Fractions"),
        ("t-2", "501", "Fractions"),
    ]
    assert {each.what for each in found} == {what}
    assert listed(ran, teacher="t-2") == found[1:]


@pytest.mark.parametrize(
    "state",
    [
        a_state(State.HELD, codes=("sis_id_shared",), reason="Otus must"),
        a_state(State.HELD, codes=("outcome_unknown",), reason="the SIS's administrator must"),
        a_state(State.HELD, codes=("score_withdrawn", "ignored"), reason="decided"),
        a_state(State.KEPT, reason="the gradebook held a mark before ours"),
        a_state(State.WITHDRAWN, codes=("score_withdrawn",), reason="gone"),
        a_state(State.REFUSED, codes=("no_due_date",), reason="in Otus"),
    ],
)
def test_what_others_can_mend_or_nobody_has_to_is_not(ran, state):
    assert listed(ran, state) == []


def test_it_says_what_stands_there(ran):
    ran.delivered.save_column(a_column(ref="li-1"))
    known = KnownScore(student="s-1", seen="zero", accepted=Decimal("0.0"))
    ran.delivered.save_scores("a-1", "c-1", [known])
    found = listed(ran, a_state(State.HELD, codes=("zero_not_taken_back",), reason="w"))
    assert {each.stands for each in found} == {"0"}


def test_a_class_of_nobody_and_a_record_in_no_section_are_not_lost(ran):
    ran.delivered.save_column(a_column(ref="li-1"))
    lost = a_state(State.HELD, section="", codes=("sis_id_changed",), reason="w")
    other = a_state(State.HELD, section="502", codes=("zero_not_verifiable",), reason="w")
    gone = a_state(State.HELD, student="s-9", section="599", reason="its class is gone")
    found = listed(ran, lost, other, gone)
    assert [(each.teacher, each.section, each.student) for each in found] == [
        ("", "502", "s-1"),
        ("t-1", "", "s-1"),
        ("t-1", "599", "s-9"),
        ("t-2", "", "s-1"),
        ("t-2", "599", "s-9"),
    ]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@x", "\t=1", "\uff1d1", " =1"])
def test_no_cell_of_a_row_is_a_formula(ran, title):
    pull(ran, an_assessment(title=title))
    [first, _] = listed(ran, a_state(State.HELD, codes=("zero_not_taken_back",), reason="w"))
    assert f"'{title}" in csv_row(as_row(first))
