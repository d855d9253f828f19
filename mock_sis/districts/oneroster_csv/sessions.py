"""Academic sessions of a OneRoster export: which are terms, which grading periods, which belong."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mock_sis.districts.oneroster_csv.row import Row

PERIOD = "gradingPeriod"
KINDS = ("schoolYear", "semester", "term", PERIOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A row of academicSessions; first and last day inclusive."""

    id: str
    kind: str
    title: str
    start: date
    end: date
    parent: str | None
    year: int

    @classmethod
    def read(cls, row: Row) -> "Session":
        """A type that the standard does not know counts as a term."""
        end = row.need_day("endDate")
        years = re.findall(r"\d{4}", row["schoolYear"])
        kinds = {kind.casefold(): kind for kind in KINDS}
        return cls(
            id=row.need("sourcedId"),
            kind=kinds.get(row["type"].casefold(), "term"),
            title=row["title"] or row["sourcedId"],
            start=row.need_day("startDate"),
            end=end,
            parent=row["parentSourcedId"] or None,
            year=int(years[-1]) if years else end.year,
        )

    def ancestors(self, known: Mapping[str, "Session"]) -> Iterator[str]:
        """This session, its parent, and so on upwards."""
        seen: set[str] = set()
        current: Session | None = self
        while current is not None and current.id not in seen:
            seen.add(current.id)
            yield current.id
            current = known.get(current.parent or "")

    def belongs_to(self, term: "Session", known: Mapping[str, "Session"]) -> bool:
        """Whether this grading period applies to what is taught in *term*.

        It does below the term, and, where its parent stands above the term, as far as they overlap.
        """
        above = list(self.ancestors(known))
        if term.id in above:
            return True
        overlaps = self.start <= term.end and term.start <= self.end
        return overlaps and (self.parent is None or self.parent in term.ancestors(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Terms, and grading periods by start."""

    terms: Sequence[Session]
    periods: Sequence[Session]

    @classmethod
    def read(cls, rows: Iterable[Row]) -> "Calendar":
        """From the rows of academicSessions; without grading periods the shortest terms serve."""
        sessions = [Session.read(row) for row in rows]
        terms = [one for one in sessions if one.kind != PERIOD]
        periods = [one for one in sessions if one.kind == PERIOD]
        if not periods:
            above = {one.parent for one in terms}
            leaves = [one for one in terms if one.id not in above]
            periods = [replace(one, id=f"gp-{one.id}", parent=one.id) for one in leaves]
        return cls(terms=terms, periods=sorted(periods, key=lambda one: (one.start, one.id)))

    def session_rows(self, stamp: str) -> Iterator[Mapping[str, Any]]:
        """Rows of `session`."""
        for one in self.terms:
            yield {
                "id": one.id,
                "kind": one.kind,
                "title": one.title,
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "parent": one.parent,
                "year": one.year,
                "modified": stamp,
            }

    def period_rows(self, stamp: str) -> Iterator[Mapping[str, Any]]:
        """Rows of `period`."""
        for number, one in enumerate(self.periods, 1):
            yield {
                "id": one.id,
                "title": one.title,
                "number": number,
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "term": one.parent or self._shortest_around(one),
                "year": one.year,
                "modified": stamp,
            }

    def links(self) -> Iterator[Mapping[str, Any]]:
        """Rows of `term_period`."""
        known = {one.id: one for one in (*self.terms, *self.periods)}
        for term in self.terms:
            for period in self.periods:
                if period.belongs_to(term, known):
                    yield {"term": term.id, "period": period.id}

    def _shortest_around(self, period: Session) -> str:
        around = [t for t in self.terms if t.start <= period.start and period.end <= t.end]
        return min(around, key=lambda t: t.end - t.start).id if around else ""
