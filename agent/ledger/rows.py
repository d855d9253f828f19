"""The records of the source as rows, and back: the same text whatever the store.

A row is the key, the values, and `broken`. Equal records give equal rows, so that what changed can
be found by comparing rows inside the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    ClassTeacher,
    Kind,
    PersonId,
    Scale,
    Score,
    SectionId,
    SisPersonId,
    Student,
    Teacher,
)
from agent.records import Change, RecordKind

Row = tuple[Any, ...]
_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of record lies in its table; the table has the kind's name."""

    key: tuple[str, ...]
    values: tuple[str, ...]
    encode: Callable[[Any], Row]

    @property
    def columns(self) -> tuple[str, ...]:
        """Key, values and `broken`, in the order of a row."""
        return (*self.key, *self.values, "broken")

    def row(self, change: Change) -> Row:
        """The row of a change that is no removal."""
        if isinstance(change.value, Broken):
            return (*change.key, *(None,) * len(self.values), change.value.reason)
        return (*change.key, *self.encode(change.value), None)


def instant(at: datetime) -> str:
    """An aware instant as UTC text."""
    if at.tzinfo is None:
        raise ValueError("the ledger keeps aware instants only")
    return at.astimezone(UTC).isoformat()


def json(value: object) -> str:
    """JSON text; decimals and dates become strings."""
    return msgspec.json.encode(value).decode()


# ---- to rows -----------------------------------------------------------------------------------


def _class_values(value: Class) -> Row:
    teachers = json([(each.teacher, each.main) for each in value.teachers])
    return value.title, value.section, teachers


def _assessment_values(value: Assessment) -> Row:
    return (
        value.activity,
        value.title,
        value.type,
        value.scale.value,
        None if value.total_points is None else str(value.total_points),
        None if value.in_final_grade is None else int(value.in_final_grade),
        value.kind.value,
        value.assigned_by,
        _day(value.assigned_on),
        None if value.created_at is None else instant(value.created_at),
        instant(value.due) if isinstance(value.due, datetime) else _day(value.due),
        _day(value.submission_date),
        None if value.students is None else json(dict(sorted(value.students.items()))),
    )


def _score_values(value: Score) -> Row:
    points = None if value.points is None else str(value.points)
    return value.progress.value, points, json(sorted(value.flags)) if value.flags else "[]"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


SHAPES: dict[RecordKind, Shape] = {
    "teacher": Shape(("id",), ("sis_id",), lambda value: (value.sis_id,)),
    "student": Shape(("id",), ("sis_id",), lambda value: (value.sis_id,)),
    "group_member": Shape(("teacher",), (), lambda _: ()),
    "class": Shape(("id",), ("title", "section", "teachers"), _class_values),
    "assessment": Shape(
        ("id", "class"),
        (
            "activity",
            "title",
            "type",
            "scale",
            "total_points",
            "in_final_grade",
            "kind",
            "assigned_by",
            "assigned_on",
            "created_at",
            "due",
            "submission_date",
            "students",
        ),
        _assessment_values,
    ),
    "score": Shape(("assessment", "student"), ("progress", "points", "marks"), _score_values),
}


# ---- from rows ---------------------------------------------------------------------------------

_teachers = msgspec.json.Decoder(list[tuple[str, bool]])
_students = msgspec.json.Decoder(dict[str, date | None])

number = lru_cache(maxsize=8192)(Decimal)
"""`Decimal` of a text; gradebooks hold few different numbers, many times."""


def a_class(row: Row) -> Class | tuple[ClassId, Broken]:
    """A row of `class`."""
    key, title, section, teachers, broken = row
    if broken is not None:
        return ClassId(key), Broken(reason=broken)
    return Class(
        id=ClassId(key),
        title=title,
        section=None if section is None else SectionId(section),
        teachers=tuple(
            ClassTeacher(teacher=PersonId(teacher), main=main)
            for teacher, main in _teachers.decode(teachers)
        ),
    )


def a_teacher(row: Row) -> Teacher:
    """A usable row of `teacher`: id, sis_id."""
    return Teacher(id=PersonId(row[0]), sis_id=None if row[1] is None else SisPersonId(row[1]))


def a_student(row: Row) -> Student:
    """A usable row of `student`: id, sis_id."""
    return Student(id=PersonId(row[0]), sis_id=None if row[1] is None else SisPersonId(row[1]))


def an_assessment(row: Row) -> Assessment:
    """A usable row of `assessment`: its columns without `broken`."""
    (
        key,
        class_id,
        activity,
        title,
        type_,
        scale,
        points,
        final,
        kind,
        by,
        on,
        made,
        due,
        end,
        who,
    ) = row
    return Assessment(
        id=AssessmentId(key),
        class_id=ClassId(class_id),
        activity=activity,
        title=title,
        type=type_,
        scale=Scale(scale),
        total_points=_maybe(number, points),
        in_final_grade=_maybe(bool, final),
        kind=Kind(kind),
        assigned_by=None if by is None else PersonId(by),
        assigned_on=_maybe(date.fromisoformat, on),
        created_at=_maybe(datetime.fromisoformat, made),
        due=_maybe(_date_or_instant, due),
        submission_date=_maybe(date.fromisoformat, end),
        students=_maybe(_assigned_students, who),
    )


def _maybe(parse: Callable[[Any], _Parsed], value: Any) -> _Parsed | None:
    return None if value is None else parse(value)


def _date_or_instant(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def _assigned_students(text: str) -> dict[PersonId, date | None]:
    return {PersonId(student): since for student, since in _students.decode(text).items()}
