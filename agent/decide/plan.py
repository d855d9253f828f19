"""A gradebook plan: what is written, in order, and what the ledger remembers without a write.

A planned write says for itself what its record will read; every other record's state is in the
plan. The words of states that several modules make stand here too.

Plain data, fit for a plan file. It carries student values, so it lives in memory or in an unnamed
temporary file only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from agent.decide.person.decision import BY_DECISION, EndedDecision
from agent.domain import (
    AssessmentId,
    AssignmentData,
    Broken,
    ClassId,
    ColumnRef,
    PersonId,
    SectionId,
    SisPersonId,
)
from agent.records import (
    ColumnKey,
    KnownColumn,
    KnownScore,
    LeftScore,
    RecordKey,
    RecordState,
    SourceFields,
    State,
)
from agent.rules.codes import Code
from agent.rules.due import Due

NOWHERE = SectionId("")
"""The section of records that stand in no section."""
DELETED = "deleted in the SIS; it is not made again"
MISSING = "past due, nothing submitted"
"""Why a 0 that nobody typed stands in the gradebook (B4)."""
NOT_VERIFIABLE = (Code.ZERO_NOT_VERIFIABLE,)


def not_due_in_gradebook(due: object) -> str:
    """Why B4 waits although the class's own due date has passed."""
    return f"no score yet; in the gradebook it is due {due}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteScore:
    """One mark to write or to take back.

    `before` is what the cell showed when this was decided, as `compare.shown`;
    `seen` is what the ledger will remember of the source's wish, None for "never acted upon";
    `zero` asks for B4's last look; `replaces`: the SIS has a score from us there; `takes_over`: it
    was written for another student, under this SIS id; `orphan`: `student` is that other one, since
    nobody has the id now; `codes` say why a score is taken back; `decision` is the person's that it
    carries out; `theirs`: what is put back was a teacher's.
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
    codes: tuple[Code, ...] = ()
    decision: int | None = None
    theirs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """One column: its own write, if any, then its scores.

    `due` is the owner's due date in Otus; `remember` is what the ledger knows of the cells of a new
    column once it is made.
    `doubled`: another column carries its tag, so its record reads held whatever is written.
    `beside`: it takes scores for another column of the assessment, whose record is not its own.
    `decision`: the person's that its own write carries out.
    `undoes`: the run whose writes it takes back; then no record reads delivered.
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
    codes: tuple[Code, ...] = ()
    note: str = ""
    due: Due | None = None
    doubled: bool = False
    beside: bool = False
    decision: int | None = None
    undoes: str = ""
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
        ended: decisions of persons that are done, or no longer good, without a write.
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
    ended: tuple[EndedDecision, ...] = ()
    failed: str = ""

    @property
    def writes(self) -> int:
        """Requests that apply would send, counting a score as one."""
        return sum(bool(column.write) + len(column.scores) for column in self.columns)


# ---- what the records read -----------------------------------------------------------------------


def broken_assessment(assessment: AssessmentId, section: str, what: Broken) -> RecordState:
    """The record of an assessment that the source sent broken."""
    reason = f"broken record: {what.reason}"
    return RecordState(assessment, None, section, State.REFUSED, reason, (Code.ASSESSMENT_INVALID,))


def unassigned(assessment: AssessmentId, section: str, broken: Broken | None) -> RecordState:
    """The record of a column that no class claims any more (C4).

    Where the assessment's record broke so that its classes cannot be told, that is the reason.
    """
    if broken is not None:
        return broken_assessment(assessment, section, broken)
    reason = "unassigned in Otus; the SIS keeps the assignment"
    return RecordState(assessment, None, section, State.ORPHANED, reason)


def planned_column_states(column: ColumnPlan) -> Iterable[RecordState]:
    """What the records of a planned column read once all of its writes were accepted."""
    if column.undoes:
        yield from _undone(column)
        return
    if column.write:
        yield RecordState(
            column.assessment,
            None,
            column.section,
            column.written_as,
            column.note,
            column.codes,
        )
    for score in column.scores:
        yield _planned_score(column, score)


def _undone(column: ColumnPlan) -> Iterable[RecordState]:
    own = [(None, column.section)] if column.write else []
    for student, section in (*own, *((s.student, s.section) for s in column.scores)):
        yield RecordState(column.assessment, student, section, *undone_state(column.undoes))


def undone_state(run: str, stands: str = "") -> tuple[State, str, tuple[Code, ...]]:
    """What a record of an undone run reads; *stands*: why the run's value is still there."""
    if stands:
        return State.HELD, f"run {run} was undone, but {stands}", (Code.UNDONE_BUT_STANDS,)
    why = f"run {run} was undone; nothing is sent until it is released"
    return State.HELD, why, (Code.UNDONE,)


def _planned_score(column: ColumnPlan, score: WriteScore) -> RecordState:
    clear = score.op == "clear"
    return RecordState(
        column.assessment,
        score.student,
        score.section,
        State.CLEARED if clear else State.SENT,
        MISSING if score.zero else "",
        (score.codes or (Code.SCORE_WITHDRAWN,)) if clear else (),
    )


def is_news(state: RecordState, stored: RecordState | None) -> bool:
    """Whether the ledger does not hold the state yet.

    Who must act on a record is told each night: what is held or failed is news every time, unless
    a person has decided about it.
    """
    acts = state.state in {State.HELD, State.FAILED} and not BY_DECISION.intersection(state.codes)
    return state != stored or acts
