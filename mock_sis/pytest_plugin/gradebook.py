"""A gradebook as a value: what a teacher sees at one moment, to be asserted on.

It does not change; read it again to see what has. Scores are `Decimal`, dates the district's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A class of the SIS. `linked`: the ids of those that share its gradebook."""

    id: str
    title: str
    linked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A grading period. `state`: "upcoming", "open" or "closed"; both dates are inside."""

    id: str
    title: str
    start: date
    end: date
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """An assignment.

    Attributes:
        id: as the vendor's API serves it.
        external_id: what the program that made it calls it; None for one made by hand.
        category: its id in the SIS.
        period: the id of the grading period in which it is due.
    """

    id: str
    external_id: str | None
    title: str
    category: str | None
    assigned: date | None
    due: date | None
    points: Decimal
    period: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A student's line: column id -> what is shown (`*` where there is no score)."""

    student: str
    section: str
    marks: Mapping[str, str]
    scores: Mapping[str, Decimal | None]
    average: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradebook:
    """One gradebook; of linked sections, the students of all."""

    id: str
    linked: tuple[str, ...]
    periods: tuple[Period, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def titles(self) -> list[str]:
        """The columns from left to right."""
        return [column.title for column in self.columns]

    def column(self, wanted: str | Column) -> Column:
        """The one column of that id, external id or title. LookupError: none, or several."""
        name = wanted.id if isinstance(wanted, Column) else wanted
        found = [c for c in self.columns if name in {c.id, c.external_id, c.title}]
        if len(found) != 1:
            there = ", ".join(f"{c.title!r} ({c.id})" for c in self.columns) or "no columns"
            raise LookupError(f"{len(found)} columns are {name!r}; gradebook {self.id} has {there}")
        return found[0]

    def marks(self, column: str | Column) -> dict[str, str]:
        """Student -> what the teacher sees: `{"400001": "8.5", "400002": "*"}`."""
        id_ = self.column(column).id
        return {row.student: row.marks[id_] for row in self.rows}

    def scores(self, column: str | Column) -> dict[str, Decimal | None]:
        """Student -> score; None is `*`."""
        id_ = self.column(column).id
        return {row.student: row.scores[id_] for row in self.rows}

    def table(self) -> list[list[str]]:
        """A heading, then a line a student: `[["student", "Quiz 1"], ["400001", "8.5"]]`."""
        heading = ["student", *self.titles]
        return [heading] + [
            [row.student, *(row.marks[column.id] for column in self.columns)] for row in self.rows
        ]

    def __str__(self) -> str:
        """The table, aligned."""
        table = self.table()
        widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
        return "\n".join(
            "  ".join(f"{cell:<{w}}" for cell, w in zip(line, widths, strict=True)).rstrip()
            for line in table
        )


def gradebook_of(told: Mapping[str, Any]) -> Gradebook:
    """The control plane's account of a gradebook."""
    return Gradebook(
        id=told["id"],
        linked=tuple(told["linked"]),
        periods=tuple(period_of(period) for period in told["periods"]),
        columns=tuple(column_of(column) for column in told["columns"]),
        rows=tuple(_row(row) for row in told["rows"]),
    )


def section_of(told: Mapping[str, Any]) -> Section:
    """The control plane's account of a section."""
    return Section(id=told["id"], title=told["title"], linked=tuple(told["linked"]))


def period_of(told: Mapping[str, Any]) -> Period:
    """The control plane's account of a grading period."""
    days = {name: date.fromisoformat(told[name]) for name in ("start", "end")}
    return Period(**{**told, **days})


def column_of(told: Mapping[str, Any]) -> Column:
    """The control plane's account of a column."""
    days = {name: _day(told[name]) for name in ("assigned", "due")}
    return Column(**{**told, **days, "points": Decimal(told["points"])})


def _row(told: Mapping[str, Any]) -> Row:
    cells: Sequence[Mapping[str, Any]] = told["cells"]
    return Row(
        student=told["student"],
        section=told["section"],
        marks={cell["column"]: cell["display"] for cell in cells},
        scores={cell["column"]: _number(cell["score"]) for cell in cells},
        average=_number(told["average"]),
    )


def _number(told: Any) -> Decimal | None:
    return None if told is None else Decimal(told)


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
