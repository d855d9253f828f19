"""Facts about the whole district: its calendar and its categories.

The calendar has the grading periods; it finds those that apply to a class.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from agent.domain import Period, Span
from agent.probe import SisCategory
from agent.sis.oneroster.rows import CategoryRow, SessionRow
from agent.sis.oneroster.vendor_extras import VendorExtras
from agent.sis.reading import checksum

_PERIOD = "gradingPeriod"


class Calendar:
    """All academic sessions of the district that are in use and have dates.

    Attributes:
        periods: those that are grading periods, by their start; the standard has no closings.
    """

    def __init__(self, rows: Iterable[SessionRow], zone: ZoneInfo) -> None:
        self._sessions: dict[str, Period] = {}
        self._parents: dict[str, str | None] = {}
        periods = []
        for row in rows:
            start, end = row.start_date.day(zone), row.end_date.day(zone)
            if not row.active or start is None or end is None:
                continue
            id_ = row.sourced_id
            session = Period(id=id_, title=row.title, start=start, end=end, closed=False)
            self._sessions[id_] = session
            self._parents[id_] = row.parent.sourced_id if row.parent else None
            periods += [session] if row.type == _PERIOD else []
        self.periods = sorted(periods, key=lambda p: (p.start, p.id))

    def of_class(self, terms: Iterable[str]) -> tuple[Period, ...]:
        """The periods below the class's *terms*; where there are none, those of the same days."""
        wanted = frozenset(terms)
        below = tuple(p for p in self.periods if wanted & self._with_parents(p.id))
        if below:
            return below
        known = self._known(wanted)
        return tuple(p for p in self.periods if any(_overlap(p, term) for term in known))

    def span(self, terms: Iterable[str]) -> Span | None:
        """The days of the class's *terms*, from the first to the last; None when none is known."""
        known = self._known(terms)
        if not known:
            return None
        return Span(start=min(t.start for t in known), end=max(t.end for t in known))

    def facts(self) -> list[object]:
        """All that a decision may depend on."""
        return [(p.id, p.title, self._parents[p.id], p.start, p.end) for p in self.periods]

    def _known(self, terms: Iterable[str]) -> list[Period]:
        return [self._sessions[term] for term in terms if term in self._sessions]

    def _with_parents(self, session: str) -> frozenset[str]:
        """The ids of a session and of everything above it; a ring of parents ends."""
        found: set[str] = set()
        above: str | None = session
        while above is not None and above not in found:
            found.add(above)
            above = self._parents.get(above)
        return frozenset(found)


def _overlap(one: Period, other: Period) -> bool:
    """Whether they have a day in common."""
    return one.start <= other.end and other.start <= one.end


@dataclass(frozen=True)
class DistrictFacts:
    """What was last read of the whole district."""

    calendar: Calendar
    rows: tuple[CategoryRow, ...]
    extras: VendorExtras

    @property
    def categories(self) -> tuple[SisCategory, ...]:
        """All of the district, also those that are switched off."""
        codes = self.extras.codes
        return tuple(
            SisCategory(title=r.title.strip(), code=codes.get(r.sourced_id, ""), active=r.active)
            for r in self.rows
        )

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every name that a category of the district has."""
        return frozenset().union(*(category.labels for category in self.categories))

    def fingerprint(self) -> str:
        """Changes when periods, closings, categories or links do."""
        extras = self.extras
        categories = sorted((c.sourced_id, c.title, c.active) for c in self.rows)
        told = [extras.links, extras.closed, extras.closed_in, extras.codes]
        return checksum([self.calendar.facts(), categories, told])
