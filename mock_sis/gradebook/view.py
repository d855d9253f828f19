"""A gradebook as a teacher sees it: students by columns, `*` for no score, averages without `*`."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from mock_sis.gradebook.columns import Cell, Column, cell_of, display, number
from mock_sis.gradebook.periods import Period, containing
from mock_sis.gradebook.reads import Reads
from mock_sis.gradebook.statuses import COMMENT, Statuses

Cells = Mapping[str, Mapping[int, Cell]]
"""student -> column -> cell."""


def teacher_view(book: Reads, section: str) -> dict[str, Any]:
    """The shape of `GET /_mock/gradebooks/{id}`; Unknown when there is no such section."""
    book.section(section)
    columns, periods = book.columns(section), book.periods(section)
    cells = written(book, columns)
    return {
        "id": section,
        "linked": [other for other in book.linked(section) if other != section],
        "periods": [_period(period) for period in periods],
        "columns": [_column(column, periods) for column in columns],
        "rows": [
            _row(book, row, columns, cells.get(row["id"], {})) for row in roster(book, section)
        ],
    }


def roster(book: Reads, section: str) -> list[sqlite3.Row]:
    """Who sits today in *section* and those linked to it: id, given, family, number, section.

    The section itself comes first, then by name.
    """
    sections = book.linked(section)
    today = book.world.today().isoformat()
    return book.world.db.read(
        "SELECT DISTINCT student.id, given, family, number, section FROM enrolment"
        " JOIN student ON student.id = person"
        f" WHERE section IN ({', '.join('?' * len(sections))}) AND role = 'student'"
        " AND enrolment.active = 1"
        " AND coalesce(begin, '') <= ? AND coalesce(end, '9') >= ?"
        " ORDER BY section <> ?, section, family, given, student.id",
        *sections,
        today,
        today,
        section,
    )


def written(book: Reads, columns: Sequence[Column]) -> Cells:
    """Every cell that somebody wrote in *columns*."""
    found: dict[str, dict[int, Cell]] = defaultdict(dict)
    for column in columns:
        for row in book.world.db.read("SELECT * FROM score WHERE assignment = ?", column.id):
            found[row["student"]][column.id] = cell_of(row)
    return found


def averages(book: Reads, section: str) -> dict[str, dict[str | None, float | None]]:
    """Student -> category id -> percent; under None, over all categories (D7)."""
    columns = book.columns(section)
    cells = written(book, columns)
    by_category: dict[str | None, list[Column]] = {None: columns}
    for column in columns:
        if column.category is not None:
            by_category.setdefault(column.category, []).append(column)
    return {
        row["id"]: {
            category: average(some, cells.get(row["id"], {}))
            for category, some in by_category.items()
        }
        for row in roster(book, section)
    }


def average(columns: Iterable[Column], cells: Mapping[int, Cell]) -> float | None:
    """Points had of points possible, by weight, in percent with two decimals.

    `*` and exempt do not count.
    """
    had = possible = Decimal(0)
    for column in columns:
        cell = cells.get(column.id)
        if cell is not None and cell.value is not None and cell.status != "exempt":
            had += cell.value * column.weight
            possible += column.points * column.weight
    return float(round(100 * had / possible, 2)) if possible else None


def _period(period: Period) -> dict[str, Any]:
    return {
        "id": period.id,
        "title": period.title,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "state": period.state.value,
    }


def _column(column: Column, periods: Sequence[Period]) -> dict[str, Any]:
    period = containing(periods, column.due)
    return {
        "id": str(column.id),
        "external_id": column.external_id,
        "title": column.title,
        "category": column.category,
        "assigned": column.assigned and column.assigned.isoformat(),
        "due": column.due and column.due.isoformat(),
        "points": number(column.points),
        "period": period and period.id,
        **({"description": column.description} if column.description else {}),
    }


def _row(
    book: Reads, student: sqlite3.Row, columns: Sequence[Column], cells: Mapping[int, Cell]
) -> dict[str, Any]:
    return {
        "student": student["id"],
        "section": student["section"],
        "cells": [cell_view(book.statuses, c, cells.get(c.id)) for c in columns],
        "average": average(columns, cells),
    }


def cell_view(statuses: Statuses, column: Column, cell: Cell | None) -> dict[str, Any]:
    """A cell; its comment and what else a teacher said of it, where there is any."""
    value = cell.value if cell else None
    shown = {"column": str(column.id), "score": number(value), "display": display(value)}
    if cell is None:
        return shown
    words, comment = statuses.of(cell.extra, cell.status), cell.extra.get(COMMENT)
    return shown | ({"status": words} if words else {}) | ({"comment": comment} if comment else {})
