"""The gradebook grid, ready to be drawn: students by assignments, with names and averages."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_sis.gradebook.columns import Cell, Column, Unknown, decimal_text
from mock_sis.gradebook.reads import Reads
from mock_sis.gradebook.view import average, roster, written
from mock_sis.pages.gradebook.cells import Cells, Shown
from mock_sis.pages.gradebook.dress import DRESSES, Dress, day_text
from mock_sis.pages.gradebook.periods import Chip, chip_of, chips
from mock_sis.pages.gradebook.sources import Sources
from mock_sis.pages.gradebook.teachers import teachers_of

COLOURS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of one column.

    Attributes:
        whole: the title in Otus, where the SIS has a shortened one.
        colour: of its category, 0 to 7.
        computed: whether Otus had no due date, so that it was computed.
        origin: whether a program or a teacher made it.
    """

    id: int
    title: str
    whole: str
    category: str
    colour: int
    due: str
    computed: bool
    assigned: str
    points: str
    weight: str
    origin: str
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One student's row; averages are percentages as text, empty where nothing counts."""

    id: str
    name: str
    number: str
    cells: Sequence[Shown]
    average: str
    averages: Sequence[str]


class Grid:
    """One gradebook, of one grading period or of all."""

    def __init__(self, book: Reads, section: str, period: str = "") -> None:
        """*period*: the id of a grading period, or "" for all."""
        self.book: Reads = book
        self.section = section
        self.row = book.section(section)
        self.dress: Dress = DRESSES[book.sis]
        self.chips: Sequence[Chip] = chips(book, section, self.dress)
        self.chosen = next((chip for chip in self.chips if chip.id == period), None)
        self.columns = [c for c in book.columns(section) if self._inside(c)]
        self.students: Sequence[sqlite3.Row] = roster(book, section)
        self.cells = written(book, self.columns)
        self.titles = category_titles(book)
        self.used = [c for c in self.titles if any(each.category == c for each in self.columns)]
        self.sources = Sources(
            book.world, self.columns, {s["id"]: s["section"] for s in self.students}
        )
        self._draw = Cells(
            dress=self.dress,
            statuses=book.statuses,
            sources=self.sources,
            first_day=first_days(book, section),
            today=book.world.today(),
            zone=book.world.zone,
        )

    def student(self, id: str) -> sqlite3.Row:  # noqa: A002 - the word of every SIS
        """Who sits in the class today; Unknown when nobody of that id does."""
        found = next((student for student in self.students if student["id"] == id), None)
        if found is None:
            raise Unknown("student", id)
        return found

    def column(self, id: int) -> Column:  # noqa: A002
        """One of its columns; Unknown when it is not there, or in another gradebook."""
        found = next((column for column in self.columns if column.id == id), None)
        if found is None:
            raise Unknown("assignment", id)
        return found

    def cell(self, student: str, column: int) -> Cell | None:
        """One cell; None when nobody wrote it."""
        return self.cells.get(student, {}).get(column)

    def shown(self, student: str, column: Column) -> Shown:
        """One cell as the page draws it."""
        return self._draw.shown(student, column, self.cell(student, column.id))

    def note(self, student: str, column: Column) -> str:
        """Who wrote a cell, or why it is empty."""
        return self.shown(student, column).note

    def line(self, student: sqlite3.Row) -> Line:
        """The row of a student."""
        own = self.cells.get(student["id"], {})
        of = {used: [c for c in self.columns if c.category == used] for used in self.used}
        return Line(
            id=student["id"],
            name=f"{student['family']}, {student['given']}",
            number=student["number"],
            cells=[self.shown(student["id"], column) for column in self.columns],
            average=_percent(average(self.columns, own)),
            averages=[_percent(average(of[category], own)) for category in self.used],
        )

    def head(self, column: Column) -> Head:
        """The head of a column."""
        chip, source = chip_of(self.chips, column.due), self.sources.of(column)
        whole = str(source.assessment["title"]) if source else ""
        return Head(
            id=column.id,
            title=column.title,
            whole=whole if column.title.endswith("…") and whole != column.title else "",
            category=self.titles.get(column.category or "", "No category"),
            colour=self._colour(column.category),
            due=day_text(column.due),
            computed=source is not None and source.due(column.section) is None,
            assigned=day_text(column.assigned),
            points=decimal_text(column.points),
            weight="" if column.weight == 1 else decimal_text(column.weight),
            origin="program" if column.by == "api" else "teacher",
            closed=chip is not None and chip.closed,
        )

    def groups(self) -> list[dict[str, Any]]:
        """The grading periods above the columns, each with how many it spans."""
        found: list[dict[str, Any]] = []
        for column in self.columns:
            chip = chip_of(self.chips, column.due)
            if not found or found[-1]["chip"] != chip:
                found.append({"chip": chip, "span": 0})
            found[-1]["span"] += 1
        return found

    def sections(self) -> list[dict[str, Any]]:
        """The rows, section by section, its own first."""
        lines: dict[str, list[Line]] = {self.section: []}
        for student in self.students:
            lines.setdefault(student["section"], []).append(self.line(student))
        return [
            {
                "id": id_,
                "title": self.book.section(id_)["title"],
                "lines": some,
                "own": id_ == self.section,
            }
            for id_, some in lines.items()
        ]

    def _colour(self, category: str | None) -> int:
        order = dict(zip(self.titles, range(len(self.titles)), strict=True))
        return order.get(category or "", 0) % COLOURS

    def _inside(self, column: Column) -> bool:
        return self.chosen is None or (
            column.due is not None and self.chosen.period.holds(column.due)
        )


def grid(book: Reads, section: str, period: str) -> dict[str, Any]:
    """Everything that the page of a gradebook shows."""
    made = Grid(book, section, period)
    others = [other for other in book.linked(section) if other != section]
    return {
        "title": made.row["title"],
        "teachers": " and ".join(t.name for t in teachers_of(book.world, [section])[section]),
        "chosen": made.chosen,
        "chips": made.chips,
        "groups": made.groups(),
        "heads": [made.head(column) for column in made.columns],
        "categories": [made.titles[category] for category in made.used],
        "sections": made.sections(),
        "linked": [book.section(other)["title"] for other in others],
    }


def listed(book: Reads, section: str) -> list[dict[str, Any]]:
    """Every assignment with its head, the state of its grading period and how many are scored."""
    made = Grid(book, section)
    gone = [column for column in book.columns(section, deleted=True) if column.deleted]
    return [
        {
            "head": made.head(column),
            "chip": chip_of(made.chips, column.due),
            "deleted": column.deleted,
            "scored": sum(cell.value is not None for cell in book.cells(column.id)),
        }
        for column in [*made.columns, *gone]
    ]


def category_titles(book: Reads) -> Mapping[str, str]:
    """Category -> title, of the district's and of the teachers' own."""
    rows = book.world.db.read(
        "SELECT id, title FROM (SELECT id, title, position FROM category WHERE sis = ?1"
        " UNION ALL SELECT CAST(id AS TEXT), title, 100000 + id FROM own_category"
        " WHERE ?1 = 'powerschool') ORDER BY position, id",
        book.sis,
    )
    return {row["id"]: row["title"] for row in rows}


def first_days(book: Reads, section: str) -> dict[str, str | None]:
    """Student -> the day from which they sit in the gradebook's sections."""
    today = book.world.today().isoformat()
    sections = book.linked(section)
    rows = book.world.db.read(
        "SELECT person, min(coalesce(begin, '')) AS begin FROM enrolment"
        f" WHERE section IN ({', '.join('?' * len(sections))}) AND role = 'student'"
        " AND active = 1 AND coalesce(end, '9') >= ? GROUP BY person",
        *sections,
        today,
    )
    return {row["person"]: row["begin"] or None for row in rows}


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
