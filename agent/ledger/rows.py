"""The records of the source as rows, and back: one table says where each member of a record lies.

A row is the key, the values, and `broken`. Equal records give equal rows, so that what changed can
be found by comparing rows inside the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import msgspec
from msgspec.json import Decoder

from agent.domain import (
    Assessment,
    Broken,
    Class,
    ClassTeacher,
    GroupMember,
    Kind,
    PersonId,
    Progress,
    Scale,
    Score,
    StatusFlag,
    Student,
    Teacher,
)
from agent.records import READS_LATER, Change, RecordKind

Row = tuple[Any, ...]

_teachers = Decoder(list[tuple[PersonId, bool]])

number = lru_cache(maxsize=8192)(Decimal)
"""`Decimal` of a text; gradebooks hold few different numbers, many times."""


def instant(at: datetime) -> str:
    """An aware instant as UTC text."""
    if at.tzinfo is None:
        raise ValueError("the ledger keeps aware instants only")
    return at.astimezone(UTC).isoformat()


def json(value: object) -> str:
    """JSON text; decimals and dates become strings."""
    return msgspec.json.encode(value).decode()


def maybe(convert: Callable[[Any], Any], value: Any) -> Any:
    """None stays None: NULL in every column."""
    return None if value is None else convert(value)


# ---- members -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """How a member of a record that is not None lies in its column, and how it is read back."""

    write: Callable[[Any], str | bool]
    read: Callable[[Any], Any]


def _day_or_instant(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


TEXT = Column(str, str)
NUMBER = Column(str, number)
FLAG = Column(bool, bool)
WHEN = Column(
    lambda when: instant(when) if isinstance(when, datetime) else when.isoformat(), _day_or_instant
)
TEACHERS = Column(
    lambda teachers: json([(each.teacher, each.main) for each in teachers]),
    lambda text: tuple(ClassTeacher(teacher=t, main=main) for t, main in _teachers.decode(text)),
)
STUDENTS = Column(
    lambda students: json(dict(sorted(students.items()))),
    Decoder(dict[PersonId, date | None]).decode,
)
STATUS_FLAGS = Column(lambda flags: json(sorted(flags)), Decoder(frozenset[StatusFlag]).decode)


# ---- records -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """How a kind of record lies in its table, which has the kind's name.

    Attributes:
        record: its members are, in this order, the columns of the key and the values.
        key: of text.
    """

    kind: RecordKind
    record: type
    key: tuple[str, ...]
    values: Mapping[str, Column]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Key, values and `broken`, in the order of a row."""
        return (*self.key, *self.values, "broken")

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.record.__annotations__)

    @cached_property
    def _converted(self) -> Sequence[tuple[str, Callable[[Any], Any]]]:
        """How the members that are no plain text are read: a night reads a million scores."""
        return [(name, each.read) for name, each in self.values.items() if each is not TEXT]

    def row(self, change: Change) -> Row:
        """The row of a change; of a removal only its key."""
        if change.value is None:
            return change.key
        if isinstance(change.value, Broken):
            return (*change.key, *(None for _ in self.values), change.value.reason)
        values = (maybe(each.write, getattr(change.value, n)) for n, each in self.values.items())
        return (*change.key, *values, None)

    def value(self, row: Sequence[Any]) -> Any:
        """The record of a row, or `Broken`."""
        *cells, broken = row
        if broken is not None:
            return Broken(reason=broken)
        members = dict(zip(self._names, cells, strict=True))
        for name, read in self._converted:
            if members[name] is not None:
                members[name] = read(members[name])
        return self.record(**members)


ASSESSMENT = {
    "activity": TEXT,
    "title": TEXT,
    "type": TEXT,
    "scale": Column(str, Scale),
    "total_points": NUMBER,
    "in_final_grade": FLAG,
    "kind": Column(str, Kind),
    "assigned_by": TEXT,
    "assigned_on": WHEN,
    "created_at": WHEN,
    "due": WHEN,
    "submission_date": WHEN,
    "students": STUDENTS,
}
CLASS = {"title": TEXT, "section": TEXT, "teachers": TEACHERS}
SCORE = {"progress": Column(str, Progress), "points": NUMBER, "flags": STATUS_FLAGS}

SHAPES: dict[RecordKind, Shape] = {
    "teacher": Shape("teacher", Teacher, ("id",), {"sis_id": TEXT}),
    "student": Shape("student", Student, ("id",), {"sis_id": TEXT}),
    "group_member": Shape("group_member", GroupMember, ("teacher",), {}),
    "class": Shape("class", Class, ("id",), CLASS),
    "assessment": Shape("assessment", Assessment, ("id", "class"), ASSESSMENT),
    "score": Shape("score", Score, ("assessment", "student"), SCORE),
}


# ---- states ------------------------------------------------------------------------------------

_later = " ".join(f"WHEN '{was}' THEN '{now}'" for was, now in sorted(READS_LATER.items()))

STILL = f"CASE record.state {_later} ELSE record.state END"
"""What a record reads in a later run than the one that wrote it."""

READS = f"CASE WHEN run = ? THEN state ELSE {STILL} END"
"""What a record reads in the run that is given."""
