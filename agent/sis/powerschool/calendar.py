"""PowerSchool's reporting terms: which apply to a section, and which of them are locked for it.

A due date counts in every reporting term that holds it (Q1, S1 and Y1 overlap), so one locked term
is enough. A lock has three states: an administrator's word, locked or not, or none; without a word
a term locks itself so many days after its end. An administrator can unlock a single section.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from agent.domain import Period
from agent.sis.powerschool.rows import BinRow, LockRow, UnlockRow

_LOCKED, _OPEN = "1", "0"


class Stretch(NamedTuple):
    """A reporting term whose lock is settled for tonight; sections may be unlocked all the same."""

    id: str
    code: str
    start: date
    end: date
    locked: bool
    grace: date | None = None

    def holds(self, other: "Stretch") -> bool:
        """Whether *other* lies inside."""
        return self.start <= other.start and other.end <= self.end


class ReportingTerms:
    """The reporting terms of the district as they stand *today*.

    Args:
        schools: SCHOOLS.DCID -> SCHOOL_NUMBER, since some tables know a school by the one, some by
            the other.
    """

    def __init__(
        self,
        bins: Iterable[BinRow],
        locks: Iterable[LockRow],
        unlocks: Iterable[UnlockRow],
        *,
        schools: Mapping[str, str],
        today: date,
    ) -> None:
        rules = {(schools.get(row.schoolsdcid, ""), row.yearid): row for row in locks}
        rows = sorted(bins, key=_place)
        self._stretches = {
            place: _stretches(same, rules, today) for place, same in groupby(rows, _place)
        }
        self._unlocked = frozenset((u.sectionsdcid, u.termbinsdcid) for u in unlocks)
        self._today = today

    def of(self, section: str, school_number: str, term_id: str) -> tuple[Period, ...]:
        """The reporting terms of a section, shorter ones first."""
        every = self._stretches.get((school_number, term_id), ())
        opened = [s for s in every if (section, s.id) in self._unlocked]
        return tuple(
            Period(
                id=s.id,
                title=s.code,
                start=s.start,
                end=s.end,
                # What holds an unlocked term would lock it again.
                closed=s.locked and not any(s.holds(other) for other in opened),
                grace=s.grace,
            )
            for s in every
        )

    def current(self) -> list[str]:
        """Codes of the reporting terms that hold today, in any school."""
        held = (s for every in self._stretches.values() for s in every)
        return sorted({s.code for s in held if s.start <= self._today <= s.end})

    def facts(self) -> list[object]:
        """All that a decision may depend on, in an order of its own."""
        every = sorted(self._stretches.items())
        return [[(place, [s[:-1] for s in same]) for place, same in every], sorted(self._unlocked)]


def _place(row: BinRow) -> tuple[str, str]:
    return row.schoolid, row.termid


def _stretches(
    rows: Iterable[BinRow], rules: Mapping[tuple[str, str], LockRow], today: date
) -> tuple[Stretch, ...]:
    found = [
        _stretch(row, row.date1.date, row.date2.date, rules.get((row.schoolid, row.yearid)), today)
        for row in rows
        if row.date1.date and row.date2.date
    ]
    return tuple(sorted(found, key=lambda s: (s.end - s.start, s.start, s.id)))


def _stretch(row: BinRow, start: date, end: date, rule: LockRow | None, today: date) -> Stretch:
    """The term's own word, else the school's, else the days that have passed since its end."""
    words = (row.aregradeslocked, rule.aregradeslocked if rule else None)
    said = next((word for word in words if word in {_LOCKED, _OPEN}), None)
    days = (rule.termbinlockoffset if rule else None) or ""
    grace = end + timedelta(days=int(days)) if days.lstrip("-").isdecimal() else None
    return Stretch(
        id=row.dcid,
        code=row.storecode,
        start=start,
        end=end,
        locked=said == _LOCKED if said else grace is not None and today > grace,
        grace=None if said else grace,
    )


def year_id(day: date) -> int:
    """The current YEARID in spring, the last one in autumn: + 1991 is the year in which it ends."""
    return day.year - 1991
