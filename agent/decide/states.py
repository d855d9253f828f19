"""Every state that a record can get: the only place that makes one, and the words that go with it.

A planned write says for itself what its record will read; all other records are stated here.
"""

from collections.abc import Iterable, Sequence

from agent.decide.person.decision import BY_DECISION
from agent.decide.plan import ColumnPlan, WriteScore
from agent.domain import AssessmentId, Broken, PersonId, SectionId
from agent.records import RecordState, State
from agent.rules.codes import Code
from agent.rules.refusals import Refusal

NOWHERE = SectionId("")
"""The section of records that stand in no section."""
DELETED = "deleted in the SIS; it is not made again"
MISSING = "past due, nothing submitted"
"""Why a 0 that nobody typed stands in the gradebook (B4)."""
NOT_VERIFIABLE = (Code.ZERO_NOT_VERIFIABLE,)


def not_due_in_gradebook(due: object) -> str:
    """Why B4 waits although the class's own due date has passed."""
    return f"no score yet; in the gradebook it is due {due}"


def record_state(
    assessment: AssessmentId,
    student: PersonId | None,
    section: str,
    state: State,
    reason: str = "",
    codes: tuple[Code, ...] = (),
) -> RecordState:
    """The state of any record; *student* None: the assignment's own."""
    return RecordState(
        assessment=assessment,
        student=student,
        section=section,
        state=state,
        codes=codes,
        reason=reason,
    )


def broken_assessment(assessment: AssessmentId, section: str, what: Broken) -> RecordState:
    """The record of an assessment that the source sent broken."""
    reason = f"broken record: {what.reason}"
    return record_state(
        assessment, None, section, State.REFUSED, reason, (Code.ASSESSMENT_INVALID,)
    )


def unassigned(assessment: AssessmentId, section: str, broken: Broken | None) -> RecordState:
    """The record of a column that no class claims any more (C4).

    Where the assessment's record broke so that its classes cannot be told, that is the reason.
    """
    if broken is not None:
        return broken_assessment(assessment, section, broken)
    reason = "unassigned in Otus; the SIS keeps the assignment"
    return record_state(assessment, None, section, State.ORPHANED, reason)


def planned_column_states(column: ColumnPlan) -> Iterable[RecordState]:
    """What the records of a planned column read once all of its writes were accepted."""
    if column.undoes:
        yield from _undone(column)
        return
    if column.write:
        yield record_state(
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
        yield record_state(column.assessment, student, section, *undone_state(column.undoes))


def undone_state(run: str, stands: str = "") -> tuple[State, str, tuple[Code, ...]]:
    """What a record of an undone run reads; *stands*: why the run's value is still there."""
    if stands:
        return State.HELD, f"run {run} was undone, but {stands}", (Code.UNDONE_BUT_STANDS,)
    why = f"run {run} was undone; nothing is sent until it is released"
    return State.HELD, why, (Code.UNDONE,)


def _planned_score(column: ColumnPlan, score: WriteScore) -> RecordState:
    clear = score.op == "clear"
    return record_state(
        column.assessment,
        score.student,
        score.section,
        State.CLEARED if clear else State.SENT,
        MISSING if score.zero else "",
        (score.codes or (Code.SCORE_WITHDRAWN,)) if clear else (),
    )


def codes_of(refused: Sequence[Refusal]) -> tuple[Code, ...]:
    """The codes of some refusals, in their order."""
    return tuple(r.code for r in refused)


def reasons_of(refused: Sequence[Refusal]) -> str:
    """Their reasons, as one sentence."""
    return "; ".join(r.reason for r in refused)


def is_news(state: RecordState, stored: RecordState | None) -> bool:
    """Whether the ledger does not hold the state yet.

    Who must act on a record is told each night: what is held or failed is news every time, unless
    a person has decided about it.
    """
    acts = state.state in {State.HELD, State.FAILED} and not BY_DECISION.intersection(state.codes)
    return state != stored or acts
