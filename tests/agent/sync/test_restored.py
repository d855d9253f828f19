"""Nights after a ledger was put back: what it cannot know is never guessed (B4, C3, C5, C6)."""

from dataclasses import replace
from datetime import date

import pytest

from agent.errors import UnknownOutcomeError
from agent.records import State
from tests.agent.sync.book import BookSis
from tests.agent.sync.term import Term

FIRST, SECOND, THIRD, LATER = (date(2026, 10, day) for day in (6, 7, 8, 16))
DUE = date(2026, 10, 14)


@pytest.fixture
def term(tmp_path):
    return Term(tmp_path)


def held_zero(told, student="s-1"):
    return told[student].state is State.HELD and told[student].codes == ("zero_not_verifiable",)


@pytest.mark.parametrize(
    ("before", "sent", "typed", "after", "state"),
    [
        pytest.param("8", "9", None, "9", State.UNCHANGED, id="sent since"),
        pytest.param("8", "9", "3", "3", State.KEPT, id="sent since and edited"),
        pytest.param(None, "9", "3", "3", State.KEPT, id="first sent since and edited"),
        pytest.param(None, "9", None, "9", State.UNCHANGED, id="first sent since"),
        pytest.param("8", "8", "3", "3", State.KEPT, id="edited only"),
        pytest.param("8", "9", "8", "9", State.SENT, id="looks as never sent"),
    ],
)
def test_c5_a_cell_is_compared_before_anything_is_written(term, before, sent, typed, after, state):
    term.assign()
    if before:
        term.score("s-1", before)
    term.night(FIRST)
    copy = term.back_up()
    term.score("s-1", sent)
    term.night(SECOND)
    if typed:
        term.type("s-1", typed)
    term.restore(copy)

    _, told = term.night(THIRD)

    assert (term.shown("s-1"), told["s-1"].state) == (after, state)
    if state is State.KEPT:
        term.score("s-1", "10")
        term.night(LATER)
        assert term.shown("s-1") == "10"


def test_c5_a_field_is_compared_before_anything_is_written(term):
    term.assign()
    term.night(FIRST)
    copy = term.back_up()
    term.assign(title="Renamed")
    term.night(SECOND)
    term.rename("Mine")
    term.restore(copy)
    plan, told = term.night(THIRD)
    assert (plan.writes, told[None].state) == (0, State.KEPT)
    term.assign(title="Renamed again")
    term.night(LATER)
    assert [c.data.title for c in term.sis.book.values()] == ["Renamed again"]


@pytest.mark.parametrize("snapshots", [False, True])
@pytest.mark.parametrize("take_back", [Term.ungrade, lambda term, who: term.score(who, None)])
def test_b4_no_zero_for_a_student_who_had_a_score_that_the_copy_does_not_know(
    term, snapshots, take_back
):
    term.snapshots = snapshots
    term.assign()
    term.night(FIRST)
    copy = term.back_up()
    term.score("s-1", "7")
    term.night(SECOND)
    take_back(term, "s-1")
    term.night(SECOND)
    assert term.shown("s-1") == "*"
    term.restore(copy)
    term.night(THIRD)

    _, told = term.night(LATER)

    assert (term.shown("s-1"), held_zero(told)) == ("*", True)
    # Of the other one the feed tells that nothing changed since the copy.
    assert term.shown("s-2") == ("*" if snapshots else "0")


def test_b4_a_zero_that_a_teacher_took_out_does_not_come_back(term):
    term.assign()
    term.night(FIRST)
    copy = term.back_up()
    term.night(date(2026, 10, 15))
    assert term.shown("s-1") == "0"
    term.type("s-1", None)
    term.restore(copy)

    _, told = term.night(LATER)

    assert (term.shown("s-1"), held_zero(told)) == ("*", True)


def test_b4_goes_on_for_what_is_assigned_after_the_restore(term):
    term.snapshots = True
    term.assign()
    term.night(FIRST)
    term.restore(term.back_up())
    term.night(THIRD)
    term.assign("a-2", title="Later", assigned_on=date(2026, 10, 12))
    term.night(date(2026, 10, 13))
    term.night(LATER)
    assert (term.shown("s-1", "a-2"), term.shown("s-1")) == ("0", "*")


class TaggingSis(BookSis):
    """A SIS whose create is not idempotent: each makes another column, with our tag."""

    def __init__(self, *sections):
        super().__init__(*sections)
        self.traits = replace(self.traits, idempotent_create=False)

    def create(self, gradebook, draft):
        receipt = super().create(gradebook, draft)
        ref = f"r-{len(self.book)}"
        self.book[ref] = replace(self.book.pop(receipt.ref), ref=ref, ours=True)
        self.cells[ref] = self.cells.pop(receipt.ref)
        return replace(receipt, ref=ref)


@pytest.mark.parametrize(("title", "state"), [("Fractions", State.UNCHANGED), ("Mine", State.HELD)])
def test_c3_a_column_made_since_the_copy_is_not_made_again_without_its_tag(tmp_path, title, state):
    term = Term(tmp_path, TaggingSis("501"))
    term.night(FIRST)
    copy = term.back_up()
    term.assign()
    term.night(SECOND)
    term.rename(title)
    [(ref, column)] = term.sis.book.items()
    term.sis.book[ref] = replace(column, external_id=None)
    term.restore(copy)

    _, told = term.night(THIRD)

    assert (len(term.sis.book), told[None].state) == (1, state)


class LosingSis(BookSis):
    """A SIS whose answers get lost while it is told so; what was sent arrives."""

    losing = False

    def create(self, gradebook, draft):
        return self._answered("createAssignment", super().create(gradebook, draft))

    def put_scores(self, gradebook, ref, scores, found=None):
        return self._answered("putScores", super().put_scores(gradebook, ref, scores, found))

    def _answered(self, operation, answer):
        if self.losing:
            raise UnknownOutcomeError(operation, "lost")
        return answer


@pytest.mark.parametrize("what", ["title", "score"])
def test_c10_a_write_that_is_open_in_the_copy_is_not_the_last_word(tmp_path, what):
    """Since then it was settled, Otus changed, that was sent, and a teacher changed it again."""
    sis = LosingSis("501")
    term = Term(tmp_path, sis)
    term.assign()
    if what == "score":
        term.night(FIRST)
        term.score("s-1", "8")
    sis.losing = True
    term.night(SECOND)
    copy = term.back_up()
    sis.losing = False
    term.assign(title="Renamed")
    term.score("s-1", "9")
    term.night(THIRD)
    term.type("s-1", "3")
    term.rename("Mine")
    term.restore(copy)

    plan, told = term.night(date(2026, 10, 9))

    assert (plan.writes, term.shown("s-1"), told["s-1"].state) == (0, "3", State.KEPT)
    assert [c.data.title for c in sis.book.values()] == ["Mine"]


def test_a_cell_that_cannot_be_read_is_held_until_it_can(term, monkeypatch):
    term.assign()
    term.score("s-1", "8")
    term.night(FIRST)
    copy = term.back_up()
    term.score("s-1", "9")
    term.night(SECOND)
    term.type("s-1", "3")
    term.restore(copy)
    with monkeypatch.context() as patched:
        patched.setattr(BookSis, "scores", lambda *_: None)
        _, told = term.night(THIRD)
        assert (told["s-1"].state, told["s-1"].codes) == (State.HELD, ("outcome_unknown",))
    _, told = term.night(LATER)
    assert (term.shown("s-1"), told["s-1"].state) == ("3", State.KEPT)
