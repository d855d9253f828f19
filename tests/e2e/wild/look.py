"""Both sides of a district at one moment, read through their public faces."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tests.e2e.support.district import ZONE, District

Record = dict[str, Any]
Source = tuple[str, Any, tuple[str, ...]]
"""What Otus has of one student's work: progress, points, marks."""
Place = tuple[str, str]
"""A column and a student of the SIS."""
NOTHING: Source = ("not_submitted", None, ())
EMPTY = "*"


@dataclass(frozen=True)
class Look:
    """Both sides as they stand; of linked gradebooks the first stands for all.

    Attributes:
        taught: the sections that are taught.
        told: what Otus serves, by kind.
        spans: the enrolments of students.
    """

    today: date
    taught: set[str]
    books: dict[str, Record]
    told: dict[str, list[Record]]
    spans: list[Record]

    @classmethod
    def at(cls, district: District) -> "Look":
        """Read them."""
        books: dict[str, Record] = {}
        every = sorted(district.control("GET", "/gradebooks"), key=lambda b: b["id"])
        for book in every:
            if not {book["id"], *book["linked"]} & books.keys():
                books[book["id"]] = district.gradebook(book["id"])
        spans = [e for e in district.rostering("enrollments") if e["role"] == "student"]
        today, taught = district.now().astimezone(ZONE).date(), {book["id"] for book in every}
        return cls(today, taught, books, district.snapshot(), spans)

    # -- Otus

    @cached_property
    def assessments(self) -> dict[str, Record]:
        """By id."""
        return {a["id"]: a for a in self.told["assessment"]}

    @cached_property
    def classes(self) -> dict[str, Record]:
        """By id."""
        return {c["id"]: c for c in self.told["class"]}

    def section(self, class_: str) -> str:
        """The section of a class."""
        found: str = self.classes[class_]["sectionId"]
        return found

    @cached_property
    def _scores(self) -> dict[tuple[str, str], Source]:
        return {
            (s["assessmentId"], s["studentId"]): (
                s["progress"],
                s["points"],
                tuple(sorted(s["marks"])),
            )
            for s in self.told["score"]
        }

    def score(self, assessment: str, person: str) -> Source:
        """What Otus has of one student's work."""
        return self._scores.get((assessment, person), NOTHING)

    @cached_property
    def numbers(self) -> dict[str, str | None]:
        """The SIS id of each student in Otus."""
        return {s["id"]: s["sisId"] for s in self.told["student"]}

    @cached_property
    def _holders(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for person, number in sorted(self.numbers.items()):
            if number is not None:
                found[number].append(person)
        return found

    def holders(self, student: str) -> list[str]:
        """The students in Otus who have the SIS id of *student*."""
        return self._holders.get(student, [])

    # -- the SIS

    def in_sis(self, student: str) -> bool:
        """Whether the SIS knows a student by that id."""
        return any(e["user"]["sourcedId"] == student for e in self.spans)

    def sits(self, student: str, sections: set[str]) -> bool:
        """Whether the student is enrolled in one of the sections today."""
        day = self.today.isoformat()
        return any(
            e["user"]["sourcedId"] == student
            and e["class"]["sourcedId"] in sections
            and e.get("beginDate", "") <= day <= e.get("endDate", "9")
            for e in self.spans
        )

    def columns(self) -> Iterator[tuple[Record, str, str]]:
        """Columns of ours: the column, its gradebook, its assessment."""
        for name, book in self.books.items():
            for column in book["columns"]:
                external = column["external_id"] or ""
                if external.startswith("pb-"):
                    yield column, name, external.partition(".")[0][3:]

    @cached_property
    def _cells(self) -> dict[str, dict[str, Record]]:
        found: dict[str, dict[str, Record]] = defaultdict(dict)
        for book in self.books.values():
            for row in book["rows"]:
                for cell in row["cells"]:
                    found[cell["column"]][row["student"]] = cell
        return found

    def cells(self, column: str) -> dict[str, str]:
        """Student -> what stands there."""
        return {who: cell["display"] for who, cell in self._cells.get(column, {}).items()}

    def cell(self, place: Place) -> str:
        """What stands in one place."""
        return self.cells(place[0]).get(place[1], EMPTY)

    def beside(self, place: Place) -> tuple[frozenset[str], str]:
        """Status words and comment of a cell."""
        cell = self._cells.get(place[0], {}).get(place[1], {})
        return frozenset(cell.get("status", ())), cell.get("comment", "")

    def exempt(self, place: Place) -> bool:
        """Whether a teacher exempted the student."""
        return "exempt" in self.beside(place)[0]

    def together(self, book: str) -> set[str]:
        """The sections that share a gradebook."""
        return {book, *self.books[book]["linked"]} & self.taught

    def period(self, book: str, day: str) -> str:
        """The state of the grading period that a day lies in."""
        periods = self.books[book]["periods"]
        return next((p["state"] for p in periods if p["start"] <= day <= p["end"]), "none")
