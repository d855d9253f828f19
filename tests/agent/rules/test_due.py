"""A10, B3, B4: which due date counts, and the instant from which it has passed."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import Kind
from agent.rules.due import Due, due_of
from tests.agent.builders import CHICAGO, a_night, an_assessment, local, utc

TICK = timedelta(microseconds=1)
WEEK = timedelta(days=7)
GIVEN = date(2026, 10, 30)
ASSIGNED = date(2026, 10, 5)
SUBMISSION = date(2026, 10, 9)
CREATED = utc(2026, 10, 2, 4, 59)
CREATED_LOCALLY = date(2026, 10, 1)


def due_from(kind, *, given, assigned, created, submission):
    return due_of(
        an_assessment(
            kind=kind,
            due=GIVEN if given else None,
            assigned_on=ASSIGNED if assigned else None,
            created_at=CREATED if created else None,
            submission_date=SUBMISSION if submission else None,
        ),
        CHICAGO,
    )


COMPUTED = {
    "submission": Due(day=SUBMISSION + WEEK, computed_from="submission date"),
    "assigned": Due(day=ASSIGNED + WEEK, computed_from="assigned date"),
    "created": Due(day=CREATED_LOCALLY + WEEK, computed_from="creation date"),
}
FACTS = tuple(COMPUTED)
SUBSETS = [
    pytest.param(dict(zip(FACTS, chosen, strict=True)), id=words or "nothing")
    for chosen in product((False, True), repeat=len(FACTS))
    for words in [" and ".join(f for f, there in zip(FACTS, chosen, strict=True) if there)]
]
"""Every combination of the three facts that a due date could be computed from."""


@pytest.mark.parametrize("there", SUBSETS)
@pytest.mark.parametrize("kind", Kind)
def test_a_given_due_date_counts_whatever_else_is_known(kind, there):
    assert due_from(kind, given=True, **there) == Due(day=GIVEN)


@pytest.mark.parametrize("there", SUBSETS)
def test_an_ordinary_one_counts_from_the_assigned_date_or_else_the_creation_date(there):
    wanted = next((COMPUTED[f] for f in ("assigned", "created") if there[f]), None)
    assert due_from(Kind.ORDINARY, given=False, **there) == wanted


@pytest.mark.parametrize("there", SUBSETS)
def test_a_plus_one_counts_from_its_submission_date_only(there):
    wanted = COMPUTED["submission"] if there["submission"] else None
    assert due_from(Kind.PLUS, given=False, **there) == wanted


@pytest.mark.parametrize(
    ("created", "day"),
    [
        pytest.param(
            utc(2026, 10, 2, 4, 59, 59), date(2026, 10, 8), id="late in the local evening"
        ),
        pytest.param(utc(2026, 10, 2, 5), date(2026, 10, 9), id="as the local day begins"),
        pytest.param(utc(2026, 10, 26, 5), date(2026, 11, 2), id="across the end of summer time"),
    ],
)
def test_the_creation_date_is_the_districts(created, day):
    assessment = an_assessment(due=None, assigned_on=None, created_at=created)
    assert due_of(assessment, CHICAGO) == Due(day=day, computed_from="creation date")


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/Chicago", 14), ("UTC", 15), ("Pacific/Honolulu", 14), ("Asia/Tokyo", 15)],
)
def test_a_due_date_with_a_time_falls_on_the_districts_day(zone, day):
    instant = utc(2026, 10, 15, 4, 59)
    wanted = Due(day=date(2026, 10, day), instant=instant)
    assert due_of(an_assessment(due=instant), ZoneInfo(zone)) == wanted


# ---- passed ------------------------------------------------------------------------------------

ENDS = [
    pytest.param(date(2026, 10, 14), utc(2026, 10, 15, 5), id="an ordinary day"),
    pytest.param(date(2026, 3, 7), utc(2026, 3, 8, 6), id="the day before the clocks go forward"),
    pytest.param(date(2026, 3, 8), utc(2026, 3, 9, 5), id="the day of 23 hours"),
    pytest.param(date(2026, 10, 31), utc(2026, 11, 1, 5), id="the day before the clocks go back"),
    pytest.param(date(2026, 11, 1), utc(2026, 11, 2, 6), id="the day of 25 hours"),
    pytest.param(date(2026, 12, 31), utc(2027, 1, 1, 6), id="the last day of the year"),
    pytest.param(date(2028, 2, 29), utc(2028, 3, 1, 6), id="a leap day"),
]


@pytest.mark.parametrize(("day", "end"), ENDS)
def test_without_a_time_it_passes_when_the_local_day_ends(day, end):
    due = Due(day=day)
    assert not due.passed(a_night(end - TICK))
    assert due.passed(a_night(end))


@pytest.mark.parametrize(
    "instant",
    [
        pytest.param(local(2026, 10, 14, 15, 30), id="in the afternoon"),
        pytest.param(local(2026, 10, 14), id="at midnight"),
        pytest.param(local(2026, 3, 8, 3), id="just after the clocks went forward"),
        pytest.param(local(2026, 11, 1, 1, 30), id="the first half past one"),
        pytest.param(local(2026, 11, 1, 1, 30, fold=1), id="the second half past one"),
    ],
)
def test_with_a_time_it_passes_at_that_time(instant):
    due = due_of(an_assessment(due=instant), CHICAGO)
    moment = instant.astimezone(UTC)
    assert not due.passed(a_night(moment - TICK))
    assert due.passed(a_night(moment))


def test_the_two_half_past_ones_of_the_autumn_night_are_an_hour_apart():
    first = due_of(an_assessment(due=local(2026, 11, 1, 1, 30)), CHICAGO)
    between = utc(2026, 11, 1, 7)
    second = due_of(an_assessment(due=local(2026, 11, 1, 1, 30, fold=1)), CHICAGO)
    assert (first.passed(a_night(between)), second.passed(a_night(between))) == (True, False)


def test_a_run_before_the_morning_has_seen_the_local_day_end():
    assert Due(day=date(2026, 10, 14)).passed(a_night(local(2026, 10, 15, 2)))


zones = st.sampled_from([CHICAGO, *map(ZoneInfo, ("UTC", "Pacific/Apia", "Asia/Kolkata"))])
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(day=days, now=instants, zone=zones)
def test_a_date_has_passed_exactly_when_the_local_calendar_is_past_it(day, now, zone):
    assert Due(day=day).passed(a_night(now, zone)) == (now.astimezone(zone).date() > day)


@given(due=instants | days, now=instants, later=st.timedeltas(timedelta(0), WEEK), zone=zones)
def test_what_has_passed_stays_passed(due, now, later, zone):
    found = due_of(an_assessment(due=due), zone)
    assert found.passed(a_night(now + later, zone)) or not found.passed(a_night(now, zone))


def test_a_due_date_passes_when_its_day_ends_and_a_moment_on_its_own_day():
    at_noon = local(2026, 10, 30, 12)
    assert Due(day=GIVEN).passes_on == date(2026, 10, 31)
    assert Due(day=GIVEN, instant=at_noon).passes_on == GIVEN
    assert Due(day=date.max).passes_on == date.max


@given(day=st.dates(), ahead=st.integers(-2, 2))
def test_a_day_passes_on_the_first_date_that_finds_it_passed(day, ahead):
    due = Due(day=day)
    if not date.min + 3 * WEEK < day < date.max - 3 * WEEK:
        return
    then = datetime.combine(day + timedelta(days=ahead), datetime.min.time(), CHICAGO)
    assert due.passed(a_night(then)) == (then.date() >= due.passes_on)
