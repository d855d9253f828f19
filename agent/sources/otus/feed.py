"""The pages and records of the Otus feed, as contracts/otus.yaml describes them.

Points are exact decimals. Each part that may be broken is decoded by itself (`Raw`), so that the
rest can still be used.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from agent.domain import (
    AssessmentId,
    ClassId,
    PersonId,
    Progress,
    Scale,
    SectionId,
    SisPersonId,
)

_NOT_EMPTY = Meta(min_length=1)
_Id = Annotated[str, _NOT_EMPTY]
_AssessmentId = Annotated[AssessmentId, _NOT_EMPTY]
_ClassId = Annotated[ClassId, _NOT_EMPTY]
_PersonId = Annotated[PersonId, _NOT_EMPTY]


class Wire(Struct, rename="camel"):
    """Names on the wire are camelCase; unknown fields are ignored."""


class FeedChange(Wire):
    """One change; the record is decoded by itself."""

    kind: str
    op: Literal["put", "remove"]
    id: _Id
    record: Raw = Raw(b"null")
    assessment_id: str = ""
    student_id: str = ""


class FeedPage(Wire):
    """An answer of listChanges."""

    snapshot: bool
    cursor: _Id
    more: bool
    changes: list[FeedChange]


# ---- the records -------------------------------------------------------------------------------


class WireClassTeacher(Wire):
    """A teacher of a class."""

    teacher_id: _PersonId
    main: bool


class WireClass(Wire):
    """A class; its id is the change's."""

    title: str
    section_id: SectionId | None
    teachers: list[WireClassTeacher]


class WirePerson(Wire):
    """A teacher or a student; the id is the change's."""

    sis_id: SisPersonId | None


class WireGroupMember(Wire):
    """A teacher in the group."""

    teacher_id: _PersonId


class WireAssignedStudent(Wire):
    """An assigned student; without a date, assigned from the start."""

    student_id: _PersonId
    assigned_date: date | None = None


class WireAssignedClass(Wire):
    """One class of an assessment; it has title, type and points only where they differ."""

    class_id: _ClassId
    assigned_date: date | None
    due_date: str | None
    students: list[WireAssignedStudent] | None = None
    title: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    total_points: Decimal | UnsetType | None = UNSET


class WireAssessment(Wire):
    """An assessment without its classes; its id is the change's."""

    title: str
    type: str
    grading_scale: Scale
    total_points: Decimal | None
    activity_id: str | None = None
    include_in_final_grade: bool | None = None
    kind: Literal["assessment", "plus"] = "assessment"
    assigned_by: PersonId | None = None
    created_at: Annotated[datetime, Meta(tz=True)] | None = None
    submission_date: date | None = None


class WireClasses(Wire):
    """The classes of an assessment, each entry decoded by itself."""

    classes: list[Raw]


class WireClassOf(Wire):
    """The class of an entry; can be read where the rest cannot."""

    class_id: _ClassId


class WireScoreOf(Wire):
    """The assessment and the student of a score; can be read where the rest cannot."""

    assessment_id: _AssessmentId
    student_id: _PersonId


class WireScore(WireScoreOf):
    """A score in full."""

    progress: Progress
    points: Decimal | None
    marks: list[str] = []
