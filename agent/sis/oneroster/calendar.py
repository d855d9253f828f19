"""The district's calendar in OneRoster: which grading periods apply to a class."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from agent.domain import Span
from agent.sis.oneroster.rows import SessionRow

_PERIOD = "gradingPeriod"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDates:
    """A grading period or a term, both ends included."""

    id: str
    title: str
    is_period: bool
    parent: str | None
    start: date
    end: date

    def overlaps(self, other: "TermDates") -> bool:
        """Whether they have a day in common."""
        return self.start <= other.end and other.start <= self.end


class Calendar:
    """All academic sessions of the district that are in use."""

    def __init__(self, rows: Iterable[SessionRow], zone: ZoneInfo) -> None:
        terms = (_term_dates(row, zone) for row in rows if row.active)
        self._all = {t.id: t for t in terms if t is not None}
        self.periods = sorted(
            (t for t in self._all.values() if t.is_period), key=lambda t: (t.start, t.id)
        )

    def of_class(self, terms: Iterable[str]) -> tuple[TermDates, ...]:
        """The periods below the class's *terms*; where there are none, those of the same days."""
        wanted = frozenset(terms)
        below = tuple(p for p in self.periods if wanted & self._with_parents(p))
        if below:
            return below
        known = self._known(wanted)
        return tuple(p for p in self.periods if any(p.overlaps(term) for term in known))

    def span(self, terms: Iterable[str]) -> Span | None:
        """The days of the class's *terms*, from the first to the last; None when none is known."""
        known = self._known(terms)
        if not known:
            return None
        return Span(start=min(t.start for t in known), end=max(t.end for t in known))

    def _known(self, terms: Iterable[str]) -> list[TermDates]:
        return [self._all[term] for term in terms if term in self._all]

    def _with_parents(self, term: TermDates) -> frozenset[str]:
        """The ids of *term* and of everything above it; a ring of parents ends."""
        found: set[str] = set()
        above: str | None = term.id
        while above is not None and above not in found:
            found.add(above)
            known = self._all.get(above)
            above = known.parent if known else None
        return frozenset(found)


def _term_dates(row: SessionRow, zone: ZoneInfo) -> TermDates | None:
    start, end = row.start_date.day(zone), row.end_date.day(zone)
    if start is None or end is None:
        return None
    return TermDates(
        id=row.sourced_id,
        title=row.title,
        is_period=row.type == _PERIOD,
        parent=row.parent.sourced_id if row.parent else None,
        start=start,
        end=end,
    )
