"""What the SIS holds against what it accepted: same, changed, emptied, gone, not read."""

from datetime import date
from decimal import Decimal

import pytest

from agent.domain import AssignmentData, Column, Gradebook, SisCell
from agent.errors import DeniedError, UnavailableError
from agent.explain.comparison import Compared, compare, sample
from agent.records import KnownScore, State
from agent.sis.port import DistrictSnapshot
from tests.agent.ledger.records_of_a_school import a_class, a_column, a_state, a_student, pull

DATA = {"title": "Quiz 1", "assigned": None, "due": "2026-09-08", "category": "QUIZ"}
ACCEPTED = {**DATA, "points": "10"}
DOWN = UnavailableError("no answer", system="sis", operation="getResults")


class Sis:
    """A gradebook of columns and cells that a test sets; every call is noted."""

    def __init__(self):
        self.held, self.cells, self.calls, self.errors = {}, {}, [], {}

    def district_snapshot(self, cursor):
        return DistrictSnapshot(links={}, fingerprint="", changed=None, cursor="")

    def gradebook(self, key, sections):
        return Gradebook(id=key, sections={})

    def addresses(self, ref):
        return "/" not in ref

    def column(self, gradebook, ref):
        self.calls.append(ref)
        if ref in self.errors:
            raise self.errors[ref]
        return self.held.get(ref)

    def scores(self, gradebook, ref):
        return self.cells.get(ref)


def column(**change):
    data = {**DATA, "due": date(2026, 9, 8), "points": Decimal("10.0")}
    return Column(ref="li-1", external_id=None, data=AssignmentData(**{**data, **change}))


@pytest.fixture
def sis():
    made = Sis()
    made.held["li-1"] = column()
    made.cells["li-1"] = {"701": SisCell(points=Decimal("8.50"))}
    return made


@pytest.fixture
def sent(ledger):
    """One column with one score that the SIS accepted."""
    pull(ledger, a_class(), a_student(), a_student("s-2", "702"))
    ledger.delivered.save_column(a_column(ref="li-1", accepted=ACCEPTED))
    score = KnownScore(student="s-1", seen="8.5", accepted=Decimal("8.5"), sis_student="701")
    never = KnownScore(student="s-2", seen="unscored")
    ledger.delivered.save_scores("a-1", "c-1", [score, never])
    return ledger


def compared(sis, ledger, **asked):
    drawn, of = sample(ledger, **{"sections": (), "number": None, "seed": 0, **asked})
    return compare(sis, ledger, drawn, of)


def test_what_stands_as_it_was_accepted_is_the_same(sis, sent):
    found = compared(sis, sent)
    assert (found.columns, found.scores) == ({Compared.SAME: 1}, {Compared.SAME: 1})
    assert (found.differences, found.missing) == ([], False)


@pytest.mark.parametrize(
    ("cell", "kind", "theirs"),
    [
        (SisCell(points=Decimal(9)), Compared.CHANGED, "9"),
        (SisCell(points=Decimal(0)), Compared.CHANGED, "0"),
        (SisCell(points=Decimal("8.5"), exempt=True), Compared.CHANGED, "exempt"),
        (SisCell(other=True), Compared.CHANGED, "no number"),
        (SisCell(annotated=True), Compared.EMPTIED, "*"),
        (None, Compared.EMPTIED, "*"),
    ],
)
def test_a_cell_that_is_not_as_it_was_accepted_is_told(sis, sent, cell, kind, theirs):
    sis.cells["li-1"] = {} if cell is None else {"701": cell}
    found = compared(sis, sent)
    [told] = found.differences
    assert (told.found, told.student, told.ours, told.theirs) == (kind, "s-1", "8.5", theirs)
    assert found.missing is (kind is Compared.EMPTIED)


def test_fields_of_a_column_that_a_teacher_changed_are_told(sis, sent):
    sis.held["li-1"] = column(title="Mine", due=date(2026, 9, 9))
    [told] = compared(sis, sent).differences
    assert (told.student, told.ours) == (None, "title Quiz 1, due 2026-09-08")
    assert told.theirs == "title Mine, due 2026-09-09"


def test_a_column_that_is_gone_is_told_with_its_scores(sis, sent):
    sis.held.clear()
    found = compared(sis, sent)
    [told] = found.differences
    assert (told.found, told.ours) == (Compared.GONE, "1 score")
    assert found.scores == {Compared.GONE: 1}
    assert found.missing


def test_cells_that_cannot_be_read_are_not_missing(sis, sent):
    sis.cells.clear()
    found = compared(sis, sent)
    assert found.scores == {Compared.NOT_READ: 1}
    assert not found.missing


def test_a_column_of_another_route_is_not_read(sis, sent):
    sent.delivered.save_column(a_column(ref="1/2", accepted=ACCEPTED))
    assert compared(sis, sent).columns == {Compared.NOT_READ: 1}


def test_a_score_that_otus_took_back_is_not_missed(sis, sent):
    sis.cells["li-1"] = {}
    sent.records.record("r", [a_state(State.WITHDRAWN)])
    assert compared(sis, sent).differences == []


def test_a_column_that_is_known_to_be_deleted_is_not_looked_for(sis, sent):
    sent.delivered.save_column(a_column(ref="li-1", accepted=ACCEPTED, deleted=True))
    assert compared(sis, sent).of == 0
    assert sis.calls == []


def test_one_that_fails_costs_its_gradebook_only(sis, sent):
    pull(sent, a_class("c-2", section="502"))
    sent.delivered.save_column(a_column("a-2", "c-2", ref="li-2", accepted=ACCEPTED))
    sis.errors["li-2"] = DOWN
    found = compared(sis, sent)
    assert found.columns == {Compared.SAME: 1, Compared.NOT_READ: 1}


@pytest.mark.parametrize("error", [DOWN, DeniedError("no", system="sis", operation="x")])
def test_where_nothing_can_be_read_that_is_the_answer(sis, sent, error):
    sis.errors["li-1"] = error
    with pytest.raises(UnavailableError):
        compared(sis, sent)


def test_the_same_seed_draws_the_same_columns(ledger):
    pull(ledger, a_class())
    for n in range(30):
        ledger.delivered.save_column(a_column(f"a-{n}", ref=f"li-{n}"))

    def drawn(seed, number=5):
        some, of = sample(ledger, sections=["501"], number=number, seed=seed)
        assert of == 30
        return {each.ref for each in some}

    assert drawn(1) == drawn(1)
    assert len({frozenset(drawn(seed)) for seed in range(10)}) > 5
    assert drawn(1) < drawn(1, 10)
    assert sample(ledger, sections=["502"], number=5, seed=1) == ([], 0)
