"""What came of a column's students, while it is being decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from agent.decide.person.decision import EndedDecision
from agent.decide.plan import MISSING, NOT_VERIFIABLE, WriteScore, not_due_in_gradebook
from agent.decide.scores.compare import (
    AdoptScore,
    Clear,
    HeldZero,
    Keep,
    Put,
    ScoreStep,
    Settled,
    UnreadCell,
    Withdrawn,
    canonical,
    shown,
)
from agent.decide.students import ColumnStudent
from agent.domain import AssessmentId, SisCell, SisPersonId
from agent.records import CLEARED, ZERO, KnownScore, LeftScore, RecordState, State
from agent.rules.codes import Code

SCORED_BESIDE = "past due without a score; another column of it in the gradebook holds a mark"
UNREAD_SINCE_COPY = (
    "the ledger was restored from a copy, and the cell cannot be read: nothing is written into it"
    " until it can be"
)
UNREAD_BESIDE = "past due without a score, but another column of it cannot be read"


@dataclass(slots=True)
class ScoreDecisions:
    """What came of a column's students.

    Attributes:
        leaves: scores that stay in a cell whose student has another SIS id now.
        settled: cells in which nothing stands any more for an earlier holder of their SIS id.
        recheck_on: the earliest date on which time alone may change one of them.
        unreadable: the column's cells could not be read.
        ended: decisions of persons that are done, or no longer good, without a write.
    """

    writes: list[WriteScore] = field(default_factory=list)
    saves: list[KnownScore] = field(default_factory=list)
    leaves: list[LeftScore] = field(default_factory=list)
    settled: list[SisPersonId] = field(default_factory=list)
    states: list[RecordState] = field(default_factory=list)
    recheck_on: date | None = None
    unreadable: bool = False
    ended: list[EndedDecision] = field(default_factory=list)

    def recheck(self, day: date | None) -> None:
        """Keep the earliest date."""
        if day is not None and (self.recheck_on is None or day < self.recheck_on):
            self.recheck_on = day

    @property
    def zeros(self) -> list[WriteScore]:
        """B4's zeros among the writes."""
        return [write for write in self.writes if write.zero]

    def keep_zeros(
        self, assessment: AssessmentId, zeros: Iterable[WriteScore], *, readable: bool
    ) -> None:
        """Leave out these zeros: a score stands, or may stand, in another column."""
        for write in zeros:
            if readable:
                self._leave_out(assessment, write, State.KEPT, SCORED_BESIDE)
            else:
                self._leave_out(assessment, write, State.HELD, UNREAD_BESIDE, NOT_VERIFIABLE)

    def hold_zeros(self, assessment: AssessmentId, due: date) -> None:
        """Keep B4's zeros back until the due date that the gradebook shows has passed."""
        for write in self.zeros:
            reason = not_due_in_gradebook(due)
            self._leave_out(assessment, write, State.REFUSED, reason, (Code.NOT_DUE_YET,))

    def _leave_out(
        self,
        assessment: AssessmentId,
        write: WriteScore,
        state: State,
        reason: str,
        codes: tuple[Code, ...] = (),
    ) -> None:
        self.writes.remove(write)
        self.states.append(
            RecordState(assessment, write.student, write.section, state, reason, codes)
        )


def score_write(
    student: ColumnStudent,
    *,
    points: Decimal | None,
    seen: str | None,
    before: SisCell | None,
    zero: bool = False,
    codes: tuple[Code, ...] = (),
) -> WriteScore:
    """A score to write for a student, or (None) to take back."""
    if student.sis_student is None:
        raise AssertionError("nothing is written for a student outside the SIS")
    return WriteScore(
        op="clear" if points is None else "put",
        student=student.id,
        sis_student=student.sis_student,
        section=student.section,
        points=points,
        seen=seen,
        before=None if before is None else shown(before),
        zero=zero,
        codes=codes,
    )


def carry_out(
    student: ColumnStudent, known: KnownScore, step: ScoreStep, decisions: ScoreDecisions
) -> None:
    """Turn a step into a write, or into a memory and a state."""
    if isinstance(step, Put):
        write = score_write(
            student, points=step.points, seen=step.seen, before=step.before, zero=step.zero
        )
        decisions.writes.append(replace(write, replaces=known.accepted is not None))
    elif isinstance(step, Clear):
        write = score_write(student, points=None, seen=CLEARED, before=step.before)
        decisions.writes.append(write)
    else:
        saved = _saved(known, step)
        if saved is not None:
            decisions.saves.append(saved)
        decisions.states.append(_quiet_state(student, known, step))


def _saved(known: KnownScore, step: ScoreStep) -> KnownScore | None:
    """What the ledger remembers of a step that writes nothing; None: nothing new."""
    compared = replace(known, in_doubt=False)
    if isinstance(step, AdoptScore):
        return replace(compared, seen=step.seen, accepted=step.points, had_score=True)
    if isinstance(step, Keep) and step.withdrawn:
        return replace(compared, accepted=None)
    if isinstance(step, Keep) and step.seen and step.seen != known.seen:
        return replace(compared, seen=step.seen)
    return compared if known.in_doubt and isinstance(step, Keep | Settled) else None


def _quiet_state(
    student: ColumnStudent,
    known: KnownScore,
    step: HeldZero | UnreadCell | AdoptScore | Keep | Withdrawn | Settled,
) -> RecordState:
    if isinstance(step, AdoptScore):
        return student.record(State.UNCHANGED, "the gradebook already held it")
    if isinstance(step, Keep):
        codes = (Code.SCORE_WITHDRAWN,) if step.withdrawn else ()
        return student.record(State.KEPT, step.reason, codes)
    if isinstance(step, Withdrawn):
        state = State.HELD if step.held else State.WITHDRAWN
        return student.record(state, step.reason, (Code.SCORE_WITHDRAWN,))
    if isinstance(step, Settled):
        return unchanged_state(student, known)
    if isinstance(step, UnreadCell):
        return student.record(State.HELD, UNREAD_SINCE_COPY, (Code.OUTCOME_UNKNOWN,))
    return student.record(State.HELD, step.reason, NOT_VERIFIABLE)


def unchanged_state(student: ColumnStudent, known: KnownScore) -> RecordState:
    """Nothing changed at the source: ours still stands for all we know, or a teacher's was kept."""
    ours = known.accepted is not None and known.seen in {canonical(known.accepted), ZERO}
    if ours:
        return student.record(State.UNCHANGED, MISSING if known.seen == ZERO else "")
    reason = "the teacher's mark stands; the score did not change in Otus"
    return student.record(State.KEPT, reason)
