"""What a gradebook is made of: a column, a cell, and how they stand in the file."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import orjson

from mock_sis.world.clock import instant

Actor = Literal["api", "teacher"]
"""Who wrote: a program through the SIS's API, or a person in the gradebook."""

NOT_SCORED = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A column as somebody wants it.

    Attributes:
        section: through which it is posted; linked sections show it too.
        extra: what only the vendor's face needs; JSON values, kept as they are.
    """

    section: str
    title: str
    points: Decimal
    category: str | None = None
    assigned: date | None = None
    due: date | None = None
    description: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def weight(self) -> Decimal:
        """How many times it counts, where the SIS has weights."""
        return Decimal(str(self.extra.get("weight") or 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Draft):
    """A column of a gradebook.

    Attributes:
        external_id: the caller's id in the namespace `vendor`; None for one made by hand.
        by: who made it. `touched_by`: who changed it last.
    """

    id: int
    sis: str
    vendor: str
    external_id: str | None
    deleted: bool
    by: Actor
    touched_by: Actor
    created: datetime
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that somebody wrote. `value` None shows `*`, as a cell never written does."""

    id: int
    column: int
    student: str
    vendor: str
    external_id: str | None
    value: Decimal | None
    status: str | None
    touched_by: Actor
    created: datetime
    modified: datetime
    extra: Mapping[str, Any]


class Score(NamedTuple):
    """A cell as somebody wants it; `value` None shows `*`."""

    student: str
    value: Decimal | None
    external_id: str | None = None
    status: str | None = None
    extra: Mapping[str, Any] = {}


class Unknown(LookupError):
    """There is no such thing; `kind` is what was looked for."""

    def __init__(self, kind: str, id: object) -> None:  # noqa: A002 - the word of every SIS
        super().__init__(f"there is no {kind} {id}")
        self.kind = kind
        self.id = str(id)


def decimal_text(value: Decimal) -> str:
    """Exact and plain: 8.50 -> "8.5", 1E+2 -> "100"."""
    return format(value.normalize(), "f") if value else "0"


def number(value: Decimal | None) -> Decimal | None:
    """For JSON: exact, without trailing zeros or exponent."""
    return None if value is None else Decimal(decimal_text(value))


def display(value: Decimal | None) -> str:
    """What a teacher sees in the cell."""
    return NOT_SCORED if value is None else decimal_text(value)


def column_of(row: sqlite3.Row | dict[str, Any]) -> Column:
    """A row of `assignment`."""
    return Column(
        id=row["id"],
        sis=row["sis"],
        vendor=row["vendor"],
        external_id=row["external_id"],
        section=row["section"],
        title=row["title"],
        description=row["description"],
        category=row["category"],
        assigned=_date(row["assigned"]),
        due=_date(row["due"]),
        points=Decimal(row["points"]),
        deleted=bool(row["deleted"]),
        by=row["by"],
        touched_by=row["touched_by"],
        created=instant(row["created"]),
        modified=instant(row["modified"]),
        extra=orjson.loads(row["extra"]),
    )


def cell_of(row: sqlite3.Row) -> Cell:
    """A row of `score`."""
    return Cell(
        id=row["id"],
        column=row["assignment"],
        student=row["student"],
        vendor=row["vendor"],
        external_id=row["external_id"],
        value=None if row["value"] is None else Decimal(row["value"]),
        status=row["status"],
        touched_by=row["touched_by"],
        created=instant(row["created"]),
        modified=instant(row["modified"]),
        extra=orjson.loads(row["extra"]),
    )


def stored(draft: Draft) -> dict[str, Any]:
    """A draft as columns of `assignment`."""
    return {
        "title": draft.title,
        "description": draft.description,
        "category": draft.category,
        "assigned": draft.assigned and draft.assigned.isoformat(),
        "due": draft.due and draft.due.isoformat(),
        "points": decimal_text(draft.points),
        "extra": json.dumps(dict(draft.extra)),
    }


def _date(stored_date: str | None) -> date | None:
    return date.fromisoformat(stored_date) if stored_date else None
