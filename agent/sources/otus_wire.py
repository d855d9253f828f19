"""The Otus feed on the wire, and what each change means: contracts/otus.yaml read into the domain.

A record that cannot be used becomes `Broken` under its own id, and its neighbours go on.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from msgspec import UNSET, Meta, Raw, Struct, UnsetType, ValidationError
from msgspec.json import Decoder

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    ClassTeacher,
    GroupMember,
    Kind,
    Mark,
    PersonId,
    Progress,
    Scale,
    Score,
    SectionId,
    SisPersonId,
    Student,
    Teacher,
)
from agent.sources.port import Change, Key, Record, RecordKind
from agent.sources.values import UnusableError, date_or_instant, in_range, reason_of

_Id = Annotated[str, Meta(min_length=1)]


class _Wire(Struct, rename="camel"):
    """Names on the wire are camelCase; unknown fields are no fault."""


class FeedChange(_Wire):
    """One change; the record is read apart, so that a broken one breaks nothing else."""

    kind: str
    op: Literal["put", "remove"]
    id: _Id
    record: Raw = Raw(b"null")
    assessment_id: str = ""
    student_id: str = ""


class FeedPage(_Wire):
    """An answer of listChanges."""

    snapshot: bool
    cursor: _Id
    more: bool
    changes: list[FeedChange]


# ---- the records -------------------------------------------------------------------------------


class _ClassTeacher(_Wire):
    teacher_id: _Id
    main: bool


class _Class(_Wire):
    title: str
    section_id: str | None
    teachers: list[_ClassTeacher]


class _Person(_Wire):
    sis_id: str | None


class _GroupMember(_Wire):
    teacher_id: _Id


class _AssignedStudent(_Wire):
    student_id: _Id
    assigned_date: date | None = None


class _AssignedClass(_Wire):
    class_id: _Id
    assigned_date: date | None
    due_date: str | None
    students: list[_AssignedStudent] | None = None
    title: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    total_points: Decimal | UnsetType | None = UNSET


class _Assessment(_Wire):
    title: str
    type: str
    grading_scale: Scale
    total_points: Decimal | None
    activity_id: str | None = None
    include_in_final_grade: bool | None = None
    kind: Literal["assessment", "plus"] = "assessment"
    assigned_by: str | None = None
    created_at: Annotated[datetime, Meta(tz=True)] | None = None
    submission_date: date | None = None


class _Classes(_Wire):
    classes: list[Raw]


class _ClassOf(_Wire):
    class_id: _Id


class _ScoreOf(_Wire):
    assessment_id: _Id
    student_id: _Id


class _Score(_ScoreOf):
    progress: Progress
    points: Decimal | None
    marks: list[str] = []


_MARKS = {mark.value: mark for mark in Mark}
"""Those that a rule reads; Otus may show others."""

_Part = TypeVar("_Part")

_class = Decoder(_Class)
_person = Decoder(_Person)
_member = Decoder(_GroupMember)
_classes = Decoder(_Classes)
_class_of = Decoder(_ClassOf)
_assigned_class = Decoder(_AssignedClass)
_assessment = Decoder(_Assessment)
_score_of = Decoder(_ScoreOf)
_score = Decoder(_Score)


# ---- into the domain ---------------------------------------------------------------------------


def changes(found: FeedChange) -> Iterator[Change]:
    """What one change of the feed means; nothing for a kind that is none of ours.

    Raises:
        UnusableError: it does not even say which record it is about.
    """
    if found.kind == "assessment":
        yield Change(kind="assessment", key=(found.id,), value=None)
        if found.op == "put":
            yield from _assigned(found)
    elif found.kind == "score":
        yield _change("score", _score_key(found), found, _a_score)
    elif found.kind in _SIMPLE:
        kind, read = _SIMPLE[found.kind]
        yield _change(kind, (found.id,), found, read)


def _change(
    kind: RecordKind, key: Key, found: FeedChange, read: Callable[[Key, Raw], Record]
) -> Change:
    value = None if found.op == "remove" else _usable(lambda: read(key, found.record))
    return Change(kind=kind, key=key, value=value)


def _usable(read: Callable[[], Record]) -> Record | Broken:
    try:
        return read()
    except (ValidationError, UnusableError) as error:
        return Broken(reason=reason_of(error))


def _a_class(key: Key, raw: Raw) -> Class:
    wire = _class.decode(raw)
    return Class(
        id=ClassId(key[0]),
        title=wire.title,
        section=None if wire.section_id is None else SectionId(wire.section_id),
        teachers=tuple(
            ClassTeacher(teacher=PersonId(each.teacher_id), main=each.main)
            for each in wire.teachers
        ),
    )


def _a_teacher(key: Key, raw: Raw) -> Teacher:
    return Teacher(id=PersonId(key[0]), sis_id=_sis_id(raw))


def _a_student(key: Key, raw: Raw) -> Student:
    return Student(id=PersonId(key[0]), sis_id=_sis_id(raw))


def _sis_id(raw: Raw) -> SisPersonId | None:
    found = _person.decode(raw).sis_id
    return None if found is None else SisPersonId(found)


def _a_member(key: Key, raw: Raw) -> GroupMember:
    _member.decode(raw)
    return GroupMember(teacher=PersonId(key[0]))


_SIMPLE: dict[str, tuple[RecordKind, Callable[[Key, Raw], Record]]] = {
    "class": ("class", _a_class),
    "teacher": ("teacher", _a_teacher),
    "student": ("student", _a_student),
    "groupMember": ("group_member", _a_member),
}


# ---- assessments: one record of the feed is one of ours for each class ---------------------------


def _assigned(found: FeedChange) -> Iterator[Change]:
    try:
        entries = _classes.decode(found.record).classes
        owners = [_class_of.decode(entry).class_id for entry in entries]
    except ValidationError as error:
        # Nobody's class: it is told as broken, and refused by itself.
        broken = Broken(reason=reason_of(error))
        yield Change(kind="assessment", key=(found.id, ""), value=broken)
        return
    shared = _usable_part(_assessment, found.record)
    for owner, entry in zip(owners, entries, strict=True):
        key = (found.id, owner)
        yield Change(kind="assessment", key=key, value=_in_class(key, shared, entry))


def _usable_part(decoder: Decoder[_Part], raw: Raw) -> _Part | Broken:
    try:
        return decoder.decode(raw)
    except ValidationError as error:
        return Broken(reason=reason_of(error))


def _in_class(key: Key, shared: _Assessment | Broken, entry: Raw) -> Assessment | Broken:
    there = _usable_part(_assigned_class, entry)
    if isinstance(shared, Broken):
        return shared
    if isinstance(there, Broken):
        return there
    try:
        return _an_assessment(key, shared, there)
    except UnusableError as error:
        return Broken(reason=reason_of(error))


def _an_assessment(key: Key, shared: _Assessment, there: _AssignedClass) -> Assessment:
    total = shared.total_points if there.total_points is UNSET else there.total_points
    return Assessment(
        id=AssessmentId(key[0]),
        class_id=ClassId(key[1]),
        activity=shared.activity_id,
        title=shared.title if there.title is UNSET else there.title,
        type=shared.type if there.type is UNSET else there.type,
        scale=shared.grading_scale,
        total_points=None if total is None else in_range("totalPoints", total),
        in_final_grade=shared.include_in_final_grade,
        kind=Kind.PLUS if shared.kind == "plus" else Kind.ORDINARY,
        assigned_by=None if shared.assigned_by is None else PersonId(shared.assigned_by),
        assigned_on=there.assigned_date,
        created_at=shared.created_at,
        due=None if there.due_date is None else date_or_instant("dueDate", there.due_date),
        submission_date=shared.submission_date,
        students=None if there.students is None else _who(there.students),
    )


def _who(students: Sequence[_AssignedStudent]) -> dict[PersonId, date | None]:
    return {PersonId(each.student_id): each.assigned_date for each in students}


# ---- scores ------------------------------------------------------------------------------------


def _score_key(found: FeedChange) -> Key:
    if found.op == "remove" and found.assessment_id and found.student_id:
        return found.assessment_id, found.student_id
    try:
        wire = _score_of.decode(found.record)
    except ValidationError:
        assessment, _, student = found.id.partition(":")
        if not (assessment and student):
            raise UnusableError("a score that does not say whose") from None
        return assessment, student
    return wire.assessment_id, wire.student_id


def _a_score(key: Key, raw: Raw) -> Score:
    wire = _score.decode(raw)
    return Score(
        assessment=AssessmentId(key[0]),
        student=PersonId(key[1]),
        progress=wire.progress,
        points=None if wire.points is None else in_range("points", wire.points),
        marks=frozenset(_MARKS[mark] for mark in wire.marks if mark in _MARKS),
    )
