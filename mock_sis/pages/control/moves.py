"""The moments to which people move a district's clock: tonight, the next day, a period's end."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mock_sis.gradebook.periods import Period, containing

EVENING, MORNING = time(22), time(8)
DAY = timedelta(days=1)
WEEK = 7


@dataclass(frozen=True, slots=True)
class Move:
    """Where the clock can go; `at` is by the district's clock."""

    key: str
    words: str
    at: datetime


def moves(now: datetime, zone: ZoneInfo, periods: Sequence[Period]) -> list[Move]:
    """Every moment that lies ahead of *now*. None at the end of the calendar."""
    with suppress(OverflowError):
        current = now.astimezone(zone)
        every = (*_days(current, zone), *_period_ends(current.date(), zone, periods))
        return [move for move in every if move.at > current]
    return []


def _days(now: datetime, zone: ZoneInfo) -> Iterator[Move]:
    today = now.date()
    evening = datetime.combine(today, EVENING, zone)
    if evening > now:
        yield Move("tonight", "Tonight", evening)
    else:
        yield Move("tonight", "Tomorrow night", datetime.combine(today + DAY, EVENING, zone))
    yield Move("next-day", "Next day", datetime.combine(today + DAY, MORNING, zone))
    monday = today + (WEEK - today.weekday()) * DAY
    yield Move("next-monday", "Next Monday", datetime.combine(monday, MORNING, zone))


def _period_ends(today: date, zone: ZoneInfo, periods: Sequence[Period]) -> Iterator[Move]:
    """Of the period that holds today; between two of them, of the next one."""
    period = containing(periods, today) or next((p for p in periods if p.start > today), None)
    if period is not None:
        last = datetime.combine(period.end, MORNING, zone)
        yield Move("last-day", f"Last day of {period.title}", last)
        after = datetime.combine(period.end + DAY, MORNING, zone)
        yield Move("day-after", f"Day after {period.title} ends", after)
