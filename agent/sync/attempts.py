"""Record what is sent: an intent before each request; after it the outcome and the record's state.

An intent holds everything that the next run needs to read the write back from the SIS (C10). Once
it was accepted, the same intent gives what the ledger remembers of the column or cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from agent.decide.assignments import SOURCE_TO_COLUMN, as_mapping
from agent.decide.person.decision import EndedDecision
from agent.decide.person.holding import EDITED
from agent.decide.plan import DELETED, ColumnPlan, WriteScore, undone_state
from agent.decide.scores.compare import STAR, canonical
from agent.domain import AssignmentData, ColumnRef, SisPersonId
from agent.errors import FATAL, UnavailableError, UnknownOutcomeError
from agent.records import (
    DELIVERED,
    UNSCORED,
    ZERO,
    Intent,
    KnownColumn,
    KnownScore,
    Outcome,
    RecordState,
    SourceFields,
    State,
)
from agent.rules.codes import Code
from agent.sync.context import RunContext

CARRIED_OUT = EndedDecision(id=0, how="carried_out")
LAPSED = EndedDecision(id=0, how="lapsed", why=EDITED)
STOPPED = "the SIS stopped answering before this was sent; the next run tries again"


@dataclass(slots=True)
class Applied:
    """The result of writing one gradebook's plan.

    Attributes:
        troubled: some record was rejected or failed.
        recheck_on: the earliest date on which a state may change though no data changes.
        down: set when the SIS stopped answering; what was not sent is recorded as failed.
    """

    states: list[RecordState] = field(default_factory=list)
    troubled: bool = False
    recheck_on: date | None = None
    down: UnavailableError | None = None

    def recheck(self, day: date) -> None:
        """Have the gradebook decided again on *day*; the earliest date wins."""
        if self.recheck_on is None or day < self.recheck_on:
            self.recheck_on = day

    def add_failure(self, error: UnavailableError) -> None:
        """Note a failed request; without an answer for this one record, the SIS counts as down."""
        self.troubled = True
        if isinstance(error, FATAL) or error.status is None or error.status == 503:
            self.down = error

    def add_unknown_outcome(self, error: UnknownOutcomeError) -> None:
        """Note a write of unknown outcome; only a cause that meets every request ends the rest."""
        self.troubled = True
        if isinstance(error.__cause__, FATAL):
            self.down = error.__cause__


class AttemptRecorder:
    """Writes the attempts of one column into the ledger, and its records' states into `Applied`.

    Attributes:
        stale: the column was to be updated in this run and was not.
    """

    def __init__(self, run: RunContext, plan: ColumnPlan, applied: Applied) -> None:
        self.run, self.plan, self.applied = run, plan, applied
        self.stale = False

    def intend(self, intents: Sequence[Intent]) -> Sequence[int]:
        """Commit intents before their requests; the attempts' ids."""
        return self.run.ledger.attempts.intend(self.run.id, intents, self.run.tonight.now)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Commit outcomes after their requests."""
        if outcomes:
            self.run.ledger.attempts.settle(outcomes, self.run.tonight.now)

    def end_decisions(self, decisions: Iterable[int | None], how: EndedDecision) -> None:
        """Note that decisions of persons came to their end with a write."""
        ended = [msgspec.structs.replace(how, id=each) for each in decisions if each is not None]
        self.run.ledger.decisions.end(ended, self.run.tonight.now)

    def column(self, state: State, reason: str, codes: tuple[Code, ...] = ()) -> None:
        """Set the state of the column's own record."""
        self._add(None, self.plan.section, state, reason, codes)

    def column_deleted(self) -> None:
        """Remember, and report, that the column was deleted in the SIS (C7)."""
        plan, ledger = self.plan, self.run.ledger
        for known in ledger.delivered.columns([plan.owner]):
            if known.assessment == plan.assessment and not known.deleted:
                ledger.delivered.save_column(replace(known, deleted=True))
        # The assignment's record is that of its main column, which may well stand.
        if plan.beside:
            return
        column = plan.assessment, None, plan.section
        others = [s for s in self.applied.states if (s.assessment, s.student, s.section) != column]
        self.applied.states = others
        self.column(State.DELETED_IN_SIS, DELETED)

    def score(
        self, score: WriteScore, state: State, reason: str, codes: tuple[Code, ...] = ()
    ) -> None:
        """Set the state of a student's record."""
        # Taking a score out always has a code: B4's own, or else that of C6.
        if score.op == "clear" and not codes:
            codes = score.codes or (Code.SCORE_WITHDRAWN,)
        self._add(score, score.section, state, reason, codes)

    def scores(self, scores: Sequence[WriteScore], state: State, reason: str) -> None:
        """Set the same state for several students' records."""
        for score in scores:
            self.score(score, state, reason)

    def _add(
        self,
        score: WriteScore | None,
        section: str,
        state: State,
        reason: str,
        codes: tuple[Code, ...],
    ) -> None:
        student = score.student if score else None
        if self.plan.undoes and state in DELIVERED:
            state, reason, codes = undone_state(self.plan.undoes)
        self.applied.states.append(
            RecordState(self.plan.assessment, student, section, state, reason, codes)
        )


def column_intent(plan: ColumnPlan, gradebook: str, tag: str) -> Intent:
    """Return the intent to create or update a column.

    *tag* is our id as this route to the SIS shows it; a run over another route has another tag.
    """
    if plan.data is None or plan.seen is None:
        raise AssertionError("a column write without data")
    # Ledgers keep these keys, so a rename here would lose attempts that an older version left open.
    sending = {
        "gradebook": gradebook,
        "external_id": plan.external_id,
        "mark": tag,
        "ref": plan.ref,
        "data": as_mapping(plan.data),
        "seen": as_mapping(plan.seen),
        **_decision(plan.decision),
    }
    return Intent(
        op="create" if plan.write == "create" else "update",
        assessment=plan.assessment,
        owner=plan.owner,
        student=None,
        section=plan.section,
        sending=sending,
        before=as_mapping(plan.before) if plan.before else None,
    )


def _decision(decision: int | None) -> dict[str, int]:
    """Return what a later run needs, to end a decision whose write it reads back."""
    return {} if decision is None else {"decision": decision}


def delivered_column(
    intent: Intent,
    ref: ColumnRef,
    data: AssignmentData | None = None,
    *,
    list_again: bool = False,
) -> KnownColumn:
    """Return what the ledger remembers of a column once its intent was accepted.

    *data* is what the SIS holds now: an update is merged into what a teacher wrote just before.
    """
    sending = intent.sending
    return KnownColumn(
        assessment=intent.assessment,
        owner=intent.owner,
        gradebook=sending["gradebook"],
        external_id=sending["external_id"],
        ref=ref,
        seen=msgspec.convert(sending["seen"], SourceFields),
        accepted=sending["data"] if data is None else as_mapping(data),
        list_again=list_again,
    )


def assignment_data(plain: Mapping[str, Any]) -> AssignmentData:
    """Return the data from which `as_mapping` made *plain*."""
    return msgspec.convert(plain, AssignmentData)


def handled_fields(
    seen: SourceFields | None, before: SourceFields | None, moved: frozenset[str]
) -> SourceFields | None:
    """Return *before*, with the source's value of each column field in *moved* taken from *seen*.

    Those fields are the teacher's from now on (C5); the others stay to be sent.
    """
    if seen is None or before is None:
        return seen
    handled = {
        name: getattr(seen, name) for name, field in SOURCE_TO_COLUMN.items() if field in moved
    }
    return replace(before, **handled)


def score_intent(plan: ColumnPlan, score: WriteScore) -> Intent:
    """Return the intent to write a score, or to take one out.

    What is nobody's any more is under no section, and read back in that of its column (C10).
    """
    points = None if score.points is None else canonical(score.points)
    sending: dict[str, Any] = {
        "points": points,
        "seen": score.seen,
        "sis_student": score.sis_student,
    }
    flags = {
        "takes_over": score.takes_over,
        "orphan": score.orphan,
        "unread": score.before is None,
        "theirs": score.theirs,
    }
    return Intent(
        op=score.op,
        assessment=plan.assessment,
        owner=plan.owner,
        student=score.student,
        section=plan.section if score.orphan else score.section,
        sending=sending
        | {name: True for name, is_set in flags.items() if is_set}
        | _decision(score.decision),
        before=None if score.before in {None, STAR} else {"points": score.before},
    )


def delivered_score(intent: Intent) -> KnownScore:
    """Return what the ledger remembers of a cell once its intent was accepted."""
    if intent.student is None:
        raise AssertionError("a score intent names a student")
    points, seen = intent.sending["points"], intent.sending["seen"]
    return KnownScore(
        student=intent.student,
        seen=seen,
        accepted=None if points is None or "theirs" in intent.sending else Decimal(points),
        # B4 never applies where the source once had a score (C6).
        had_score=seen not in {None, ZERO, UNSCORED},
        sis_student=SisPersonId(intent.sending["sis_student"]),
    )
