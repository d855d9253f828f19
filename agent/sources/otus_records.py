"""What each change of the Otus feed means in the domain.

A record that cannot be used becomes `Broken` under its own id, and its neighbours go on.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from msgspec import UNSET, DecodeError, Raw
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
    PersonId,
    Score,
    SectionId,
    SisPersonId,
    StatusFlag,
    Student,
    Teacher,
)
from agent.sources.otus_wire import (
    FeedChange,
    WireAssessment,
    WireAssignedClass,
    WireAssignedStudent,
    WireClass,
    WireClasses,
    WireClassOf,
    WireGroupMember,
    WirePerson,
    WireScore,
    WireScoreOf,
)
from agent.sources.port import Change, Key, Record, RecordKind
from agent.sources.values import UnusableError, date_or_instant, in_range, reason_of

_class = Decoder(WireClass)
_person = Decoder(WirePerson)
_member = Decoder(WireGroupMember)
_classes = Decoder(WireClasses)
_class_of = Decoder(WireClassOf)
_assigned_class = Decoder(WireAssignedClass)
_assessment = Decoder(WireAssessment)
_score_of = Decoder(WireScoreOf)
_score = Decoder(WireScore)

_UNREADABLE = (DecodeError, UnicodeDecodeError, RecursionError)
_UNUSABLE = (*_UNREADABLE, UnusableError)

_FLAGS = {flag.value: flag for flag in StatusFlag}
"""Those that a rule reads; Otus may show others."""
_NO_FLAGS: frozenset[StatusFlag] = frozenset()

_Part = TypeVar("_Part")


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
        yield _score_change(found)
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
    except _UNUSABLE as error:
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
    except _UNREADABLE as error:
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
    except _UNREADABLE as error:
        return Broken(reason=reason_of(error))


def _in_class(key: Key, shared: WireAssessment | Broken, entry: Raw) -> Assessment | Broken:
    there = _usable_part(_assigned_class, entry)
    if isinstance(shared, Broken):
        return shared
    if isinstance(there, Broken):
        return there
    try:
        return _an_assessment(key, shared, there)
    except UnusableError as error:
        return Broken(reason=reason_of(error))


def _an_assessment(key: Key, shared: WireAssessment, there: WireAssignedClass) -> Assessment:
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


def _who(students: Sequence[WireAssignedStudent]) -> dict[PersonId, date | None]:
    return {PersonId(each.student_id): each.assigned_date for each in students}


# ---- scores ------------------------------------------------------------------------------------


def _score_change(found: FeedChange) -> Change:
    if found.op == "remove":
        key = (found.assessment_id, found.student_id)
        return Change(kind="score", key=key if all(key) else _score_key(found), value=None)
    try:
        score = _a_score(_score.decode(found.record))
    except _UNUSABLE as error:
        broken = Broken(reason=reason_of(error))
        return Change(kind="score", key=_score_key(found), value=broken)
    return Change(kind="score", key=(score.assessment, score.student), value=score)


def _score_key(found: FeedChange) -> Key:
    """Whose a score is that cannot be read in full."""
    try:
        wire = _score_of.decode(found.record)
    except _UNREADABLE:
        assessment, _, student = found.id.partition(":")
        if not (assessment and student):
            raise UnusableError("a score that does not say whose") from None
        return assessment, student
    return wire.assessment_id, wire.student_id


def _a_score(wire: WireScore) -> Score:
    return Score(
        assessment=AssessmentId(wire.assessment_id),
        student=PersonId(wire.student_id),
        progress=wire.progress,
        points=None if wire.points is None else in_range("points", wire.points),
        flags=frozenset(_FLAGS[word] for word in wire.marks if word in _FLAGS)
        if wire.marks
        else _NO_FLAGS,
    )
