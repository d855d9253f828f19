"""The night of a local date as a stretch of time: when it begins, and until when it may; pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.settings import Blackout, ServeSettings

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """The night of *day*; it may be begun from `begins` until before `ends`."""

    day: date
    begins: datetime
    ends: datetime


def slot_of(day: date, serve: ServeSettings, zone: ZoneInfo) -> Slot:
    """The night of a local date."""
    begins = instant_of(day, serve.at, zone)
    return Slot(day, begins, begins + timedelta(hours=serve.catch_up_hours))


def latest_slot(now: datetime, serve: ServeSettings, zone: ZoneInfo) -> Slot:
    """The night that began last, at or before *now*."""
    today = now.astimezone(zone).date()
    # A clock that goes back over midnight shows tomorrow's date before today's.
    slots = (slot_of(today + n * _DAY, serve, zone) for n in (1, 0, -1, -2))
    return next(slot for slot in slots if slot.begins <= now)


def next_slot(
    now: datetime, serve: ServeSettings, zone: ZoneInfo, until: date | None = None
) -> Slot | None:
    """The first night after *now* that no blackout takes, of *until* or later; None in a year."""
    day = latest_slot(now, serve, zone).day
    first = max(day + _DAY, until or day)
    for ahead in range(366):
        if blackout(first + ahead * _DAY, serve) is None:
            return slot_of(first + ahead * _DAY, serve, zone)
    return None


def blackout(day: date, serve: ServeSettings) -> str | None:
    """Why the night of *day* does not run; "" where no reason is given, None: it runs."""
    for each in serve.blackout:
        if isinstance(each, Blackout) and each.first <= day <= each.to:
            return each.reason
        if each == day:
            return ""
    return None


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When a clock on the wall shows *at*, in UTC.

    The first time, where it does so twice; where it never does, when the gap ends.
    """
    wall = datetime.combine(day, at.replace(fold=0), zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _end_of_gap(wall.replace(fold=1).astimezone(UTC), instant, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks are put forward, which is between two instants; to the second."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
