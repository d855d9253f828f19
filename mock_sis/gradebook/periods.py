"""Grading periods: which one a day lies in, and whether it takes anything now."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from mock_sis.world.clock import instant
from mock_sis.world.store import Store


class PeriodState(StrEnum):
    """A period that is over stays OPEN until it closes."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A grading period as it stands now; start and end inclusive.

    Attributes:
        closes: the instant at which it closes by the calendar (`closes_at`, or the end of the
            local day `end` + `grace_days`).
        hand: "closed" or "reopened" by an administrator, which overrides `closes`.
    """

    id: str
    title: str
    number: int
    start: date
    end: date
    term: str
    year: int
    grace_days: int
    closes: datetime
    hand: str | None
    state: PeriodState
    modified: datetime

    def holds(self, day: date) -> bool:
        """Whether *day* lies inside."""
        return self.start <= day <= self.end


def containing(periods: Sequence[Period], day: date | None) -> Period | None:
    """The first of *periods* in which *day* lies."""
    return next((p for p in periods if day is not None and p.holds(day)), None)


def all_periods(store: Store, now: datetime, zone: ZoneInfo) -> list[Period]:
    """Every period of the district, by start."""
    rows = store.read("SELECT * FROM period ORDER BY start, id")
    return [_period(row, now, zone) for row in rows]


def section_periods(store: Store, section: str, now: datetime, zone: ZoneInfo) -> list[Period]:
    """The periods of the terms in which *section* is taught, by start.

    One that is taught in no term has every period of the district.
    """
    rows = store.read(
        "SELECT DISTINCT period.* FROM section_term JOIN term_period USING (term)"
        " JOIN period ON period.id = term_period.period"
        " WHERE section_term.section = ? ORDER BY start, id",
        section,
    )
    return [_period(row, now, zone) for row in rows] or all_periods(store, now, zone)


def period_of_day(
    store: Store, section: str, day: date, now: datetime, zone: ZoneInfo
) -> Period | None:
    """The period of *section* in which *day* lies, without reading the others."""
    row = store.one(
        "SELECT period.* FROM period LEFT JOIN term_period ON term_period.period = period.id"
        " LEFT JOIN section_term ON section_term.term = term_period.term AND section = ?1"
        " WHERE start <= ?2 AND end >= ?2 AND (section IS NOT NULL"
        " OR NOT EXISTS (SELECT 1 FROM section_term WHERE section = ?1))"
        " ORDER BY start, id LIMIT 1",
        section,
        day.isoformat(),
    )
    return _period(row, now, zone) if row else None


def _period(row: sqlite3.Row, now: datetime, zone: ZoneInfo) -> Period:
    start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
    last = end + timedelta(days=row["grace_days"] + 1)
    midnight = datetime.combine(last, time(), zone).astimezone(UTC)
    closes = instant(row["closes_at"]) if row["closes_at"] else midnight
    return Period(
        id=row["id"],
        title=row["title"],
        number=row["number"],
        start=start,
        end=end,
        term=row["term"],
        year=row["year"],
        grace_days=row["grace_days"],
        closes=closes,
        hand=row["hand"],
        state=_state(start, closes, row["hand"], now, zone),
        modified=instant(row["modified"]),
    )


def _state(
    start: date, closes: datetime, hand: str | None, now: datetime, zone: ZoneInfo
) -> PeriodState:
    if hand == "closed" or (hand is None and now >= closes):
        return PeriodState.CLOSED
    if hand is None and now.astimezone(zone).date() < start:
        return PeriodState.UPCOMING
    return PeriodState.OPEN
