"""Columns and cells that the SIS accepted from us."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.errors import LedgerError
from agent.records import KnownScore, LeftScore, SourceFields
from tests.agent.ledger.records_of_a_school import (
    a_column,
)


def test_a_column_comes_back_as_it_went_in(ledger):
    column = a_column(
        ref="ref-1",
        seen=SourceFields(
            title="Quiz 1",
            type="Quiz",
            assigned_on=date(2026, 9, 1),
            due=None,
            points=Decimal("10.0"),
        ),
        accepted={"title": "Quiz 1", "points": "10.0", "category": None},
        list_again=True,
    )
    ledger.delivered.save_column(column)
    assert ledger.delivered.columns(["c-1"]) == [column]
    assert ledger.delivered.columns(["c-2"]) == []


def test_a_column_is_overwritten_whole(ledger):
    ledger.delivered.save_column(a_column(ref="ref-1", accepted={"title": "x"}))
    ledger.delivered.save_column(a_column(deleted=True))
    assert ledger.delivered.columns(["c-1"]) == [a_column(deleted=True)]


def test_two_columns_never_share_our_id(ledger):
    ledger.delivered.save_column(a_column("a-1", external_id="pb-1"))
    with pytest.raises(LedgerError):
        ledger.delivered.save_column(a_column("a-2", external_id="pb-1"))


def test_cells_come_back_as_they_went_in(ledger):
    cells = [
        KnownScore(student="s-1", seen="8.5", accepted=Decimal("8.50"), had_score=True),
        KnownScore(student="s-2", seen="zero", accepted=Decimal(0)),
        KnownScore(student="s-3"),
    ]
    ledger.delivered.save_scores("a-1", "c-1", cells)
    known = ledger.delivered.known_scores("a-1", "c-1")
    assert known == {cell.student: cell for cell in cells}
    assert str(known["s-1"].accepted) == "8.50"
    assert ledger.delivered.known_scores("a-1", "c-2") == {}


def test_a_cell_keeps_whose_it_is_where_that_is_not_told_again(ledger):
    ledger.delivered.save_scores(
        "a-1", "c-1", [KnownScore(student="s-1", seen="5", sis_student="701")]
    )
    ledger.delivered.save_scores("a-1", "c-1", [KnownScore(student="s-1", seen="6")])
    assert ledger.delivered.known_scores("a-1", "c-1")["s-1"].sis_student == "701"


def left_in(ledger, *column):
    _, left = ledger.delivered.cells([column])[column]
    return left


def test_what_stays_in_a_cell_for_another_student_is_remembered_until_it_is_gone(ledger):
    left = LeftScore(sis_student="701", student="s-1", accepted=Decimal("8.50"), had_score=True)
    ledger.delivered.leave_scores("a-1", "c-1", [left])
    assert left_in(ledger, "a-1", "c-1") == [left]
    assert left_in(ledger, "a-1", "c-2") == []
    ledger.delivered.settle_left("a-1", "c-1", ["701", "702"])
    assert left_in(ledger, "a-1", "c-1") == [replace(left, accepted=None)]
    ledger.delivered.leave_scores("a-1", "c-1", [replace(left, student="s-2", had_score=False)])
    assert left_in(ledger, "a-1", "c-1") == [replace(left, student="s-2")]
    ledger.delivered.forget_scores("a-1", "c-1")
    assert left_in(ledger, "a-1", "c-1") == []


def test_saving_one_cell_leaves_the_others(ledger):
    ledger.delivered.save_scores(
        "a-1", "c-1", [KnownScore(student="s-1"), KnownScore(student="s-2")]
    )
    ledger.delivered.save_scores("a-1", "c-1", [KnownScore(student="s-2", seen="5")])
    known = ledger.delivered.known_scores("a-1", "c-1")
    assert (known["s-1"].seen, known["s-2"].seen) == (None, "5")


def test_the_cells_of_a_column_made_anew_are_forgotten(ledger):
    for owner in ("c-1", "c-2"):
        ledger.delivered.save_scores("a-1", owner, [KnownScore(student="s-1", seen="5")])
    ledger.delivered.forget_scores("a-1", "c-1")
    assert ledger.delivered.known_scores("a-1", "c-1") == {}
    assert ledger.delivered.known_scores("a-1", "c-2").keys() == {"s-1"}


def test_addresses_of_known_columns_are_claimed(ledger):
    ledger.delivered.save_column(a_column("a-1", ref="11/22"))
    ledger.delivered.save_column(a_column("a-2", ref="11/33", deleted=True))
    ledger.delivered.save_column(a_column("a-3"))
    assert ledger.delivered.claimed(["11/22", "11/33", "11/44"]) == {"11/22", "11/33"}
    assert ledger.delivered.claimed([]) == frozenset()
