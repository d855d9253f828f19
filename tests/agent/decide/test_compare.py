"""B4, C2, C5, C6 and C10 for one cell: the three-way decision as tables."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.decide.scores.compare import (
    BESIDE,
    EXEMPT,
    TEACHER_KNOWS,
    AdoptScore,
    Clear,
    HeldZero,
    Keep,
    Put,
    Settled,
    Withdrawn,
    canonical,
    decide_gone,
    decide_score,
    last_handled,
    shown,
)
from agent.domain import SisCell
from agent.records import KnownScore
from agent.rules.scores import Gone, Wanted

EIGHT, NINE, SEVEN = Decimal(8), Decimal(9), Decimal(7)
ZERO_BY_B4 = Wanted(Decimal(0), zero=True)
STAR, CODE, UNREADABLE = SisCell(), SisCell(other=True), None
NEVER = KnownScore(student="s-1")
SENT_EIGHT = KnownScore(student="s-1", seen="8", accepted=EIGHT, had_score=True)
SENT_ZERO = KnownScore(student="s-1", seen="zero", accepted=Decimal(0))
UNSCORED = KnownScore(student="s-1", seen="unscored")
KEPT_AGAINST_EIGHT = KnownScore(student="s-1", seen="8")
CLEARED = KnownScore(student="s-1", seen="cleared", had_score=True)
EVERY_CELL = [
    pytest.param(STAR, id="a star"),
    pytest.param(SisCell(points=EIGHT), id="8"),
    pytest.param(SisCell(points=SEVEN), id="7"),
    pytest.param(SisCell(points=Decimal(0)), id="0"),
    pytest.param(CODE, id="a code"),
    pytest.param(UNREADABLE, id="unreadable"),
]


def table(*rows):
    return [pytest.param(*rest, id=words) for words, *rest in rows]


def put(points, before):
    """*before*: a whole cell, or only the points in it."""
    found = SisCell(points=before) if isinstance(before, Decimal) else before
    return Put(points=points, seen=canonical(points), before=found)


def adopt(points):
    return AdoptScore(points=points, seen=canonical(points))


# ---- a mark that somebody typed: S the source, B what the SIS accepted, G the cell -------------


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_c5_whatever_the_gradebook_holds_stays_while_the_source_is_the_same(cell):
    assert decide_score(Wanted(EIGHT), SENT_EIGHT, cell) == Settled()


@pytest.mark.parametrize(
    ("cell", "expected"),
    table(
        ("G=B", SisCell(points=EIGHT), put(NINE, EIGHT)),
        ("G=S", SisCell(points=NINE), adopt(NINE)),
        ("G differs from both", SisCell(points=SEVEN), put(NINE, SEVEN)),
        ("G taken away by the teacher", STAR, put(NINE, STAR)),
        ("G made a code by the teacher", CODE, put(NINE, CODE)),
        ("G cannot be read", UNREADABLE, put(NINE, UNREADABLE)),
    ),
)
def test_c2_c5_a_mark_that_changed_in_otus_is_sent_whatever_the_teacher_did(cell, expected):
    assert decide_score(Wanted(NINE), SENT_EIGHT, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    table(
        ("a star", STAR, put(EIGHT, STAR)),
        ("the same mark", SisCell(points=EIGHT), adopt(EIGHT)),
        ("the same mark, written longer", SisCell(points=Decimal("8.00")), adopt(EIGHT)),
        (
            "another mark",
            SisCell(points=SEVEN),
            Keep(seen="8", reason="the gradebook held a mark before ours"),
        ),
        (
            "a zero",
            SisCell(points=Decimal(0)),
            Keep(seen="8", reason="the gradebook held a mark before ours"),
        ),
        (
            "a code of the teacher's",
            CODE,
            Keep(seen="8", reason="the gradebook held a mark before ours"),
        ),
        ("not readable", UNREADABLE, put(EIGHT, UNREADABLE)),
    ),
)
def test_c5_a_mark_that_stood_there_before_ours_is_the_teachers(cell, expected):
    assert decide_score(Wanted(EIGHT), NEVER, cell) == expected


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_c5_a_first_score_after_a_night_without_one_is_sent_whatever_was_typed(cell):
    expected = adopt(EIGHT) if cell and cell.points == EIGHT else put(EIGHT, cell)
    assert decide_score(Wanted(EIGHT), UNSCORED, cell) == expected


@pytest.mark.parametrize(
    ("wanted", "cell", "expected"),
    table(
        ("the same in Otus", EIGHT, SisCell(points=SEVEN), Settled()),
        ("changed in Otus", NINE, SisCell(points=SEVEN), put(NINE, SEVEN)),
        ("changed to the teacher's", SEVEN, SisCell(points=SEVEN), adopt(SEVEN)),
    ),
)
def test_c5_a_kept_mark_stands_until_the_score_changes_in_otus(wanted, cell, expected):
    assert decide_score(Wanted(wanted), KEPT_AGAINST_EIGHT, cell) == expected


@pytest.mark.parametrize(
    ("wanted", "cell", "expected"),
    table(
        ("a score where our 0 stands", EIGHT, SisCell(points=Decimal(0)), put(EIGHT, Decimal(0))),
        ("a score where the teacher raised our 0", EIGHT, SisCell(points=SEVEN), put(EIGHT, SEVEN)),
        ("a typed 0 where ours stands", Decimal(0), SisCell(points=Decimal(0)), adopt(Decimal(0))),
        ("a typed 0 over the teacher's", Decimal(0), SisCell(points=SEVEN), put(Decimal(0), SEVEN)),
    ),
)
def test_c6_a_score_entered_after_our_zero_is_sent(wanted, cell, expected):
    assert decide_score(Wanted(wanted), SENT_ZERO, cell) == expected


@pytest.mark.parametrize("again", table(("the same score", EIGHT), ("another", NINE)))
def test_c2_a_score_entered_again_after_it_was_cleared_is_sent_again(again):
    assert decide_score(Wanted(again), CLEARED, STAR) == put(again, STAR)


ZERO_GOES = Put(points=Decimal(0), seen="zero", before=SisCell(annotated=True), zero=True)
EXEMPTED = [
    SisCell(exempt=True),
    SisCell(exempt=True, points=EIGHT),
    SisCell(exempt=True, points=NINE),
]


@pytest.mark.parametrize("cell", EXEMPTED)
@pytest.mark.parametrize("known", [NEVER, UNSCORED, SENT_EIGHT, SENT_ZERO, KEPT_AGAINST_EIGHT])
def test_c5_an_exempt_cell_is_never_written(known, cell):
    step = decide_score(Wanted(NINE), known, cell)
    assert step == Keep(seen="9", reason=EXEMPT)
    assert not isinstance(gone(known, cell), Clear)
    if known in (NEVER, UNSCORED):
        assert decide_score(ZERO_BY_B4, known, cell) == Keep(seen="zero", reason=EXEMPT)


@pytest.mark.parametrize(
    ("cell", "text"),
    table(
        ("a star", STAR, "*"),
        ("a star with a comment", SisCell(annotated=True), "*"),
        ("points", SisCell(points=Decimal("8.50")), "8.5"),
        ("a code", CODE, "no number"),
        ("exempt with points", SisCell(exempt=True, points=EIGHT), "no number"),
    ),
)
def test_a_cell_is_compared_by_what_it_shows(cell, text):
    assert shown(cell) == text


# ---- B4: a 0 that nobody typed -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    table(
        ("a star", STAR, replace(ZERO_GOES, before=STAR)),
        (
            "a mark",
            SisCell(points=SEVEN),
            Keep(seen="zero", reason="past due without a score, and the gradebook holds a mark"),
        ),
        (
            "a zero of the teacher's",
            SisCell(points=Decimal(0)),
            Keep(seen="zero", reason="past due without a score, and the gradebook holds a mark"),
        ),
        (
            "a code of the teacher's",
            CODE,
            Keep(seen="zero", reason="past due without a score, and the gradebook holds a mark"),
        ),
        ("late or missing", SisCell(annotated=True), ZERO_GOES),
        (
            "a comment of the teacher's",
            SisCell(annotated=True, bars_zero=True),
            Keep(seen="zero", reason=TEACHER_KNOWS),
        ),
        ("not readable", UNREADABLE, HeldZero()),
    ),
)
def test_b4_a_zero_goes_into_an_unscored_cell_only(cell, expected):
    assert decide_score(ZERO_BY_B4, NEVER, cell) == expected
    assert decide_score(ZERO_BY_B4, UNSCORED, cell) == expected


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_b4_a_zero_is_sent_once_and_never_again(cell):
    assert decide_score(ZERO_BY_B4, SENT_ZERO, cell) == Settled()


@pytest.mark.parametrize("cell", EVERY_CELL)
@pytest.mark.parametrize(
    "known",
    table(
        ("a score of ours stands there", SENT_EIGHT),
        ("a teacher's mark was kept against a score", KEPT_AGAINST_EIGHT),
        ("a score of ours was taken back", CLEARED),
    ),
)
def test_c6_where_a_score_once_stood_nothing_turns_into_a_zero(known, cell):
    step = decide_score(ZERO_BY_B4, known, cell)
    assert step == Withdrawn(reason="a score stood here before; it never turns into a 0", held=True)


# ---- C6: the source took its score back --------------------------------------------------------


def gone(known, cell, *, due_passed=False, can_clear=True):
    return decide_gone(Gone(due_passed=due_passed), known, cell, can_clear=can_clear)


CHANGED = Keep(seen="8", reason="removed in Otus, but changed in the gradebook", withdrawn=True)
ALREADY = Withdrawn(reason="removed in Otus, and the gradebook shows none", held=False)


@pytest.mark.parametrize(
    ("cell", "expected"),
    table(
        ("G=B", SisCell(points=EIGHT), Clear(before=SisCell(points=EIGHT))),
        (
            "G=B, written longer",
            SisCell(points=Decimal("8.0")),
            Clear(before=SisCell(points=EIGHT)),
        ),
        ("G differs", SisCell(points=SEVEN), CHANGED),
        ("G taken away already", STAR, ALREADY),
        ("G made a code", CODE, CHANGED),
    ),
)
def test_c6_before_the_due_date_our_own_mark_is_taken_back_and_no_other(cell, expected):
    assert gone(SENT_EIGHT, cell) == expected


@pytest.mark.parametrize(("beside", "can_empty"), [(False, False), (True, True)])
def test_c6_a_score_is_taken_out_where_nothing_of_the_teachers_is_lost(beside, can_empty):
    cell = SisCell(points=EIGHT, annotated=beside)
    step = decide_gone(
        Gone(due_passed=False), SENT_EIGHT, cell, can_clear=True, can_empty=can_empty
    )
    assert step == Clear(before=cell)


def test_c6_a_comment_that_would_be_lost_with_the_score_has_it_held():
    cell = SisCell(points=EIGHT, annotated=True)
    step = decide_gone(Gone(due_passed=False), SENT_EIGHT, cell, can_clear=True, can_empty=False)
    assert step == Withdrawn(reason=f"removed in Otus, but {BESIDE}", held=True)


def test_c6_a_mark_that_cannot_be_read_is_not_taken_back():
    step = gone(SENT_EIGHT, UNREADABLE)
    assert step == Withdrawn(
        reason="removed in Otus; the cell cannot be read, so it stays", held=True
    )


def test_c6_where_the_sis_cannot_take_a_mark_back_it_is_reported():
    step = gone(SENT_EIGHT, SisCell(points=EIGHT), can_clear=False)
    assert step == Withdrawn(reason="removed in Otus; the SIS cannot take a mark back", held=False)


@pytest.mark.parametrize("can_clear", table(("the SIS can clear", True), ("it cannot", False)))
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_c6_after_the_due_date_it_is_held_for_a_person(cell, can_clear):
    step = gone(SENT_EIGHT, cell, due_passed=True, can_clear=can_clear)
    assert step == Withdrawn(
        reason="removed in Otus after the due date; the SIS keeps it", held=True
    )


@pytest.mark.parametrize("due_passed", table(("before the due date", False), ("after it", True)))
@pytest.mark.parametrize("cell", EVERY_CELL)
@pytest.mark.parametrize(
    "known",
    table(
        ("never sent", NEVER), ("a teacher's was kept", KEPT_AGAINST_EIGHT), ("cleared", CLEARED)
    ),
)
def test_c6_what_the_sis_does_not_hold_from_us_is_only_reported(known, cell, due_passed):
    step = gone(known, cell, due_passed=due_passed)
    assert step == Withdrawn(reason="the score was removed in Otus", held=False)


# ---- how marks are compared --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "text"),
    table(
        ("whole", "8", "8"),
        ("with zeros behind", "8.500", "8.5"),
        ("a round hundred", "100", "100"),
        ("with an exponent", "1E+2", "100"),
        ("zero", "0.00", "0"),
        ("negative zero", "-0.0", "0"),
        ("tiny", "0.0000001", "0.0000001"),
    ),
)
def test_marks_of_the_same_worth_are_the_same_text(points, text):
    assert canonical(Decimal(points)) == text


def test_b1_two_marks_that_differ_far_behind_the_point_differ_as_text():
    near = Decimal("8.33333333333333333333333333333")
    assert Decimal(canonical(near)) == near


def test_a_zero_by_b4_is_remembered_apart_from_a_typed_one():
    assert last_handled(ZERO_BY_B4) == "zero"
    assert last_handled(Wanted(Decimal("0.0"))) == "0"
