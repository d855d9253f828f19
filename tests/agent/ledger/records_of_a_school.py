"""Small source records with valid defaults; change one thing."""

from datetime import UTC, date, datetime
from decimal import Decimal

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    ClassTeacher,
    GroupMember,
    PersonId,
    Progress,
    Scale,
    Score,
    SectionId,
    SisPersonId,
    Student,
    Teacher,
)
from agent.records import Intent, KnownColumn, RecordState, State
from agent.sources.port import Change

NOW = datetime(2026, 9, 14, 3, 0, tzinfo=UTC)
TONIGHT = date(2026, 9, 13)


def a_class(key="c-1", section="501", teachers=("t-1",), title="Algebra"):
    value = Class(
        id=ClassId(key),
        title=title,
        section=None if section is None else SectionId(section),
        teachers=tuple(
            ClassTeacher(teacher=PersonId(teacher), main=place == 0)
            for place, teacher in enumerate(teachers)
        ),
    )
    return Change(kind="class", key=(key,), value=value)


def a_teacher(key="t-1", sis_id="901"):
    return Change(kind="teacher", key=(key,), value=Teacher(id=PersonId(key), sis_id=_sis(sis_id)))


def a_student(key="s-1", sis_id="701"):
    return Change(kind="student", key=(key,), value=Student(id=PersonId(key), sis_id=_sis(sis_id)))


def a_member(key="t-1"):
    return Change(kind="group_member", key=(key,), value=GroupMember(teacher=PersonId(key)))


def an_assessment(key="a-1", class_id="c-1", **changed):
    fields = {
        "title": "Quiz 1",
        "type": "Quiz",
        "scale": Scale.POINTS,
        "total_points": Decimal(10),
        "assigned_by": PersonId("t-1"),
        "assigned_on": date(2026, 9, 1),
        "due": date(2026, 9, 8),
    }
    value = Assessment(id=AssessmentId(key), class_id=ClassId(class_id), **fields | changed)
    return Change(kind="assessment", key=(key, class_id), value=value)


def a_score(assessment="a-1", student="s-1", points="8", progress=Progress.GRADED, flags=()):
    value = Score(
        assessment=AssessmentId(assessment),
        student=PersonId(student),
        progress=progress,
        points=None if points is None else Decimal(points),
        flags=frozenset(flags),
    )
    return Change(kind="score", key=(assessment, student), value=value)


def removed(kind, *key):
    return Change(kind=kind, key=key, value=None)


def broken(kind, *key, reason="points: not a number"):
    return Change(kind=kind, key=key, value=Broken(reason=reason))


def a_column(assessment="a-1", owner="c-1", **changed):
    fields = {"gradebook": "501", "external_id": f"pb-{assessment}-{owner}"}
    return KnownColumn(
        assessment=AssessmentId(assessment), owner=ClassId(owner), **fields | changed
    )


def an_intent(op="put", assessment="a-1", student="s-1", points="8", before=None):
    return Intent(
        op=op,
        assessment=AssessmentId(assessment),
        owner=ClassId("c-1"),
        student=None if student is None else PersonId(student),
        section="501",
        sending={"points": points, "seen": points},
        before=before,
    )


def a_state(state=State.SENT, assessment="a-1", student="s-1", section="501", **changed):
    return RecordState(
        assessment=AssessmentId(assessment),
        student=None if student is None else PersonId(student),
        section=section,
        state=state,
        **changed,
    )


def only(values):
    (value,) = values
    return value


def scores_of(ledger, assessment="a-1"):
    """The scores of one assessment, by student."""
    return ledger.source.scores([assessment]).get(assessment, {})


def only_score(ledger):
    return only(scores_of(ledger).values())


def pull(ledger, *changes, snapshot=False, cursor="cursor"):
    """Take *changes* in one page, commit, and tell the diff."""
    staged = ledger.begin_pull(snapshot=snapshot)
    staged.take(changes)
    diff = staged.diff()
    staged.commit(cursor, NOW)
    return diff


def _sis(text):
    return None if text is None else SisPersonId(text)


SCHOOL = (
    a_teacher(),
    a_student("s-1", "701"),
    a_student("s-2", "702"),
    a_member(),
    a_class("c-1", "501"),
    a_class("c-2", "502"),
    an_assessment("a-1", "c-1"),
    an_assessment("a-2", "c-2"),
    a_score("a-1", "s-1"),
    a_score("a-2", "s-2"),
)
