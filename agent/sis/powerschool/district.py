"""Facts about the whole district: its reporting terms with their locks, and its categories.

A due date counts in every reporting term that holds it (Q1, S1 and Y1 overlap), so one locked term
is enough. A lock has three states: an administrator locked the term, opened it, or neither; then it
locks itself so many days after its end. An administrator can unlock a single section.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from agent.domain import Period
from agent.errors import UnavailableError
from agent.probe import SisCategory
from agent.sis.powerschool.rows import BinRow, LockRow, UnlockRow
from agent.sis.reading import checksum

_LOCKED, _OPEN = "1", "0"


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
        # What holds an unlocked term would lock it again.
        return tuple(
            replace(t, closed=t.closed and not any(_holds(t, other) for other in opened))
            for t in every
        )

    def current(self) -> list[str]:
        """Codes of the reporting terms that hold today, in any school."""
        terms = (t for every in self._terms.values() for t in every)
        return sorted({t.title for t in terms if t.holds(self._today)})

    def facts(self) -> list[object]:
        """All that a decision may depend on, in an order of its own."""
        every = sorted(self._terms.items())
        terms = [(place, [replace(t, grace=None) for t in same]) for place, same in every]
        return [terms, self._unlocked]


def _place(row: BinRow) -> tuple[str, str]:
    return row.schoolid, row.termid


def _terms(
    rows: Iterable[BinRow], rules: Mapping[tuple[str, str], LockRow], today: date
) -> tuple[Period, ...]:
    found = [
        _term(row, row.date1.date, row.date2.date, rules.get((row.schoolid, row.yearid)), today)
        for row in rows
        if row.date1.date and row.date2.date
    ]
    return tuple(sorted(found, key=lambda t: (t.end - t.start, t.start, t.id)))


def _term(row: BinRow, start: date, end: date, rule: LockRow | None, today: date) -> Period:
    """The term's own setting, else its school's, else the days that have passed since its end."""
    settings = (row.aregradeslocked, rule.aregradeslocked if rule else None)
    fixed = next((each for each in settings if each in {_LOCKED, _OPEN}), None)
    days = (rule.termbinlockoffset if rule else None) or ""
    grace = end + timedelta(days=int(days)) if days.lstrip("-").isdecimal() else None
    return Period(
        id=row.dcid,
        title=row.storecode,
        start=start,
        end=end,
        closed=fixed == _LOCKED if fixed else grace is not None and today > grace,
        grace=None if fixed else grace,
    )


def _holds(term: Period, other: Period) -> bool:
    return term.start <= other.start and other.end <= term.end


def year_id(day: date) -> int:
    """The current YEARID in spring, the last one in autumn: + 1991 is the year in which it ends."""
    return day.year - 1991


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    """What was last read of the whole district.

    Attributes:
        names: of the district's categories, id -> name.
        unread: why some of it could not be read.
    """

    terms: ReportingTerms
    names: dict[str, str]
    unread: tuple[UnavailableError, ...]

    @property
    def categories(self) -> tuple[SisCategory, ...]:
        """Every category of the district; it has names and no codes."""
        names = sorted(name.strip() for name in self.names.values())
        return tuple(SisCategory(title=name) for name in names)

    def fingerprint(self) -> str:
        """Changes when reporting terms, locks, unlocks or the district's categories do."""
        return checksum([self.terms.facts(), self.names])
