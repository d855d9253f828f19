"""PowerSchool's terms: the sessions of the district, numbered as TERMS.ID is.

YEARID counts school years from the one that ended in 1991; TERMS.ID = YEARID * 100 + n, n = 0 for
the whole year. A section belongs to one term: the shortest that holds all in which it is taught.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from mock_sis.world.world import World

YEAR_ZERO = 1991
CODES = {"schoolYear": "Y", "semester": "S", "term": "T"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term, alike in every school.

    Attributes:
        n: its place among all terms, from 1.
        id: TERMS.ID.
        code: what reports call it, as Y1 or S2.
        portion: how many of its like make a year.
    """

    n: int
    id: int
    year: int
    code: str
    title: str
    portion: int
    start: date
    end: date

    @property
    def year_id(self) -> int:
        """YEARID."""
        return self.id // 100


def terms(world: World) -> list[Term]:
    """Every term, by year, the whole year first."""
    rows = world.db.read(
        "SELECT * FROM session ORDER BY year, kind <> 'schoolYear', start, end DESC, id"
    )
    made = (term for _, year in groupby(rows, lambda row: row["year"]) for term in _year(year))
    return [replace(term, n=n) for n, term in enumerate(made, start=1)]


def term_of(world: World, section: str) -> Term | None:
    """The term of *section*; None in a district without a calendar."""
    row = world.db.one(
        "SELECT min(start) AS start, max(end) AS end FROM section_term"
        " JOIN session ON session.id = term WHERE section = ?",
        section,
    )
    return holding(terms(world), row["start"] if row else None, row["end"] if row else None)


def holding(every: Iterable[Term], start: str | None, end: str | None) -> Term | None:
    """The shortest term around (start, end); the latest whole year when there is none."""
    known = list(every)
    if start and end:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        around = [term for term in known if term.start <= first and last <= term.end]
        if around:
            return min(around, key=lambda term: (term.end - term.start, term.n))
    return next((term for term in reversed(known) if term.code.startswith("Y")), None)


def as_json(every: Iterable[Term]) -> str:
    """For SQL: `json_each` over it gives a row a term."""
    return json.dumps(
        [
            {
                "n": term.n,
                "id": term.id,
                "yearid": term.year_id,
                "year": term.year,
                "code": term.code,
                "title": term.title,
                "portion": term.portion,
                "start": term.start.isoformat(),
                "end": term.end.isoformat(),
            }
            for term in every
        ]
    )


def _year(rows: Iterable[sqlite3.Row]) -> Iterator[Term]:
    """The terms of one school year; a year that the district does not name is made of its parts."""
    parts = list(rows)
    if parts[0]["kind"] != "schoolYear":
        title = f"{parts[0]['year'] - 1}-{parts[0]['year']}"
        start, end = min(p["start"] for p in parts), max(p["end"] for p in parts)
        yield _term(parts[0]["year"], 0, "Y1", title, 1, start, end)
    counts: dict[str, int] = {}
    for n, part in enumerate(parts, start=parts[0]["kind"] != "schoolYear"):
        code = CODES[part["kind"]]
        counts[code] = counts.get(code, 0) + 1
        portion = sum(other["kind"] == part["kind"] for other in parts)
        name = f"{code}{counts[code]}"
        yield _term(part["year"], n, name, part["title"], portion, part["start"], part["end"])


def _term(year: int, n: int, code: str, title: str, portion: int, start: str, end: str) -> Term:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    number = (year - YEAR_ZERO) * 100 + n
    return Term(
        n=0, id=number, year=year, code=code, title=title, portion=portion, start=first, end=last
    )
