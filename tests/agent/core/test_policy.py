"""Which evening a run counts for, whatever the clocks do, and how a type finds its category."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policy import tonight
from tests.agent.builders import CHICAGO, a_policy, local, utc

TICK = timedelta(microseconds=1)
SIX = time(6)


def counted(now, until=SIX, zone=CHICAGO):
    """(the night that it counts for, the calendar date) of a run at *now*."""
    found = tonight(now, zone, until)
    return found.night, found.today


def day(month, number, year=2026):
    return date(year, month, number)


@pytest.mark.parametrize(
    ("now", "night", "today"),
    [
        pytest.param(local(2026, 10, 16, 22), day(10, 16), day(10, 16), id="in the evening"),
        pytest.param(
            local(2026, 10, 17) - TICK, day(10, 16), day(10, 16), id="just before midnight"
        ),
        pytest.param(local(2026, 10, 17), day(10, 16), day(10, 17), id="at midnight"),
        pytest.param(local(2026, 10, 17, 6) - TICK, day(10, 16), day(10, 17), id="just before six"),
        pytest.param(local(2026, 10, 17, 6), day(10, 17), day(10, 17), id="at six"),
        pytest.param(local(2026, 10, 17, 12), day(10, 17), day(10, 17), id="at noon"),
        pytest.param(local(2027, 1, 1, 2), day(12, 31), day(1, 1, 2027), id="on New Year's night"),
        pytest.param(local(2028, 3, 1, 2), day(2, 29, 2028), day(3, 1, 2028), id="on a leap night"),
    ],
)
def test_a_run_before_the_morning_counts_for_the_evening_before(now, night, today):
    assert counted(now) == (night, today)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        pytest.param(utc(2026, 3, 8, 7, 59, 59), day(3, 7), id="as the clocks go forward"),
        pytest.param(utc(2026, 3, 8, 8), day(3, 7), id="after they went forward"),
        pytest.param(utc(2026, 3, 8, 11) - TICK, day(3, 7), id="just before a summer six"),
        pytest.param(utc(2026, 3, 8, 11), day(3, 8), id="at a summer six"),
        pytest.param(utc(2026, 11, 1, 6, 30), day(10, 31), id="the first half past one"),
        pytest.param(utc(2026, 11, 1, 7, 30), day(10, 31), id="the second half past one"),
        pytest.param(utc(2026, 11, 1, 12) - TICK, day(10, 31), id="just before a winter six"),
        pytest.param(utc(2026, 11, 1, 12), day(11, 1), id="at a winter six"),
    ],
)
def test_the_morning_is_the_local_clocks_on_both_change_days(now, night):
    assert counted(now) == (night, now.astimezone(CHICAGO).date())


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        pytest.param("Pacific/Honolulu", day(10, 16), id="19:00 the same day"),
        pytest.param("America/Chicago", day(10, 16), id="midnight"),
        pytest.param("UTC", day(10, 16), id="05:00"),
        pytest.param("Europe/Berlin", day(10, 17), id="07:00"),
        pytest.param("Asia/Kolkata", day(10, 17), id="10:30"),
        pytest.param("Pacific/Auckland", day(10, 17), id="18:00"),
    ],
)
def test_the_same_instant_counts_by_each_districts_zone(zone, night):
    assert counted(utc(2026, 10, 17, 5), zone=ZoneInfo(zone))[0] == night


@pytest.mark.parametrize(
    ("until", "before", "at"),
    [
        pytest.param(time(3, 30), day(10, 16), day(10, 17), id="half past three"),
        pytest.param(time(23, 59, 59), day(10, 16), day(10, 17), id="nearly all day"),
    ],
)
def test_the_hour_that_a_night_lasts_until_is_the_districts_choice(until, before, at):
    moment = datetime.combine(day(10, 17), until, CHICAGO)
    assert counted(moment - TICK, until)[0] == before
    assert counted(moment, until)[0] == at


def test_a_night_that_lasts_until_midnight_never_counts_for_the_evening_before():
    assert counted(local(2026, 10, 17), time(0))[0] == day(10, 17)


def test_tonight_keeps_the_instant_and_the_zone():
    now = utc(2026, 10, 17, 3)
    found = tonight(now, CHICAGO, SIX)
    assert (found.now, found.zone) == (now, CHICAGO)


instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(["America/Chicago", "Pacific/Apia", "Asia/Kathmandu", "UTC"]).map(ZoneInfo)


@given(now=instants, zone=zones)
def test_a_night_is_today_or_the_day_before(now, zone):
    night, today = counted(now, zone=zone)
    assert today - night in {timedelta(0), timedelta(days=1)}


@given(now=instants, later=st.timedeltas(timedelta(0), timedelta(days=3)), zone=zones)
def test_nights_do_not_run_backwards(now, later, zone):
    assert counted(now, zone=zone)[0] <= counted(now + later, zone=zone)[0]


# ---- categories --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        pytest.param("Quiz", "QUIZ", id="as written"),
        pytest.param("qUiZ", "QUIZ", id="in another case"),
        pytest.param("PRÜFUNG GROSS", "EXAM", id="folded beyond ASCII"),
        pytest.param("Quiz ", None, id="with a space more"),
        pytest.param("Homework", None, id="not mapped"),
    ],
)
def test_a_type_finds_its_category_in_any_case(kind, category):
    policy = a_policy(categories={"quiz": "QUIZ", "Prüfung groß": "EXAM"})
    assert policy.category_for(kind) == category


def test_of_types_that_differ_in_case_only_the_first_counts():
    policy = a_policy(categories={"Quiz": "QUIZ", "quiz": "TEST"})
    assert policy.category_for("QUIZ") == "QUIZ"
