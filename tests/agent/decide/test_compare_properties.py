"""C2, C5 over any source, memory and gradebook: what no decision does, and what a second does."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.decide.assignments import (
    SOURCE_TO_COLUMN,
    Adopt,
    Create,
    Deleted,
    Update,
    changed_fields,
    decide_assignment,
    shortened,
)
from agent.decide.scores.compare import (
    AdoptScore,
    Clear,
    Keep,
    Put,
    Settled,
    canonical,
    decide_gone,
    decide_score,
)
from agent.domain import AssignmentData, SisCell
from agent.policy import Overwrite
from agent.records import KnownScore, SourceFields
from agent.rules.scores import Gone, Wanted
from tests.agent.builders import a_column, a_known_column, wanting

# ---- assignment data ---------------------------------------------------------------------------

days = st.sampled_from([date(2026, 10, number) for number in (1, 5, 14)])
sources = st.builds(
    SourceFields,
    title=st.sampled_from(["Fractions", "Decimals", "Roots"]),
    type=st.sampled_from(["Quiz", "Test", "Own"]),
    assigned_on=st.none() | days,
    due=days,
    points=st.sampled_from([Decimal(10), Decimal("10.0"), Decimal(20)]),
)
columns = sources.map(lambda source: replace(a_column(), data=wanting(source).data))
ways = st.fixed_dictionaries(
    {
        "overwrite": st.sampled_from(Overwrite),
        "recreate_deleted": st.booleans(),
        "due_may_change": st.booleans(),
    }
)


def remembered(seen):
    return None if seen is None else a_known_column(seen=seen)


@given(source=sources, seen=sources, found=columns, may=st.booleans())
def test_a_field_that_did_not_change_in_otus_stays_as_the_gradebook_has_it(
    source, seen, found, may
):
    step = decide_assignment(
        wanting(source),
        remembered(seen),
        found,
        overwrite=Overwrite.CHANGED_FIELDS,
        recreate_deleted=False,
        due_may_change=may,
    )
    for name in {f.name for f in fields(SourceFields)} - changed_fields(source, seen):
        field = SOURCE_TO_COLUMN[name]
        assert getattr(step.data, field) == getattr(found.data, field)


@given(source=sources, seen=sources, found=columns, overwrite=st.sampled_from(Overwrite))
def test_a_field_that_changed_in_otus_reaches_the_gradebook(source, seen, found, overwrite):
    wanted = wanting(source)
    step = decide_assignment(
        wanted,
        remembered(seen),
        found,
        overwrite=overwrite,
        recreate_deleted=False,
        due_may_change=True,
    )
    for name in changed_fields(source, seen):
        field = SOURCE_TO_COLUMN[name]
        assert getattr(step.data, field) == getattr(wanted.data, field)


@given(source=sources, seen=sources, found=columns, overwrite=st.sampled_from(Overwrite))
def test_a_due_date_that_may_not_move_does_not_and_is_not_forgotten(source, seen, found, overwrite):
    step = decide_assignment(
        wanting(source),
        remembered(seen),
        found,
        overwrite=overwrite,
        recreate_deleted=False,
        due_may_change=False,
    )
    assert step.data.due == found.data.due
    assert step.seen.due == seen.due


@given(source=sources, seen=st.none() | sources, found=st.none() | columns, way=ways)
def test_a_second_decision_writes_no_column(source, seen, found, way):
    step = decide_assignment(wanting(source), remembered(seen), found, **way)
    if isinstance(step, Deleted):
        again = decide_assignment(
            wanting(source), replace(remembered(seen), deleted=True), None, **way
        )
        assert again == Deleted()
    else:
        now_there = replace(a_column(), data=step.data)
        again = decide_assignment(wanting(source), remembered(step.seen), now_there, **way)
        assert again == Adopt(data=step.data, seen=step.seen)


@given(first=sources, second=sources, way=ways)
def test_a_column_edited_there_and_back_again_is_sent_both_times(first, second, way):
    way |= {"due_may_change": True}
    found = replace(a_column(), data=wanting(first).data)
    there = decide_assignment(wanting(second), remembered(first), found, **way)
    back = decide_assignment(
        wanting(first), remembered(there.seen), replace(found, data=there.data), **way
    )
    assert back.data == wanting(first).data
    assert isinstance(back, Update) == isinstance(there, Update)


@given(source=sources, found=columns, way=ways)
def test_a_column_that_the_ledger_lost_is_taken_as_it_is(source, found, way):
    step = decide_assignment(wanting(source), None, found, **way)
    assert step == Adopt(data=found.data, seen=source)


@given(source=sources, seen=st.none() | sources, found=st.none() | columns, way=ways)
def test_a_column_is_made_only_where_there_is_none(source, seen, found, way):
    step = decide_assignment(wanting(source), remembered(seen), found, **way)
    assert not (isinstance(step, Create) and found is not None)
    if isinstance(step, Create):
        assert seen is None or way["recreate_deleted"]
        assert isinstance(step.data, AssignmentData)


@given(title=st.text("ab é…\U0001f600", max_size=120))
def test_a_title_always_fits_and_begins_as_it_did(title):
    short = shortened(title)
    assert len(short) < 50
    assert short == title or title.startswith(short.removesuffix("…"))


# ---- scores ------------------------------------------------------------------------------------

marks = st.sampled_from([Decimal(text) for text in ("0", "7", "8", "8.0", "8.5", "12")])
wishes = st.builds(Wanted, marks) | st.just(Wanted(Decimal(0), zero=True))
readings = st.builds(SisCell, points=st.none() | marks) | st.sampled_from(
    [None, SisCell(other=True)]
)
memories = st.builds(
    KnownScore,
    student=st.just("s-1"),
    seen=st.none() | marks.map(canonical) | st.sampled_from(["zero", "cleared"]),
    accepted=st.none() | marks,
    had_score=st.booleans(),
)
never = KnownScore(student="s-1")


def after(step, known, cell):
    """What the ledger and the cell hold once *step* was carried out."""
    if isinstance(step, Put):
        had = known.had_score or not step.zero
        known = replace(known, seen=step.seen, accepted=step.points, had_score=had)
        return known, SisCell(points=step.points) if cell is not None else cell
    if isinstance(step, AdoptScore):
        return replace(known, seen=step.seen, accepted=step.points, had_score=True), cell
    if isinstance(step, Clear):
        return replace(known, seen="cleared", accepted=None, had_score=True), SisCell()
    if isinstance(step, Keep) and step.seen:
        return replace(known, seen=step.seen), cell
    return known, cell


@given(wish=wishes, known=memories, cell=readings)
def test_a_second_decision_about_a_cell_sends_nothing(wish, known, cell):
    step = decide_score(wish, known, cell)
    again = decide_score(wish, *after(step, known, cell))
    settles = isinstance(step, Put | AdoptScore | Keep | Settled)
    assert again == (Settled() if settles else step)


@given(known=memories, cell=readings, due_passed=st.booleans(), can_clear=st.booleans())
def test_a_second_decision_about_a_removed_score_sends_nothing(known, cell, due_passed, can_clear):
    gone = Gone(due_passed=due_passed)
    step = decide_gone(gone, known, cell, can_clear=can_clear)
    again = decide_gone(gone, *after(step, known, cell), can_clear=can_clear)
    assert not isinstance(again, Put | Clear)
    assert again == step or isinstance(step, Clear)


@given(first=marks, second=marks, cell=readings, touched=st.none() | readings)
def test_a_score_changed_there_and_back_again_is_sent_both_times(first, second, cell, touched):
    known = KnownScore(student="s-1", seen=canonical(first), accepted=first, had_score=True)
    there = decide_score(Wanted(second), known, cell)
    known, cell = after(there, known, cell)
    back = decide_score(Wanted(first), known, touched or cell)
    if first == second:
        assert back == Settled()
    else:
        assert isinstance(back, Put | AdoptScore)
        assert back.points == first


@given(wish=marks, other=marks, teachers=marks, later=marks)
def test_a_teachers_mark_before_ours_stands_until_otus_changes(wish, other, teachers, later):
    cell = SisCell(points=teachers)
    step = decide_score(Wanted(wish), never, cell)
    assert isinstance(step, AdoptScore if wish == teachers else Keep)
    known, _ = after(step, never, cell)
    assert decide_score(Wanted(wish), known, SisCell(points=later)) == Settled()
    if other != wish:
        changed = decide_score(Wanted(other), known, SisCell(points=later))
        assert isinstance(changed, AdoptScore if other == later else Put)


@given(known=memories, cell=readings)
def test_a_zero_that_nobody_typed_goes_only_into_a_cell_read_as_unscored(known, cell):
    step = decide_score(Wanted(Decimal(0), zero=True), known, cell)
    if isinstance(step, Put):
        assert cell == SisCell()
        assert (known.seen, known.accepted) == (None, None)


@given(wish=marks, known=memories, cell=readings)
def test_a_mark_is_never_sent_while_its_source_is_the_same(wish, known, cell):
    step = decide_score(Wanted(wish), replace(known, seen=canonical(wish)), cell)
    assert step == Settled()


@given(known=memories, cell=readings, due_passed=st.booleans(), can_clear=st.booleans())
def test_only_our_own_mark_is_ever_taken_back(known, cell, due_passed, can_clear):
    step = decide_gone(Gone(due_passed=due_passed), known, cell, can_clear=can_clear)
    if isinstance(step, Clear):
        assert can_clear
        assert not due_passed
        assert cell.points == known.accepted == step.before.points


@given(left=st.decimals(0, 1000, places=4), right=st.decimals(0, 1000, places=3))
def test_marks_have_the_same_text_exactly_when_they_are_worth_the_same(left, right):
    assert (canonical(left) == canonical(right)) == (left == right)
    assert Decimal(canonical(left)) == left
