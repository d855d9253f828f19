"""The records of the Otus feed, as values of the domain.

One assessment of the feed becomes one record for each of its classes. A record that cannot be used
becomes `Broken` under its own id, and the others are not affected.
"""

from collections.abc import Callable, Iterator

from msgspec import UNSET, Raw
from msgspec.json import decode

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
    StatusFlag,
    Student,
    Teacher,
)
from agent.sources.otus import feed
from agent.sources.port import (
    Change,
    Key,
    Record,
    RecordKind,
    UnusableError,
    date_or_instant,
    in_range,
    usable,
)

_FLAGS = {flag.value: flag for flag in StatusFlag}
"""Those that a rule reads; Otus may send others."""


# ---- classes and people ------------------------------------------------------------------------


def roster_change(found: feed.FeedChange) -> Change:
    """One change of a kind in `ROSTER_KINDS`."""
    kind, read = ROSTER_KINDS[found.kind]
    value = None if found.op == "remove" else usable(read, found.id, found.record)
    return Change(kind=kind, key=(found.id,), value=value)


def _a_class(key: str, raw: Raw) -> Class:
    wire = decode(raw, type=feed.WireClass)
    teachers = (ClassTeacher(teacher=each.teacher_id, main=each.main) for each in wire.teachers)
    return Class(
        id=ClassId(key), title=wire.title, section=wire.section_id, teachers=tuple(teachers)
    )


def _a_teacher(key: str, raw: Raw) -> Teacher:
    return Teacher(id=PersonId(key), sis_id=decode(raw, type=feed.WirePerson).sis_id)


def _a_student(key: str, raw: Raw) -> Student:
    return Student(id=PersonId(key), sis_id=decode(raw, type=feed.WirePerson).sis_id)


def _a_member(key: str, raw: Raw) -> GroupMember:
    decode(raw, type=feed.WireGroupMember)
    return GroupMember(teacher=PersonId(key))


ROSTER_KINDS: dict[str, tuple[RecordKind, Callable[[str, Raw], Record]]] = {
    "class": ("class", _a_class),
    "teacher": ("teacher", _a_teacher),
    "student": ("student", _a_student),
    "groupMember": ("group_member", _a_member),
}
"""A kind of the feed -> our kind, and what reads its record."""


# ---- assessments and scores --------------------------------------------------------------------


def assessment_changes(found: feed.FeedChange) -> Iterator[Change]:
    """Take the assessment from every class, then put it into those that it names."""
    yield Change(kind="assessment", key=(found.id,), value=None)
    if found.op == "remove":
        return
    entries = usable(_by_class, found.record)
    if isinstance(entries, Broken):
        # No class can be named: it is reported as broken under a key without one.
        yield Change(kind="assessment", key=(found.id, ""), value=entries)
        return
    shared = usable(decode, found.record, type=feed.WireAssessment)
    for class_id, entry in entries:
        there = usable(_an_assessment, found.id, shared, entry)
        yield Change(kind="assessment", key=(found.id, class_id), value=there)


def _by_class(raw: Raw) -> list[tuple[str, Raw]]:
    return [
        (decode(each, type=feed.WireClassOf).class_id, each)
        for each in decode(raw, type=feed.WireClasses).classes
    ]


def _an_assessment(
    key: str, shared: feed.WireAssessment | Broken, entry: Raw
) -> Assessment | Broken:
    if isinstance(shared, Broken):
        return shared
    there = decode(entry, type=feed.WireAssignedClass)
    total = shared.total_points if there.total_points is UNSET else there.total_points
    return Assessment(
        id=AssessmentId(key),
        class_id=there.class_id,
        activity=shared.activity_id,
        title=shared.title if there.title is UNSET else there.title,
        type=shared.type if there.type is UNSET else there.type,
        scale=shared.grading_scale,
        total_points=None if total is None else in_range("totalPoints", total),
        in_final_grade=shared.include_in_final_grade,
        kind=Kind.PLUS if shared.kind == "plus" else Kind.ORDINARY,
        assigned_by=shared.assigned_by,
        assigned_on=there.assigned_date,
        created_at=shared.created_at,
        due=None if there.due_date is None else date_or_instant("dueDate", there.due_date),
        submission_date=shared.submission_date,
        students=None
        if there.students is None
        else {each.student_id: each.assigned_date for each in there.students},
    )


def score_change(found: feed.FeedChange) -> Change:
    """One change of a score.

    Raises:
        UnusableError: it does not name its assessment and student.
    """
    if found.op == "remove":
        named = found.assessment_id and found.student_id
        key = (found.assessment_id, found.student_id) if named else _score_key(found)
        return Change(kind="score", key=key, value=None)
    score = usable(_a_score, found.record)
    key = _score_key(found) if isinstance(score, Broken) else (score.assessment, score.student)
    return Change(kind="score", key=key, value=score)


def _score_key(found: feed.FeedChange) -> Key:
    """The assessment and the student of a score that cannot be read in full."""
    wire = usable(decode, found.record, type=feed.WireScoreOf)
    if not isinstance(wire, Broken):
        return wire.assessment_id, wire.student_id
    assessment, _, student = found.id.partition(":")
    if not (assessment and student):
        raise UnusableError("a score that names no assessment or no student")
    return assessment, student


def _a_score(raw: Raw) -> Score:
    wire = decode(raw, type=feed.WireScore)
    return Score(
        assessment=wire.assessment_id,
        student=wire.student_id,
        progress=wire.progress,
        points=None if wire.points is None else in_range("points", wire.points),
        flags=frozenset(_FLAGS[word] for word in wire.marks if word in _FLAGS),
    )
