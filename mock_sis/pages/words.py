"""Dates, names and the states of grading periods as a page says them in a sentence."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mock_sis.gradebook.periods import Period, PeriodState

LONGEST_NAME = 80
MOMENT = timedelta(microseconds=1)


def short(name: object) -> str:
    """A name as it stands in a sentence: one line, at most 80 characters."""
    text = " ".join(str(name).split())
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def spoken_day(given: date) -> str:
    """Thursday, October 1, 2026."""
    return f"{given:%A}, {given:%B} {given.day}, {given.year}"


def spoken_time(at: datetime) -> str:
    """10:00 pm; by the clock of *at*."""
    return f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"


def spoken(at: datetime) -> str:
    """Thursday, October 1, 2026, 10:00 pm; by the clock of *at*."""
    return f"{spoken_day(at)}, {spoken_time(at)}"


def size_words(size: int) -> str:
    """Bytes as people say them."""
    return f"{size / 1e6:,.1f} MB"


def state_words(period: Period, today: date, zone: ZoneInfo) -> str:
    """Upcoming, open, open in its grace days, or closed; and whether by hand."""
    if period.state is PeriodState.UPCOMING:
        return "upcoming"
    if period.state is PeriodState.CLOSED:
        return "closed by hand" if period.hand else "closed"
    if period.hand:
        return "reopened, until it is closed by hand"
    return f"over, open until {closes_words(period, zone)}" if today > period.end else "open"


def closes_words(period: Period, zone: ZoneInfo) -> str:
    """The last day on which it takes anything, or the moment at which it closes."""
    closes = period.closes.astimezone(zone)
    midnight = closes.time() == datetime.min.time()
    return f"the end of {spoken_day(closes - MOMENT)}" if midnight else spoken(closes)
