"""What passes between source, ledger and night, as values: changes, states, cells, attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import msgspec

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    ColumnRef,
    GroupMember,
    PersonId,
    Score,
    SisPersonId,
    Student,
    Teacher,
)

RecordKind = Literal["class", "teacher", "student", "group_member", "assessment", "score"]
Record = Class | Teacher | Student | GroupMember | Assessment | Score

Key = tuple[str, ...]
"""class (id,) · teacher (id,) · student (id,) · group_member (teacher,) ·
assessment (id, class_id) · score (assessment, student)"""

RecordKey = tuple[AssessmentId, PersonId | None, str]
"""An assessment, its student (None: the assignment itself), and the section."""

ColumnKey = tuple[AssessmentId, ClassId]
"""An assessment and the class that owns its column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record as it is now; `value` None means it was removed.

    A removal of `assessment` may leave the class out, `(id,)`: it is gone from every class.
    """

    kind: RecordKind
    key: Key
    value: Record | Broken | None


class State(StrEnum):
    """The state of a record, exactly one (docs/reference/rules.md)."""

    CREATED = "created"
    UPDATED = "updated"
    SENT = "sent"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    REFUSED = "refused"
    HELD = "held"
    REJECTED = "rejected"
    FAILED = "failed"
    ORPHANED = "orphaned"
    DELETED_IN_SIS = "deleted_in_sis"
    WITHDRAWN = "withdrawn"
    CLEARED = "cleared"


DELIVERED = frozenset({State.CREATED, State.UPDATED, State.SENT, State.CLEARED})
"""States that say 'done tonight'."""


READS_LATER = dict.fromkeys(DELIVERED, State.UNCHANGED) | {State.CLEARED: State.WITHDRAWN}
"""How a state reads in a later run than the one that wrote it; any other reads as it was."""


class RecordState(msgspec.Struct, frozen=True):
    """What became of a record.

    Attributes:
        student: None for an assignment's own record.
        section: the SIS section (of enrolment, for a score); the class's own id where it is linked
            to none.
        reason: one sentence with the facts.
        codes: those of `agent.rules.codes`, first reason first; as text, because a ledger may hold
            one of an older version.
    """

    assessment: AssessmentId
    student: PersonId | None
    section: str
    state: State
    reason: str = ""
    codes: tuple[str, ...] = ()

    @property
    def key(self) -> RecordKey:
        """Assessment, student and section: one record has one state."""
        return self.assessment, self.student, self.section

    @property
    def kind(self) -> Literal["assignment", "score"]:
        """Which of the two data sets of C1 it belongs to."""
        return "assignment" if self.student is None else "score"


class MovedId(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the source that has another id in the SIS than before (a class: its section)."""

    kind: Literal["class", "teacher", "student"]
    id: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFields:
    """The assignment data as Otus stated it, before mapping and shortening; C5 compares these."""

    title: str
    type: str
    assigned_on: date | None
    due: date | None
    points: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownColumn:
    """What the ledger knows of the column of (assessment, owner class).

    Attributes:
        external_id: ours, derived from assessment and owner, never random.
        ref: how the SIS addresses it; None until it was accepted.
        seen: the source fields last acted upon (accepted, or left to the teacher).
        deleted: the SIS did not have it any more when we last looked (C7).
        list_again: its gradebook's columns are listed at the next look, whatever changed: it was
            just made, or another column carries its tag.
        in_doubt: not compared with the SIS since the ledger was restored from a copy.
    """

    assessment: AssessmentId
    owner: ClassId
    gradebook: str
    external_id: str
    ref: ColumnRef | None = None
    seen: SourceFields | None = None
    accepted: Mapping[str, Any] | None = None
    deleted: bool = False
    list_again: bool = False
    in_doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownScore:
    """What the ledger knows of one student's cell.

    Attributes:
        seen: the source value last acted upon: canonical points, or one of the words below; None
            for never.
        accepted: the points that the SIS last accepted from us; None: none, or taken back.
        had_score: the source once had a score here, so B4 never applies (C6).
        sis_student: whose cell it is in the SIS; None where that is not known.
        in_doubt: not compared with the SIS since the ledger was restored from a copy.
    """

    student: PersonId
    seen: str | None = None
    accepted: Decimal | None = None
    had_score: bool = False
    sis_student: SisPersonId | None = None
    in_doubt: bool = False

    @property
    def never_written(self) -> bool:
        """Whether nothing of ours, and no teacher's score against ours, was ever in the cell."""
        return self.seen in {None, UNSCORED} and self.accepted is None


ZERO = "zero"
"""`KnownScore.seen`: the 0 of B4, which is not a 0 that somebody typed."""
UNSCORED = "unscored"
"""`KnownScore.seen`: a night saw the student without a score (C5), so a first score is a change."""
CLEARED = "cleared"
"""`KnownScore.seen`: the source took its score back, and so did we."""
UNDONE = "undone"
"""`KnownScore.seen`: a score of ours was taken out again, since its run was undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftScore:
    """What we wrote into a SIS student's cell for a student of Otus who has another SIS id by now.

    Attributes:
        student: of Otus, for whom it was written.
        accepted: the points; None once they are no longer in the cell.
        had_score: a score of ours once stood in the cell, so B4 never applies to it.
    """

    sis_student: SisPersonId
    student: PersonId
    accepted: Decimal | None
    had_score: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a ledger that was restored from a copy cannot know, as its first pull found it.

    Attributes:
        on: the day of that pull.
        every: the source did not tell what changed since the copy.
        scores: the scores that changed since; one may have been there and gone (C6).
    """

    on: date
    every: bool
    scores: frozenset[tuple[AssessmentId, PersonId]]


KnownCells = tuple[Mapping[PersonId, KnownScore], Sequence[LeftScore]]
"""What is known of a column's cells, and what stands in some of them for an earlier SIS id."""


class SourceScore(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the local copy; `score` None: removed at the source."""

    score: Score | Broken | None
    had_score: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A write about to be sent.

    Attributes:
        op: create and update concern a column, put and clear a cell.
        sending: what will be in the SIS if it is accepted: the assignment data as JSON-able
            mapping, or {"points": text, "seen": text}.
        before: what the SIS held just before, in the same form; None: nothing, or not readable.
    """

    op: Literal["create", "update", "put", "clear"]
    assessment: AssessmentId
    owner: ClassId
    student: PersonId | None
    section: str
    sending: Mapping[str, Any]
    before: Mapping[str, Any] | None

    @property
    def column(self) -> ColumnKey:
        """The column that it writes, or whose cell."""
        return self.assessment, self.owner


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAttempt(Intent):
    """An intent whose outcome was never written: the doubt that a crash leaves (C10)."""

    id: int
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneAttempt(Intent):
    """A write of a run that the SIS accepted, or was found to hold.

    Attributes:
        later: the record was written once more since then, or a write to it is still open.
        earlier: what the write before it had sent, if there was one that was accepted.
    """

    id: int
    later: bool
    earlier: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt.

    `adopted`: read back, the SIS already held what we sent. `dropped`: it never arrived, or was
    given up before it was sent. `kept`: somebody else's value was found there.
    """

    attempt: int
    kind: Literal["accepted", "rejected", "failed", "adopted", "dropped", "kept"]
    detail: str = ""
