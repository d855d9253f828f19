"""The school year around a date: four grading periods of nine weeks, back to back.

The period that holds the start date began about four weeks before it and goes on for about five, so
that a world has something due lately and something due soon, whenever it starts.
"""

from dataclasses import dataclass
from datetime import date, timedelta

PERIOD_DAYS = 63
DAYS_IN_BEFORE_START = 28
AUGUST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDates:
    """A named stretch of days, first and last inclusive."""

    title: str
    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolYear:
    """A year of two semesters of two grading periods each.

    Attributes:
        ends: the calendar year that names it (2027 for 2026-27).
        current: the index in `periods` of the one that holds the start date.
    """

    ends: int
    periods: tuple[TermDates, ...]
    semesters: tuple[TermDates, ...]
    whole: TermDates
    current: int


def school_year(start: date) -> SchoolYear:
    """The school year that *start* lies in."""
    ends = start.year + (start.month >= AUGUST)
    quarter = (start.month - AUGUST) % 12 // 3
    begin = start - timedelta(days=DAYS_IN_BEFORE_START)
    begin -= timedelta(days=begin.weekday() + quarter * PERIOD_DAYS)
    periods = tuple(
        TermDates(
            title=f"Q{n + 1}",
            start=begin + timedelta(days=n * PERIOD_DAYS),
            end=begin + timedelta(days=(n + 1) * PERIOD_DAYS - 1),
        )
        for n in range(4)
    )
    halves = tuple(
        TermDates(title=f"S{n + 1}", start=periods[2 * n].start, end=periods[2 * n + 1].end)
        for n in range(2)
    )
    whole = TermDates(title=f"{ends - 1}-{ends}", start=periods[0].start, end=periods[-1].end)
    return SchoolYear(ends=ends, periods=periods, semesters=halves, whole=whole, current=quarter)
