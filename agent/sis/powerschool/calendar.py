"""PowerSchool's reporting terms: which apply to a section, and which of them are locked for it.

A due date counts in every reporting term that holds it (Q1, S1 and Y1 overlap), so one locked term
is enough. A lock has three states: an administrator locked the term, opened it, or neither; then it
locks itself so many days after its end. An administrator can unlock a single section.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from agent.domain import Period
from agent.sis.powerschool.rows import BinRow, LockRow, UnlockRow

_LOCKED, _OPEN = "1", "0"


class TermDates(NamedTuple):
    """A reporting term whose lock is settled for tonight; sections may be unlocked all the same."""

    id: str
    code: str
    start: date
    end: date
    locked: bool
    grace: date | None = None

    def holds(self, other: "TermDates") -> bool:
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
        self._terms = {place: _terms(same, rules, today) for place, same in groupby(rows, _place)}
        self._unlocked = frozenset((u.sectionsdcid, u.termbinsdcid) for u in unlocks)
        self._today = today

    def of(self, section: str, school_number: str, term_id: str) -> tuple[Period, ...]:
        """The reporting terms of a section, shorter ones first."""
        every = self._terms.get((school_number, term_id), ())
        opened = [t for t in every if (section, t.id) in self._unlocked]
        return tuple(
            Period(
                id=t.id,
                title=t.code,
                start=t.start,
                end=t.end,
                # What holds an unlocked term would lock it again.
                closed=t.locked and not any(t.holds(other) for other in opened),
                grace=t.grace,
            )
            for t in every
        )

    def current(self) -> list[str]:
        """Codes of the reporting terms that hold today, in any school."""
        terms = (t for every in self._terms.values() for t in every)
        return sorted({t.code for t in terms if t.start <= self._today <= t.end})

    def facts(self) -> list[object]:
        """All that a decision may depend on, in an order of its own."""
        every = sorted(self._terms.items())
        return [[(place, [t[:-1] for t in same]) for place, same in every], sorted(self._unlocked)]


def _place(row: BinRow) -> tuple[str, str]:
    return row.schoolid, row.termid


def _terms(
    rows: Iterable[BinRow], rules: Mapping[tuple[str, str], LockRow], today: date
) -> tuple[TermDates, ...]:
    found = [
        _term(row, row.date1.date, row.date2.date, rules.get((row.schoolid, row.yearid)), today)
        for row in rows
        if row.date1.date and row.date2.date
    ]
    return tuple(sorted(found, key=lambda t: (t.end - t.start, t.start, t.id)))


def _term(row: BinRow, start: date, end: date, rule: LockRow | None, today: date) -> TermDates:
    """The term's own setting, else its school's, else the days that have passed since its end."""
    settings = (row.aregradeslocked, rule.aregradeslocked if rule else None)
    fixed = next((each for each in settings if each in {_LOCKED, _OPEN}), None)
    days = (rule.termbinlockoffset if rule else None) or ""
    grace = end + timedelta(days=int(days)) if days.lstrip("-").isdecimal() else None
    return TermDates(
        id=row.dcid,
        code=row.storecode,
        start=start,
        end=end,
        locked=fixed == _LOCKED if fixed else grace is not None and today > grace,
        grace=None if fixed else grace,
    )


def year_id(day: date) -> int:
    """The current YEARID in spring, the last one in autumn: + 1991 is the year in which it ends."""
    return day.year - 1991
