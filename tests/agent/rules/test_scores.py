"""B1 to B9 as tables: what the source wants for one student, or why nothing is sent."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import Broken, Progress, StatusFlag
from agent.policy import MissingAfterDue
from agent.rules.due import Due
from agent.rules.scores import Gone, Wanted, judge
from tests.agent.builders import DUE, a_cell, a_night, a_policy, a_score, local, utc

DAY = timedelta(days=1)
BEFORE_DUE = a_night(local(2026, 10, 14, 22))
ZERO = Wanted(Decimal(0), zero=True)
EXCUSED, EXCLUDED = frozenset({StatusFlag.EXCUSED}), frozenset({StatusFlag.EXCLUDED})


def codes(**change):
    """The refusal codes, or the score that is wanted."""
    verdict = judge(a_cell(**change))
    return [r.code for r in verdict] if isinstance(verdict, tuple) else verdict


def nothing(**change):
    """A row of the source for a student who handed nothing in."""
    return a_score(None, progress=Progress.NOT_SUBMITTED, **change)


def table(*rows):
    return [pytest.param(*rest, id=words) for words, *rest in rows]


# ---- B1, B9: what somebody graded --------------------------------------------------------------


@pytest.mark.parametrize(
    "points",
    table(
        ("a half", "8.5"),
        ("with a digit to spare", "8.50"),
        ("zero", "0"),
        ("a tiny one", "0.0000001"),
        ("more digits than a float holds", "9.123456789012345678901234567"),
        ("above the total", "12"),
        ("the largest", "100000"),
    ),
)
def test_b1_a_graded_score_passes_with_every_digit(points):
    verdict = judge(a_cell(score=a_score(points)))
    assert verdict == Wanted(Decimal(points), zero=False)
    assert f"{verdict.points:f}" == points


@pytest.mark.parametrize("now", table(("before the due date", BEFORE_DUE), ("after it", a_night())))
def test_b1_a_graded_score_passes_whenever_it_is_due(now):
    assert codes(tonight=now) == Wanted(Decimal("8.5"))


@pytest.mark.parametrize(
    "flag",
    [pytest.param(f, id=f) for f in (StatusFlag.MISSING, StatusFlag.LATE, StatusFlag.EXCUSED)],
)
def test_b7_a_status_flag_beside_a_score_is_not_sent_and_stops_nothing(flag):
    assert codes(score=a_score(flags=frozenset({flag}))) == Wanted(Decimal("8.5"))


@pytest.mark.parametrize(
    ("points", "reason"),
    table(
        ("just below zero", "-0.01", "the score is negative"),
        ("far below zero", "-8", "the score is negative"),
        ("not a number", "NaN", "the score is no number"),
        ("a signalling not-a-number", "sNaN", "the score is no number"),
        ("endless", "Infinity", "the score is no number"),
        ("endlessly negative", "-Infinity", "the score is no number"),
        ("just above any gradebook", "100000.01", "the score is above 100000"),
    ),
)
def test_b9_a_broken_score_is_refused_by_itself(points, reason):
    (refused,) = judge(a_cell(score=a_score(points)))
    assert (refused.code, refused.reason) == ("score_invalid", reason)


def test_b9_a_broken_record_is_refused_and_says_which_field():
    (refused,) = judge(a_cell(score=Broken(reason="points: expected a number")))
    assert refused.code == "score_invalid"
    assert refused.reason == "broken record: points: expected a number"


# ---- B2: turned in, not graded -----------------------------------------------------------------


@pytest.mark.parametrize("now", table(("before the due date", BEFORE_DUE), ("after it", a_night())))
@pytest.mark.parametrize("flags", table(("no flag", frozenset()), ("excused", EXCUSED)))
@pytest.mark.parametrize("points", table(("no points", None), ("points so far", "4")))
@pytest.mark.parametrize("had_score", table(("never scored", False), ("scored before", True)))
def test_b2_turned_in_is_withheld_however_late(now, flags, points, had_score):
    score = a_score(points, progress=Progress.TURNED_IN, flags=flags)
    assert codes(score=score, tonight=now, had_score=had_score) == ["not_fully_graded"]


@pytest.mark.parametrize(
    "score",
    table(
        ("graded, without points", a_score(None)),
        ("points, nothing submitted", a_score("4", progress=Progress.NOT_SUBMITTED)),
        ("a typed zero, nothing submitted", a_score("0", progress=Progress.NOT_SUBMITTED)),
    ),
)
def test_b2_a_row_at_odds_with_itself_is_withheld_and_never_a_zero(score):
    assert codes(score=score) == ["not_fully_graded"]


# ---- B3, B4: nothing handed in -----------------------------------------------------------------


@pytest.mark.parametrize("row", table(("no row", None), ("a row without points", nothing())))
@pytest.mark.parametrize(
    ("due", "now", "expected"),
    table(
        ("in the evening of the day", Due(day=DUE), local(2026, 10, 14, 22), ["not_due_yet"]),
        ("as the day ends", Due(day=DUE), local(2026, 10, 15), ZERO),
        (
            "just before the time",
            Due(day=DUE, instant=local(2026, 10, 14, 15)),
            local(2026, 10, 14, 14, 59, 59),
            ["not_due_yet"],
        ),
        (
            "at the time",
            Due(day=DUE, instant=local(2026, 10, 14, 15)),
            local(2026, 10, 14, 15),
            ZERO,
        ),
        ("on the day of 23 hours", Due(day=date(2026, 3, 8)), utc(2026, 3, 9, 4), ["not_due_yet"]),
        ("after the day of 23 hours", Due(day=date(2026, 3, 8)), utc(2026, 3, 9, 5), ZERO),
        (
            "on the day of 25 hours",
            Due(day=date(2026, 11, 1)),
            utc(2026, 11, 2, 5),
            ["not_due_yet"],
        ),
        ("after the day of 25 hours", Due(day=date(2026, 11, 1)), utc(2026, 11, 2, 6), ZERO),
    ),
)
def test_b3_b4_missing_work_waits_for_the_due_date_and_is_a_zero_after_it(row, due, now, expected):
    assert codes(score=row, due=due, tonight=a_night(now)) == expected


def test_b3_says_from_when_time_alone_may_change_it():
    (refused,) = judge(a_cell(score=None, tonight=BEFORE_DUE))
    assert (refused.reason, refused.until) == ("no score yet; due 2026-10-14", DUE + DAY)


@pytest.mark.parametrize(
    ("change", "expected"),
    table(
        ("assigned from the start", {"assigned_since": date.min}, ZERO),
        ("assigned the day before", {"assigned_since": DUE - DAY}, ZERO),
        ("assigned on the day", {"assigned_since": DUE}, ZERO),
        ("assigned the day after", {"assigned_since": DUE + DAY}, ["withheld_missing"]),
        ("another has the same SIS id", {"alone": False}, ["withheld_missing"]),
        ("not enrolled on the day", {"enrolled_when_due": False}, ["withheld_missing"]),
        ("not enrolled today", {"enrolled_today": False}, ["not_enrolled"]),
        ("not assigned", {"assigned_since": None}, ["not_assigned"]),
        (
            "the district withholds",
            {"policy": a_policy(missing_after_due=MissingAfterDue.WITHHOLD)},
            ["withheld_missing"],
        ),
        ("once had a score", {"had_score": True}, Gone(due_passed=True)),
    ),
)
def test_b4_a_zero_is_only_for_who_was_enrolled_and_assigned_on_the_due_date(change, expected):
    assert codes(score=nothing(), **change) == expected


def test_b4_withholding_starts_when_the_due_date_has_passed():
    policy = a_policy(missing_after_due=MissingAfterDue.WITHHOLD)
    assert codes(score=None, policy=policy, tonight=BEFORE_DUE) == ["not_due_yet"]


def test_b4_a_zero_is_told_apart_from_one_that_somebody_typed():
    assert codes(score=a_score("0")) == Wanted(Decimal(0), zero=False)
    assert codes(score=None) == Wanted(Decimal(0), zero=True)


@pytest.mark.parametrize(
    ("now", "passed"),
    table(("before the due date", BEFORE_DUE, False), ("after it", a_night(), True)),
)
@pytest.mark.parametrize("row", table(("no row", None), ("a row without points", nothing())))
def test_c6_a_score_that_was_taken_back_is_gone_and_never_a_zero(now, passed, row):
    assert codes(score=row, had_score=True, tonight=now) == Gone(due_passed=passed)


# ---- B5, B6, B7: not for this student ----------------------------------------------------------


@pytest.mark.parametrize("row", table(("scored", a_score()), ("nothing", None)))
def test_b5_nothing_is_sent_for_who_it_was_not_assigned_to(row):
    assert "not_assigned" in codes(score=row, assigned_since=None)


@pytest.mark.parametrize("row", table(("scored", a_score()), ("nothing", None)))
def test_b6_nothing_is_sent_for_who_is_not_enrolled_today(row):
    assert "not_enrolled" in codes(score=row, enrolled_today=False)


def test_b6_enrolment_on_the_due_date_does_not_matter_to_a_score():
    assert codes(enrolled_when_due=False) == Wanted(Decimal("8.5"))


@pytest.mark.parametrize(
    ("row", "settings", "expected"),
    table(
        ("excluded, scored", a_score(flags=EXCLUDED), {}, ["excluded"]),
        (
            "excluded, scored, sent",
            a_score(flags=EXCLUDED),
            {"send_excluded": True},
            Wanted(Decimal("8.5")),
        ),
        ("excluded, no score", nothing(flags=EXCLUDED), {}, ["excluded"]),
        (
            "excluded, no score, sent",
            nothing(flags=EXCLUDED),
            {"send_excluded": True},
            ["excused_no_score"],
        ),
        (
            "excluded, no score, sent and zeroed",
            nothing(flags=EXCLUDED),
            {"send_excluded": True, "zero_excused": True},
            ZERO,
        ),
        ("excused, no score", nothing(flags=EXCUSED), {}, ["excused_no_score"]),
        ("excused, no score, zeroed", nothing(flags=EXCUSED), {"zero_excused": True}, ZERO),
        ("excused, graded without points", a_score(None, flags=EXCUSED), {}, ["excused_no_score"]),
        ("missing, no score", nothing(flags=frozenset({StatusFlag.MISSING})), {}, ZERO),
        ("late, no score", nothing(flags=frozenset({StatusFlag.LATE})), {}, ZERO),
    ),
)
def test_b7_status_flags_keep_scores_and_zeros_back_as_the_district_says(row, settings, expected):
    assert codes(score=row, policy=a_policy(**settings)) == expected


def test_b7_an_excused_student_before_the_due_date_is_told_both_reasons():
    found = codes(score=nothing(flags=EXCUSED), tonight=BEFORE_DUE)
    assert found == ["excused_no_score", "not_due_yet"]


def test_b4_graded_without_points_is_no_zero_even_where_excused_students_get_one():
    policy = a_policy(zero_excused=True)
    assert codes(score=a_score(None, flags=EXCUSED), policy=policy) == ["not_fully_graded"]


def test_every_reason_is_told_and_not_only_the_first():
    found = codes(
        score=a_score("-1", progress=Progress.TURNED_IN, flags=EXCLUDED),
        assigned_since=None,
        enrolled_today=False,
    )
    assert found == [
        "not_assigned",
        "not_enrolled",
        "excluded",
        "not_fully_graded",
        "score_invalid",
    ]


def test_a_broken_record_of_a_student_who_left_tells_both_reasons():
    found = codes(score=Broken(reason="points: expected a number"), enrolled_today=False)
    assert found == ["not_enrolled", "score_invalid"]
