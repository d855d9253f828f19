"""The district's calendar as OneRoster tells it: which grading periods apply to a class."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from agent.domain import Span
from agent.sis.oneroster.rows import SessionRow

_PERIOD = "gradingPeriod"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A grading period or a term, both ends included."""

    id: str
    title: str
    period: bool
    parent: str | None
    start: date
    end: date

    def meets(self, other: "Stretch") -> bool:
        """Whether they have a day in common."""
        return self.start <= other.end and other.start <= self.end


class Calendar:
    """All academic sessions of the district that are in use."""

    def __init__(self, rows: Iterable[SessionRow], zone: ZoneInfo) -> None:
        stretches = (_stretch(row, zone) for row in rows if row.lives)
        self._all = {s.id: s for s in stretches if s is not None}
        self.periods = sorted(
            (s for s in self._all.values() if s.period), key=lambda s: (s.start, s.id)
        )

    def of_class(self, terms: Iterable[str]) -> tuple[Stretch, ...]:
        """The periods below the class's terms; where none hangs there, those of the same days."""
        wanted = frozenset(terms)
        below = tuple(p for p in self.periods if wanted & self._line(p))
        if below:
            return below
        spans = [self._all[term] for term in wanted if term in self._all]
        return tuple(p for p in self.periods if any(p.meets(span) for span in spans))

    def span(self, terms: Iterable[str]) -> Span | None:
        """The days of the class's terms, from the first to the last; None when none is known."""
        spans = [self._all[term] for term in terms if term in self._all]
        if not spans:
            return None
        return Span(start=min(s.start for s in spans), end=max(s.end for s in spans))

    def _line(self, stretch: Stretch) -> frozenset[str]:
        """The stretch and everything above it."""
        line: set[str] = set()
        above: str | None = stretch.id
        while above is not None and above not in line:
            line.add(above)
            known = self._all.get(above)
            above = known.parent if known else None
        return frozenset(line)


def _stretch(row: SessionRow, zone: ZoneInfo) -> Stretch | None:
    start, end = row.start_date.day(zone), row.end_date.day(zone)
    if start is None or end is None:
        return None
    return Stretch(
        id=row.sourced_id,
        title=row.title,
        period=row.type == _PERIOD,
        parent=row.parent.sourced_id if row.parent else None,
        start=start,
        end=end,
    )
