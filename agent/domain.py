"""The glossary as values: what Otus says, what the SIS holds, and the words between them.

Vocabulary (docs/reference/rules.md): an *assessment* is the graded activity in Otus, an
*assignment* its column in the SIS gradebook; a *gradebook* is one section or several linked ones.
Points are `Decimal`, instants are aware, and a date is always the district's. Nothing here does
I/O or knows a vendor.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NewType

import msgspec

AssessmentId = NewType("AssessmentId", str)
ClassId = NewType("ClassId", str)
PersonId = NewType("PersonId", str)
SectionId = NewType("SectionId", str)
SisPersonId = NewType("SisPersonId", str)
CategoryId = NewType("CategoryId", str)
ColumnRef = NewType("ColumnRef", str)
"""What the SIS needs to find a column again; only the vendor's module reads into it."""


class Who(StrEnum):
    """Who can do something about a record that does not pass, or a finding of `check`."""

    TEACHER = "the teacher"
    OTUS = "who administers Otus"
    SIS = "who administers the SIS"
    OPERATOR = "who runs Passback"
    NETWORK = "who runs the network"
    NOBODY = "nobody has to"


# ---- what the source says ----------------------------------------------------------------------


class Scale(StrEnum):
    """How an assessment is graded; only points pass back (A1)."""

    POINTS = "points"
    STANDARDS = "standards"


class Kind(StrEnum):
    """An ordinary assessment, or a plus (+) assessment: a gradebook column without a test."""

    ORDINARY = "ordinary"
    PLUS = "plus"


class Progress(StrEnum):
    """How far a student's work has come; only GRADED carries a score that passes (B1, B2)."""

    NOT_SUBMITTED = "not_submitted"
    TURNED_IN = "turned_in"
    GRADED = "graded"


class StatusFlag(StrEnum):
    """A status that Otus shows beside a score; never sent itself (B7)."""

    EXCLUDED = "excluded"
    EXCUSED = "excused"
    MISSING = "missing"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTeacher:
    """A teacher of a class; exactly one is the main teacher, the others co-teach."""

    teacher: PersonId
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """A class in Otus; `section` is the SIS section it is linked to, or None (A13)."""

    id: ClassId
    title: str
    section: SectionId | None
    teachers: tuple[ClassTeacher, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """Someone who may assign; `sis_id` is None for an administrator outside the SIS (A9)."""

    id: PersonId
    sis_id: SisPersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """A student; `sis_id` is None for one whom the SIS does not know."""

    id: PersonId
    sis_id: SisPersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """A teacher in the passback teacher group."""

    teacher: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One assessment as assigned to one class; its identity is (id, class_id).

    Attributes:
        activity: what was assigned; two ids with the same activity are the same assessment
            assigned twice (A15). None: the source does not tell.
        total_points: None when the scale has none.
        in_final_grade: None takes the default of its kind (A3).
        assigned_by: None when the source does not tell.
        due: a date (passes when that local day ends), an instant, or None (A10).
        submission_date: of a plus (+) assessment, else None.
        students: who it was assigned to and since when (None: from the start);
            None altogether means everyone in the class.
    """

    id: AssessmentId
    class_id: ClassId
    activity: str | None = None
    title: str
    type: str
    scale: Scale
    total_points: Decimal | None
    in_final_grade: bool | None = None
    kind: Kind = Kind.ORDINARY
    assigned_by: PersonId | None
    assigned_on: date | None
    created_at: datetime | None = None
    due: datetime | date | None
    submission_date: date | None = None
    students: Mapping[PersonId, date | None] | None = None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What Otus holds for one student on one assessment, in whichever class the student sits."""

    assessment: AssessmentId
    student: PersonId
    progress: Progress
    points: Decimal | None
    flags: frozenset[StatusFlag] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A source record that cannot be used; refused by itself, its neighbours go on.

    `reason` names the field and the fault, and never quotes a student's value.
    """

    reason: str


# ---- what the SIS holds ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from `start` to `end`, both inclusive; None is open-ended."""

    start: date | None
    end: date | None

    def holds(self, day: date) -> bool:
        """Whether *day* lies inside, ends included."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A grading period; `closed` is the SIS's word (A12), `grace` its last day where extended."""

    id: str
    title: str
    start: date
    end: date
    closed: bool
    grace: date | None = None

    def holds(self, day: date) -> bool:
        """Whether *day* lies inside, first and last day included."""
        return self.start <= day <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the SIS and who sits in it.

    Attributes:
        main_teacher: the posting teacher tonight, where the SIS tells.
        categories: the categories that may be used here: label, casefolded -> id. A category may
            stand under several labels (title, code).
        known: labels of the categories that the SIS has, usable here or not; None: not told.
        periods: the grading periods that can apply to its due dates.
        term: the days in which a due date may lie at all; None where the SIS has no such limit.
        enrolments: a student may leave and come back, hence several spans.
    """

    id: SectionId
    main_teacher: SisPersonId | None = None
    categories: Mapping[str, CategoryId] = field(default_factory=dict)
    known: frozenset[str] | None = None
    periods: tuple[Period, ...] = ()
    term: Span | None = None
    enrolments: Mapping[SisPersonId, tuple[Span, ...]] = field(default_factory=dict)

    def enrolled(self, student: SisPersonId, day: date) -> bool:
        """Whether *student* sits in this section on *day*."""
        return any(span.holds(day) for span in self.enrolments.get(student, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradebook:
    """One section, or several linked ones that share their columns (C3a).

    `missing` are sections that were asked for and do not exist in the SIS (A13).
    """

    id: str
    sections: Mapping[SectionId, Section]
    missing: frozenset[SectionId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentData:
    """The assignment data set of C1, as a SIS column holds it."""

    title: str
    assigned: date | None
    due: date
    category: CategoryId | None
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SisCell:
    """What stands in one student's cell of a SIS column.

    Attributes:
        points: None when there is no number.
        other: something stands there that is no number, such as a code.
        exempt: the SIS shows the student as exempt or excused; such a cell is never written.
        annotated: a comment, a flag or a status of the teacher's stands in it; such a cell is never
            deleted.
        bars_zero: what stands in it says more of the work than that it is late or missing, so B4's
            0 stays away: a comment, collected, incomplete, submitted. None: that cannot be read.
        theirs: members of the SIS's record that are not ours and go back with a write; only the
            vendor's module reads into it.
    """

    points: Decimal | None = None
    other: bool = False
    exempt: bool = False
    annotated: bool = False
    bars_zero: bool | None = False
    theirs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_value(self) -> bool:
        """Whether it shows anything but `*`; a comment or a flag alone does not."""
        return self.points is not None or self.other or self.exempt


EMPTY_CELL = SisCell()
"""A cell that shows `*`, and in which nothing else stands."""

Marks = Mapping[SisPersonId, SisCell]
"""The cells of a column in which anything stands. A student who is absent has an `EMPTY_CELL`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column found in the SIS gradebook.

    Attributes:
        ref: how to address it.
        external_id: our own stable id, where the SIS keeps it (or our tag carries it); else None.
        data: what it holds now.
        ours: False when a person or another program made it.
        number: by which an administrator finds it in the SIS; empty where `ref` is that.
    """

    ref: ColumnRef
    external_id: str | None
    data: AssignmentData
    ours: bool = True
    number: str = ""
