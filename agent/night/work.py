"""The values that a night hands from one stage to the next; plain data, fit to be spooled.

A `GradebookPlan` is everything decided about one gradebook: what to write, in order, and what to
remember without writing. It carries student values, so it lives in memory or in an unnamed
temporary file only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from agent.domain import (
    AssessmentId,
    AssignmentData,
    Broken,
    Class,
    ClassId,
    ColumnRef,
    PersonId,
    SectionId,
    SisPersonId,
)
from agent.eligibility import RULES_FOR, Due, Rule
from agent.ledger import Ledger
from agent.night.staff import Staff
from agent.policy import BrakeLimits, Policy, Tonight
from agent.records import (
    KnownColumn,
    KnownScore,
    LeftScore,
    OpenAttempt,
    RecordState,
    SourceFields,
    State,
)
from agent.sis.port import Sis
from agent.sources.port import Source

RecordKey = tuple[AssessmentId, PersonId | None, str]

ColumnKey = tuple[AssessmentId, ClassId]
"""An assessment and the class that owns its column."""

NOWHERE = SectionId("")
"""The section of records that stand in no section."""
DELETED = "deleted in the SIS; it is not made again"
MISSING = "past due, nothing submitted"
"""Why a 0 that nobody typed stands in the gradebook (B4)."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why nothing can be decided about a column tonight, and the state that its records are in."""

    state: State
    reason: str
    codes: tuple[str, ...] = ()


OTHER_ADDRESS = Doubt(
    State.HELD,
    "its assignment was made over another route to the SIS, and cannot be reached over this one:"
    " go back to that route, or leave it to its teacher",
)


@dataclass(frozen=True, slots=True)
class UnreadCells:
    """Cells with a write of unknown outcome that could not be read back: left alone (C10).

    By Otus student as well as by SIS student, and in whichever column of the assessment: an id may
    be corrected, and a student may move, before the cell can be read.
    """

    students: Mapping[tuple[AssessmentId, PersonId], Doubt] = field(default_factory=dict)
    cells: Mapping[tuple[AssessmentId, SisPersonId], Doubt] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.cells)

    @staticmethod
    def of(attempts: Iterable[OpenAttempt], doubt: Doubt) -> "UnreadCells":
        """The cells of these attempts, which are put or clear."""
        intents = [attempt.intent for attempt in attempts]
        return UnreadCells(
            {(i.assessment, i.student): doubt for i in intents if i.student is not None},
            {(i.assessment, SisPersonId(i.sending["sis_student"])): doubt for i in intents},
        )

    def concerns(self, assessment: AssessmentId) -> bool:
        """Whether a cell of the assessment is among them."""
        return any(each == assessment for each, _ in self.cells)

    def doubt(
        self, assessment: AssessmentId, student: PersonId, sis_student: SisPersonId | None
    ) -> Doubt | None:
        """Why nothing is written for a student, or into a cell."""
        found = self.students.get((assessment, student))
        if found is None and sis_student is not None:
            found = self.cells.get((assessment, sis_student))
        return found


class Emit(Protocol):
    """Takes events; those of one call are one write."""

    def __call__(self, *events: dict[str, object]) -> None:
        """Take *events*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What one run works with; built by the composition root.

    Attributes:
        workers: gradebooks at work at the same time.
        emit: takes events (mappings of plain values) as they happen; free of student values.
        doubts: columns with a write of which nobody knows yet what became.
        unread: the same of cells, where the rest of the column goes on.
        release: the program's version; another one has every gradebook looked at once.
        rules: what each kind of SIS refuses.
        recheck: every cell of every gradebook is judged, whatever changed.
    """

    run: str
    policy: Policy
    brake: BrakeLimits
    tonight: Tonight
    source: Source
    sis: Sis
    ledger: Ledger
    workers: int
    emit: Emit
    doubts: Mapping[ColumnKey, Doubt] = field(default_factory=dict)
    unread: UnreadCells = UnreadCells()
    release: str = ""
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=lambda: RULES_FOR)
    recheck: bool = False
    staff: Staff = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "staff", Staff(self.ledger))


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookWork:
    """A gradebook to look at: its key, its sections, and the Otus classes linked to them.

    `broken` stands for a class whose record cannot be used: then it is the only one.
    """

    key: str
    sections: tuple[SectionId, ...]
    classes: tuple[Class, ...]
    broken: Broken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteScore:
    """One mark to write or to take back.

    `before` is what the cell showed when this was decided, as `Reading.shown`;
    `seen` is what the ledger will remember of the source's wish, None for "never acted upon";
    `zero` asks for B4's last look; `replaces`: the SIS has a score from us there; `takes_over`: it
    was written for another student, under this SIS id; `orphan`: `student` is that other one, since
    nobody has the id now; `codes` say why a score is taken back.
    """

    op: Literal["put", "clear"]
    student: PersonId
    sis_student: SisPersonId
    section: str
    points: Decimal | None
    seen: str | None
    before: str | None
    zero: bool = False
    replaces: bool = False
    takes_over: bool = False
    orphan: bool = False
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """One column: its own write, if any, then its scores.

    `due` is the owner's due date in Otus; `remember` is what the ledger knows of the cells of a new
    column once it is made.
    `doubled`: another column carries its tag, so its record reads held whatever is written.
    `beside`: it takes scores for another column of the assessment, whose record is not its own.
    """

    assessment: AssessmentId
    owner: ClassId
    section: SectionId
    external_id: str
    ref: ColumnRef | None
    write: Literal["create", "update", ""] = ""
    data: AssignmentData | None = None
    before: AssignmentData | None = None
    seen: SourceFields | None = None
    codes: tuple[str, ...] = ()
    note: str = ""
    due: Due | None = None
    doubled: bool = False
    beside: bool = False
    scores: tuple[WriteScore, ...] = ()
    remember: tuple[KnownScore, ...] = ()

    @property
    def written_as(self) -> State:
        """What the column's own record reads once its write was accepted."""
        if self.doubled:
            return State.HELD
        return State.CREATED if self.write == "create" else State.UPDATED


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedScores:
    """Cells whose memory changes without a write: adopted or kept scores, and moved SIS ids.

    `left` stays in cells whose student has another SIS id now; in those of `settled` it is gone.
    """

    assessment: AssessmentId
    owner: ClassId
    scores: tuple[KnownScore, ...]
    left: tuple[LeftScore, ...] = ()
    settled: tuple[SisPersonId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookPlan:
    """All that was decided about one gradebook.

    Attributes:
        again: the earliest date on which time alone may change a decision here.
        roster: students enrolled today, for the brake.
        forget_scores: columns in whose place another one of the SIS stands from now on; what is
            known of their cells goes.
        too_late: assessments, by title, that a grading period keeps back which closed within the
            last 24 hours, and nothing else does.
        failed: why the gradebook could not be looked at; then nothing else is set.
    """

    key: str
    sections: tuple[SectionId, ...]
    classes: tuple[ClassId, ...]
    again: date | None = None
    roster: int | None = None
    columns: tuple[ColumnPlan, ...] = ()
    save_columns: tuple[KnownColumn, ...] = ()
    forget_scores: tuple[ColumnKey, ...] = ()
    save_scores: tuple[SavedScores, ...] = ()
    states: tuple[RecordState, ...] = ()
    forget: tuple[RecordKey, ...] = ()
    too_late: tuple[str, ...] = ()
    failed: str = ""

    @property
    def writes(self) -> int:
        """Requests that apply would send, counting a score as one."""
        return sum(bool(column.write) + len(column.scores) for column in self.columns)
