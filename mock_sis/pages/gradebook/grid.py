"""The gradebook grid, ready to be drawn: students by assignments, with names and averages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mock_sis.gradebook.columns import NOT_SCORED, Column, display
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.periods import Period, PeriodState
from mock_sis.gradebook.view import Cells, average, roster, written

WORDS = {
    PeriodState.OPEN: "open",
    PeriodState.CLOSED: "closed",
    PeriodState.UPCOMING: "upcoming",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of one column. `origin` says whether a program or a teacher made it."""

    title: str
    category: str
    due: str
    assigned: str
    points: str
    origin: str
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One student's row; averages are percentages as text, empty where nothing counts."""

    name: str
    number: str
    cells: Sequence[tuple[str, str]]
    average: str
    averages: Sequence[str]


def grid(book: Gradebook, section: str, period: str) -> dict[str, Any]:
    """Everything that the page shows; *period* is the id of a grading period, or "" for all."""
    row = book.section(section)
    periods = book.periods(section)
    chosen = next((p for p in periods if p.id == period), None)
    columns = [c for c in book.columns(section) if chosen is None or _inside(c, chosen)]
    titles = _categories(book)
    used = [c for c in titles if any(column.category == c for column in columns)]
    return {
        "id": section,
        "title": row["title"],
        "teachers": _teachers(book, section),
        "periods": [_chip(p, chosen) for p in periods],
        "chosen": chosen,
        "groups": _groups(columns, periods),
        "heads": [_head(column, titles, periods) for column in columns],
        "categories": [titles[c] for c in used],
        "sections": _sections(book, section, columns, used),
        "linked": [
            book.section(other)["title"] for other in book.linked(section) if other != section
        ],
    }


def _sections(
    book: Gradebook, section: str, columns: Sequence[Column], used: Sequence[str]
) -> list[dict[str, Any]]:
    """The rows, section by section, its own first."""
    cells = written(book, columns)
    lines: dict[str, list[Line]] = {section: []}
    for student in roster(book, section):
        line = _line(student, columns, used, cells)
        lines.setdefault(student["section"], []).append(line)
    return [
        {"id": id_, "title": book.section(id_)["title"], "lines": some, "own": id_ == section}
        for id_, some in lines.items()
    ]


def _line(student: Any, columns: Sequence[Column], used: Sequence[str], cells: Cells) -> Line:
    own = cells.get(student["id"], {})
    of = {category: [c for c in columns if c.category == category] for category in used}
    return Line(
        name=f"{student['family']}, {student['given']}",
        number=student["number"],
        cells=[_cell(column, own.get(column.id)) for column in columns],
        average=_percent(average(columns, own)),
        averages=[_percent(average(of[category], own)) for category in used],
    )


def _cell(column: Column, cell: Any) -> tuple[str, str]:
    """What it shows, and its kind: none, zero, extra or score."""
    value = cell.value if cell else None
    if value is None:
        return NOT_SCORED, "none"
    kind = "zero" if value == 0 else "extra" if value > column.points else "score"
    return display(value), kind


def _groups(columns: Sequence[Column], periods: Sequence[Period]) -> list[dict[str, Any]]:
    """The grading periods above the columns, each with how many it spans."""
    groups: list[dict[str, Any]] = []
    for column in columns:
        period = next((p for p in periods if _inside(column, p)), None)
        id_ = period.id if period else None
        if not groups or groups[-1]["id"] != id_:
            title = period.title if period else "No grading period"
            state = WORDS[period.state] if period else ""
            groups.append({"id": id_, "title": title, "state": state, "span": 0})
        groups[-1]["span"] += 1
    return groups


def _head(column: Column, titles: dict[str, str], periods: Sequence[Period]) -> Head:
    period = next((p for p in periods if _inside(column, p)), None)
    return Head(
        title=column.title,
        category=titles.get(column.category or "", "No category"),
        due=_day(column.due),
        assigned=_day(column.assigned),
        points=display(column.points),
        origin="program" if column.by == "api" else "teacher",
        closed=period is not None and period.state is PeriodState.CLOSED,
    )


def _chip(period: Period, chosen: Period | None) -> dict[str, Any]:
    return {
        "id": period.id,
        "title": period.title,
        "state": WORDS[period.state],
        "dates": f"{_day(period.start)} to {_day(period.end)}",
        "chosen": chosen is not None and chosen.id == period.id,
    }


def _categories(book: Gradebook) -> dict[str, str]:
    rows = book.world.db.read(
        "SELECT id, title FROM category WHERE sis = ? ORDER BY position, id", book.sis
    )
    return {row["id"]: row["title"] for row in rows}


def _teachers(book: Gradebook, section: str) -> str:
    rows = book.world.db.read(
        "SELECT given, family FROM enrolment JOIN teacher ON teacher.id = person"
        " WHERE section = ? AND enrolment.role = 'teacher' AND enrolment.active = 1"
        " ORDER BY main DESC, family",
        section,
    )
    return " and ".join(f"{row['given']} {row['family']}" for row in rows)


def _inside(column: Column, period: Period) -> bool:
    return column.due is not None and period.holds(column.due)


def _day(day: date | None) -> str:
    return f"{day:%b} {day.day}" if day else "no date"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
