"""The night of a local date: once for each date, on the days of both clock changes too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.serve.schedule.slots import blackout, instant_of, latest_slot, next_slot, slot_of
from agent.settings import Blackout, ServeSettings

ZONES = ("America/Chicago", "Europe/Berlin", "Australia/Lord_Howe")
CHANGES = {
    "America/Chicago": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
}


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("America/Chicago", "2026-11-30", "21:00", "2026-12-01T03:00"),
        # The clocks go from 2:00 to 3:00: 2:30 is run at 3:00, which is 8:00 UTC.
        ("America/Chicago", "2026-03-08", "01:59", "2026-03-08T07:59"),
        ("America/Chicago", "2026-03-08", "02:00", "2026-03-08T08:00"),
        ("America/Chicago", "2026-03-08", "02:30", "2026-03-08T08:00"),
        ("America/Chicago", "2026-03-08", "03:00", "2026-03-08T08:00"),
        ("America/Chicago", "2026-03-08", "03:01", "2026-03-08T08:01"),
        # They go from 2:00 back to 1:00: 1:30 comes twice, and the first time counts.
        ("America/Chicago", "2026-11-01", "01:30", "2026-11-01T06:30"),
        ("America/Chicago", "2026-11-01", "02:00", "2026-11-01T08:00"),
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
        # Half an hour only.
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        # A date that the calendar of the place never had.
        ("Pacific/Apia", "2011-12-30", "21:00", "2011-12-30T10:00"),
        ("Asia/Kolkata", "2026-03-29", "21:00", "2026-03-29T15:30"),
    ],
)
def test_a_time_on_the_wall_is_one_instant(zone, day, at, utc):
    found = instant_of(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def around(zone):
    """Instants within two days of a clock change."""
    middles = [datetime(c.year, c.month, c.day, 12, tzinfo=UTC) for c in CHANGES[zone]]
    near = st.integers(-2 * 86_400, 2 * 86_400).map(lambda n: timedelta(seconds=n))
    return st.builds(lambda middle, off: middle + off, st.sampled_from(middles), near)


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_around_a_clock_change_each_date_has_one_night_and_they_follow_each_other(zone, data):
    here = ZoneInfo(zone)
    serve = ServeSettings(
        at=data.draw(st.times().map(lambda t: t.replace(microsecond=0))),
        catch_up_hours=data.draw(st.integers(1, 23)),
    )
    now = data.draw(around(zone))
    latest, coming = latest_slot(now, serve, here), next_slot(now, serve, here)
    assert latest.begins <= now < coming.begins
    assert coming.day == latest.day + timedelta(days=1)
    assert latest.ends - latest.begins == timedelta(hours=serve.catch_up_hours)
    shown = latest.begins.astimezone(here)
    assert shown.date() == latest.day
    late = shown.replace(tzinfo=None) - datetime.combine(latest.day, serve.at)
    assert timedelta(0) <= late <= timedelta(hours=1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["21:00", "02:15", "01:45", "00:00", "23:59:59"])
def test_a_clock_that_is_looked_at_again_and_again_begins_each_date_once(zone, at):
    here, serve = ZoneInfo(zone), ServeSettings(at=time.fromisoformat(at), catch_up_hours=1)
    for change in CHANGES[zone]:
        start = datetime(change.year, change.month, change.day, tzinfo=UTC) - timedelta(days=3)
        looks = (start + timedelta(minutes=15 * n) for n in range(6 * 24 * 4))
        days = []
        for now in looks:
            slot = latest_slot(now, serve, here)
            if now < slot.ends and (not days or days[-1] != slot.day):
                days.append(slot.day)
        assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
        assert len(days) in {6, 7}


CHICAGO = ZoneInfo("America/Chicago")
BREAK = ServeSettings(
    blackout=(date(2026, 11, 26), Blackout(date(2026, 12, 21), date(2027, 1, 1), "winter break"))
)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        *((date(2026, 11, 25), None), (date(2026, 11, 26), ""), (date(2026, 11, 27), None)),
        *((date(2026, 12, 20), None), (date(2026, 12, 21), "winter break")),
        *((date(2027, 1, 1), "winter break"), (date(2027, 1, 2), None)),
    ],
)
def test_a_blackout_holds_on_its_dates_both_ends_included(day, reason):
    assert blackout(day, BREAK) == reason


def test_the_next_night_passes_over_blackouts():
    now = datetime(2026, 12, 20, 12, tzinfo=CHICAGO)
    assert next_slot(now, BREAK, CHICAGO).day == date(2026, 12, 20)
    assert next_slot(now + timedelta(hours=10), BREAK, CHICAGO).day == date(2027, 1, 2)
    until = date(2027, 1, 10)
    assert next_slot(now, BREAK, CHICAGO, until) == slot_of(until, BREAK, CHICAGO)
    always = ServeSettings(blackout=(Blackout(date(2026, 1, 1), date(2030, 1, 1)),))
    assert next_slot(now, always, CHICAGO) is None
