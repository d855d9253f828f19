"""What came of a gradebook's plan, and the pen that writes it down."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from agent.decide.plan import ColumnPlan, WriteScore
from agent.decide.states import DELETED
from agent.errors import (
    FATAL,
    UnavailableError,
    UnknownOutcomeError,
)
from agent.records import Intent, Outcome, RecordState, State
from agent.rules.codes import Code
from agent.sync.context import Kit

STOPPED = "the SIS stopped answering; tried again next night"
NOT_DATED = (
    "past due without a score, but the gradebook did not take the new due date tonight; without it"
    " no 0 is written"
)
UNDATED = "past due without a score, but the due date that the gradebook shows cannot be read"
UNREADABLE = "past due without a score, but the cell cannot be read: it may hold a mark"


@dataclass(slots=True)
class Applied:
    """What came of one gradebook's plan.

    Attributes:
        writes: requests sent that could change the SIS.
        troubled: some record was rejected or failed.
        again: the earliest date on which time alone may change what was written down.
        down: set when the SIS stopped answering; what was not sent is stated as failed.
    """

    states: list[RecordState] = field(default_factory=list)
    writes: int = 0
    troubled: bool = False
    again: date | None = None
    down: UnavailableError | None = None

    def look_again(self, day: date) -> None:
        """Keep the earliest date."""
        if self.again is None or day < self.again:
            self.again = day

    def note(self, error: UnavailableError) -> None:
        """Remember trouble; the SIS is gone unless it answered for this one record."""
        self.troubled = True
        if isinstance(error, FATAL) or error.status is None or error.status == 503:
            self.down = error

    def note_unanswered(self, error: UnknownOutcomeError) -> None:
        """Remember a write of unknown outcome; others go on, unless none can escape its cause."""
        self.troubled = True
        if isinstance(error.__cause__, FATAL):
            self.down = error.__cause__


class Pen:
    """Writes attempts into the ledger and states into an `Applied`, for one column.

    `stale`: the column was to be updated tonight and was not.
    """

    def __init__(self, kit: Kit, plan: ColumnPlan, applied: Applied) -> None:
        self.kit, self.plan, self.applied = kit, plan, applied
        self.stale = False

    def intend(self, intents: Sequence[Intent]) -> Sequence[int]:
        """Commit intents before their requests."""
        return self.kit.ledger.intend(self.kit.run, intents, self.kit.tonight.now)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Commit outcomes after their requests."""
        if outcomes:
            self.kit.ledger.settle(outcomes, self.kit.tonight.now)

    def column(self, state: State, reason: str, codes: tuple[Code, ...] = ()) -> None:
        """State the column's own record."""
        self._state(None, self.plan.section, state, reason, codes)

    def gone(self) -> None:
        """Remember, and state, that the SIS does not have the column any more (C7)."""
        plan, ledger = self.plan, self.kit.ledger
        for known in ledger.columns([plan.owner]):
            if known.assessment == plan.assessment and not known.deleted:
                ledger.save_column(replace(known, deleted=True))
        if plan.beside:
            return
        self.applied.states = [
            s
            for s in self.applied.states
            if (s.assessment, s.student, s.section) != (plan.assessment, None, plan.section)
        ]
        self.column(State.DELETED_IN_SIS, DELETED)

    def score(
        self, score: WriteScore, state: State, reason: str, codes: tuple[Code, ...] = ()
    ) -> None:
        """State a student's record."""
        if score.op == "clear" and not codes:
            codes = score.codes or (Code.SCORE_WITHDRAWN,)
        self._state(score, score.section, state, reason, codes)

    def scores(self, scores: Sequence[WriteScore], state: State, reason: str) -> None:
        """State several students' records with one word."""
        for score in scores:
            self.score(score, state, reason)

    def _state(
        self,
        score: WriteScore | None,
        section: str,
        state: State,
        reason: str,
        codes: tuple[Code, ...],
    ) -> None:
        self.applied.states.append(
            RecordState(
                assessment=self.plan.assessment,
                student=score.student if score else None,
                section=section,
                state=state,
                codes=codes,
                reason=reason,
            )
        )
