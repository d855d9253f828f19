"""Students of whom nothing differs: each single difference takes the student out, and only them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.domain import Progress, StatusFlag
from agent.records import KnownScore, LeftScore, State
from tests.agent.ledger.records_of_a_school import (
    a_class,
    a_column,
    a_score,
    a_state,
    a_student,
    an_assessment,
    broken,
    pull,
    removed,
)

COLUMN = ("a-1", "c-1")
FIRST = KnownScore(student="s-1", seen="8", accepted=Decimal(8), had_score=True, sis_student="701")
SECOND = replace(FIRST, student="s-2", sis_student="702")


@pytest.fixture
def settled(ledger):
    """A ledger in which both students of one column are settled."""
    pull(ledger, a_class(), an_assessment(), a_student("s-1", "701"), a_student("s-2", "702"))
    pull(ledger, a_score(), a_score(student="s-2"))
    ledger.delivered.save_column(a_column(ref="ref-1"))
    ledger.delivered.save_scores(*COLUMN, [FIRST, SECOND])
    ledger.records.record("r-1", [a_state(student=None), a_state(), a_state(student="s-2")])
    assert ledger.delivered.settled(["c-1"]) == {COLUMN: {"s-1", "s-2"}}
    return ledger


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(a_score(points="9"), id="other points"),
        pytest.param(a_score(points="8.0"), id="the same number in another spelling"),
        pytest.param(a_score(points=None, progress=Progress.NOT_SUBMITTED), id="no points"),
        pytest.param(a_score(progress=Progress.TURNED_IN), id="points, but not graded"),
        pytest.param(a_score(flags=(StatusFlag.EXCLUDED,)), id="excluded"),
        pytest.param(a_score(flags=(StatusFlag.LATE,)), id="any status flag"),
        pytest.param(broken("score", "a-1", "s-1"), id="a broken score"),
        pytest.param(removed("score", "a-1", "s-1"), id="a removed score"),
        pytest.param(a_student("s-1", "709"), id="another SIS id"),
        pytest.param(a_student("s-1", None), id="no SIS id"),
        pytest.param(a_student("s-9", "701"), id="a second student with the SIS id"),
        pytest.param(broken("student", "s-1"), id="a broken student"),
        pytest.param(removed("student", "s-1"), id="a student who is gone"),
    ],
)
def test_a_difference_at_the_source_takes_the_student_out(settled, change):
    pull(settled, change)
    assert settled.delivered.settled(["c-1"]) == {COLUMN: {"s-2"}}


def test_a_sis_id_that_another_student_has_now_takes_the_student_out(settled):
    pull(settled, a_student("s-1", "709"), a_student("s-9", "701"))
    assert settled.delivered.settled(["c-1"]) == {COLUMN: {"s-2"}}


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(replace(FIRST, accepted=Decimal(7)), id="the SIS accepted other points"),
        pytest.param(replace(FIRST, accepted=Decimal("8.0")), id="accepted in another spelling"),
        pytest.param(replace(FIRST, accepted=None), id="the SIS accepted nothing"),
        pytest.param(replace(FIRST, seen="7"), id="acted upon other points"),
        pytest.param(replace(FIRST, seen="zero"), id="acted upon missing work"),
        pytest.param(replace(FIRST, seen=None), id="never acted upon"),
        pytest.param(replace(FIRST, had_score=False), id="a score that was never noted"),
        pytest.param(replace(FIRST, sis_student="709"), id="the cell of another SIS student"),
        pytest.param(replace(FIRST, sis_student="702"), id="the cell of another student of ours"),
        pytest.param(replace(FIRST, sis_student=None), id="a cell of nobody knows whom"),
    ],
)
def test_a_difference_in_the_cell_takes_the_student_out(settled, cell):
    settled.delivered.forget_scores(*COLUMN)
    settled.delivered.save_scores(*COLUMN, [cell, SECOND])
    assert settled.delivered.settled(["c-1"]) == {COLUMN: {"s-2"}}


def test_a_cell_that_is_not_known_takes_the_student_out(settled):
    settled.delivered.forget_scores(*COLUMN)
    settled.delivered.save_scores(*COLUMN, [SECOND])
    assert settled.delivered.settled(["c-1"]) == {COLUMN: {"s-2"}}


@pytest.mark.parametrize("accepted", [Decimal(8), None])
def test_a_score_left_behind_in_the_column_takes_everybody_out(settled, accepted):
    left = LeftScore(sis_student="709", student="s-1", accepted=accepted, had_score=True)
    settled.delivered.leave_scores("a-1", "c-2", [left])
    settled.delivered.leave_scores("a-2", "c-1", [left])
    assert settled.delivered.settled(["c-1"]) == {COLUMN: {"s-1", "s-2"}}
    settled.delivered.leave_scores(*COLUMN, [left])
    assert settled.delivered.settled(["c-1"]) == {}


@pytest.mark.parametrize("state", State)
def test_only_a_delivered_record_stands(settled, state):
    delivered = {State.CREATED, State.UPDATED, State.SENT, State.UNCHANGED}
    settled.records.forget([("a-1", "s-1", "501")])
    settled.records.record("r-2", [a_state(state)])
    expected = {"s-1", "s-2"} if state in delivered else {"s-2"}
    assert settled.delivered.settled(["c-1"]) == {COLUMN: expected}


@pytest.mark.parametrize(
    "states",
    [
        pytest.param([], id="no record"),
        pytest.param([a_state(codes=("x",))], id="a code"),
        pytest.param([a_state(reason="to know")], id="a remark"),
        pytest.param([a_state(section="502")], id="a record in a second section"),
        pytest.param([a_state(section="")], id="a record in no section"),
    ],
)
def test_anything_but_one_plain_record_takes_the_student_out(settled, states):
    if not states:
        settled.records.forget([("a-1", "s-1", "501")])
    settled.records.record("r-2", states)
    assert settled.delivered.settled(["c-1"]) == {COLUMN: {"s-2"}}


def test_a_record_of_another_assessment_changes_nothing(settled):
    settled.records.record("r-2", [a_state(State.HELD, assessment="a-2")])
    assert settled.delivered.settled(["c-1"]) == {COLUMN: {"s-1", "s-2"}}


def test_columns_are_those_of_their_owners(settled):
    settled.delivered.save_column(a_column("a-2", "c-2"))
    pull(settled, a_score("a-2"))
    settled.delivered.save_scores("a-2", "c-2", [FIRST])
    settled.records.record("r-1", [a_state(assessment="a-2", section="502")])
    both = {COLUMN: {"s-1", "s-2"}, ("a-2", "c-2"): {"s-1"}}
    assert settled.delivered.settled(["c-1", "c-2"]) == both
    assert settled.delivered.settled(["c-2"]) == {("a-2", "c-2"): {"s-1"}}
    assert settled.delivered.settled([]) == {}
