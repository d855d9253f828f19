"""C2, C5 to C7 for assignment data: the three-way decision as tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.decide.assignments import (
    Adopt,
    Create,
    Deleted,
    Update,
    changed_fields,
    decide_assignment,
    shortened,
)
from agent.policy import Overwrite
from agent.records import SourceFields
from tests.agent.builders import (
    DUE,
    a_column,
    a_known_column,
    some_data,
    some_fields,
    wanting,
)

LATER = date(2026, 10, 21)
WHOLE = Overwrite.WHOLE_RECORD


def table(*rows):
    return [pytest.param(*rest, id=words) for words, *rest in rows]


def decide(source, known, found, **change):
    """The decision with the default policy, a due date free to move."""
    plain = {
        "overwrite": Overwrite.CHANGED_FIELDS,
        "recreate_deleted": False,
        "due_may_change": True,
    }
    return decide_assignment(wanting(source), known, found, **{**plain, **change})


# ---- the three sides: S the source, B what we last acted on, G the gradebook -------------------

SAME, OURS, THEIRS = some_fields(), some_fields(title="Fractions 2"), "Fractions (corrected)"


@pytest.mark.parametrize(
    ("source", "found", "expected"),
    table(
        ("S=B, G=B", SAME, a_column(), Adopt(data=some_data(), seen=SAME)),
        (
            "S=B, G differs",
            SAME,
            a_column(title=THEIRS),
            Adopt(data=some_data(title=THEIRS), seen=SAME),
        ),
        ("S=B, G gone", SAME, None, Deleted()),
        (
            "S differs, G=B",
            OURS,
            a_column(),
            Update(data=some_data(title="Fractions 2"), seen=OURS, before=some_data()),
        ),
        (
            "S differs, G=S",
            OURS,
            a_column(title="Fractions 2"),
            Adopt(data=some_data(title="Fractions 2"), seen=OURS),
        ),
        (
            "S differs, G differs from both",
            OURS,
            a_column(title=THEIRS),
            Update(data=some_data(title="Fractions 2"), seen=OURS, before=some_data(title=THEIRS)),
        ),
        ("S differs, G gone", OURS, None, Deleted()),
    ),
)
def test_a_column_we_know_follows_the_source_only_where_it_changed(source, found, expected):
    assert decide(source, a_known_column(), found) == expected


@pytest.mark.parametrize(
    ("known", "found", "expected"),
    table(
        ("never made", None, None, Create(data=some_data(), seen=SAME)),
        ("never accepted", a_known_column(ref=None), None, Create(data=some_data(), seen=SAME)),
        (
            "forgotten, found by our id",
            None,
            a_column(title=THEIRS),
            Adopt(data=some_data(title=THEIRS), seen=SAME),
        ),
        (
            "never accepted, found by our id",
            a_known_column(ref=None, seen=None),
            a_column(title=THEIRS, category="cat-test"),
            Adopt(data=some_data(title=THEIRS, category="cat-test"), seen=SAME),
        ),
    ),
)
def test_a_column_we_do_not_know_is_made_or_adopted_as_it_is(known, found, expected):
    assert decide(SAME, known, found) == expected


@pytest.mark.parametrize(
    ("known", "recreate", "expected"),
    table(
        ("deleted just now", a_known_column(), False, Deleted()),
        ("known to be deleted", a_known_column(deleted=True), False, Deleted()),
        (
            "deleted, the district recreates",
            a_known_column(),
            True,
            Create(data=some_data(), seen=SAME),
        ),
        (
            "known to be deleted, the district recreates",
            a_known_column(deleted=True),
            True,
            Create(data=some_data(), seen=SAME),
        ),
    ),
)
def test_c7_a_deleted_column_is_made_again_only_where_the_district_says_so(
    known, recreate, expected
):
    assert decide(SAME, known, None, recreate_deleted=recreate) == expected


def test_c7_a_column_that_a_teacher_restored_is_taken_up_as_it_is():
    step = decide(SAME, a_known_column(deleted=True), a_column(title=THEIRS))
    assert step == Adopt(data=some_data(title=THEIRS), seen=SAME)


# ---- C5: field by field ------------------------------------------------------------------------

EDITS = table(
    ("title", {"title": "Fractions 2"}, {"title": "Fractions 2"}),
    ("type", {"type": "Test"}, {"category": "cat-test"}),
    ("assigned date", {"assigned_on": date(2026, 10, 6)}, {"assigned": date(2026, 10, 6)}),
    ("due date", {"due": LATER}, {"due": LATER}),
    ("total points", {"points": Decimal(20)}, {"points": Decimal(20)}),
)
TEACHERS = some_data(
    title=THEIRS,
    category="cat-own",
    due=date(2026, 10, 20),
    assigned=date(2026, 10, 1),
    points=Decimal(99),
)


@pytest.mark.parametrize(("edit", "sent"), EDITS)
def test_c5_an_edit_in_otus_writes_its_own_field_and_leaves_the_teachers(edit, sent):
    source = some_fields(**edit)
    found = replace(a_column(), data=TEACHERS)
    step = decide(source, a_known_column(), found)
    assert step == Update(data=replace(TEACHERS, **sent), seen=source, before=TEACHERS)


@pytest.mark.parametrize(("edit", "sent"), EDITS)
def test_c5_an_edit_resends_the_whole_record_where_the_district_says_so(edit, sent):
    source = some_fields(**edit)
    found = replace(a_column(), data=TEACHERS)
    step = decide(source, a_known_column(), found, overwrite=WHOLE)
    assert step == Update(data=some_data(**sent), seen=source, before=TEACHERS)


@pytest.mark.parametrize("overwrite", Overwrite)
def test_c5_a_teachers_edits_stand_while_nothing_changes_in_otus(overwrite):
    found = replace(a_column(), data=TEACHERS)
    step = decide(SAME, a_known_column(), found, overwrite=overwrite)
    assert step == Adopt(data=TEACHERS, seen=SAME)


def test_c3_points_written_with_other_zeros_are_no_change():
    step = decide(some_fields(points=Decimal("10.00")), a_known_column(), a_column())
    assert isinstance(step, Adopt)


# ---- A11: a due date that may not move ---------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "sent", "overwrite"),
    table(
        ("with a title, changed fields", {"title": "T2"}, {"title": "T2"}, "changed-fields"),
        ("with a title, whole record", {"title": "T2"}, {"title": "T2"}, "whole-record"),
        ("with points", {"points": Decimal(20)}, {"points": Decimal(20)}, "changed-fields"),
    ),
)
def test_a11_an_edit_goes_on_without_the_due_date_that_may_not_move(edit, sent, overwrite):
    source = some_fields(due=LATER, **edit)
    step = decide(
        source, a_known_column(), a_column(), due_may_change=False, overwrite=Overwrite(overwrite)
    )
    kept = replace(source, due=DUE)
    assert step == Update(data=some_data(**sent), seen=kept, before=some_data())


@pytest.mark.parametrize("overwrite", Overwrite)
def test_a11_a_due_date_alone_that_may_not_move_writes_nothing_and_stays_changed(overwrite):
    source = some_fields(due=LATER)
    step = decide(source, a_known_column(), a_column(), due_may_change=False, overwrite=overwrite)
    assert step == Adopt(data=some_data(), seen=SAME)
    assert changed_fields(source, step.seen) == {"due"}


def test_a11_a_due_date_moves_once_it_may():
    waiting = decide(some_fields(due=LATER), a_known_column(), a_column(), due_may_change=False)
    step = decide(some_fields(due=LATER), a_known_column(seen=waiting.seen), a_column())
    assert isinstance(step, Update)
    assert step.data == some_data(due=LATER)


def test_a11_a_due_date_that_may_not_move_stays_where_the_source_was_forgotten():
    step = decide(
        some_fields(due=LATER), a_known_column(seen=None), a_column(), due_may_change=False
    )
    assert step.data.due == DUE


# ---- what changed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "names"),
    table(
        ("nothing", {}, set()),
        ("a title", {"title": "x"}, {"title"}),
        ("a title by its case", {"title": "fractions"}, {"title"}),
        ("a due date taken away", {"due": None}, {"due"}),
        ("points and type", {"points": Decimal(5), "type": "Test"}, {"points", "type"}),
        ("points by their zeros only", {"points": Decimal("10.0")}, set()),
    ),
)
def test_what_changed_is_judged_against_what_was_last_acted_on(edit, names):
    assert changed_fields(some_fields(**edit), SAME) == names


def test_everything_changed_where_nothing_was_acted_on():
    assert changed_fields(SAME, None) == set(SourceFields.__dataclass_fields__)


# ---- A14: long titles --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    table(
        ("empty", "", ""),
        ("48", "x" * 48, "x" * 48),
        ("49", "x" * 49, "x" * 49),
        ("50", "x" * 50, "x" * 46 + "…"),
        ("51", "x" * 51, "x" * 46 + "…"),
        ("500", "x" * 500, "x" * 46 + "…"),
        ("50 beyond ASCII", "é" * 50, "é" * 46 + "…"),
    ),
)
def test_a14_a_title_of_fifty_characters_is_cut_to_forty_six_and_an_ellipsis(title, expected):
    assert shortened(title) == expected


def test_a14_the_cut_is_at_forty_six_whatever_stands_there():
    assert shortened("x" * 45 + " " + "y" * 10) == "x" * 45 + " …"
