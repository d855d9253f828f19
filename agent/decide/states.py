"""Every state that a record can get: the only place that makes one, and the words that go with it.

A planned write says for itself what its record will read; all other records are stated here.
"""

from collections.abc import Iterable, Mapping, Sequence

from agent.decide.assignments import AssignmentStep, Create, Update
from agent.decide.plan import ColumnPlan, RecordKey, WriteScore
from agent.decide.sharing import CLOSED, JudgedAssessment
from agent.decide.students import ColumnContext, ColumnStudent
from agent.domain import AssessmentId, Broken, PersonId, SectionId
from agent.records import RecordState, State
from agent.rules import Refusal
from agent.rules.codes import Code

NOWHERE = SectionId("")
"""The section of records that stand in no section."""
DELETED = "deleted in the SIS; it is not made again"
MISSING = "past due, nothing submitted"
"""Why a 0 that nobody typed stands in the gradebook (B4)."""
NOT_VERIFIABLE = (Code.ZERO_NOT_VERIFIABLE,)
EDITED = "changed in the gradebook while our last write was under way; that stands"
GONE_BESIDE = "another assignment of it here was deleted in the SIS; scores that it had go here"
"""The assignment's own record where another column of it was deleted (C7)."""


def not_due_in_gradebook(due: object) -> str:
    """Why B4 waits although the class's own due date has passed."""
    return f"no score yet; in the gradebook it is due {due}"


def record_state(
    assessment: AssessmentId,
    student: PersonId | None,
    section: str,
    state: State,
    reason: str = "",
    codes: tuple[str, ...] = (),
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


def assignment_state(
    judged: JudgedAssessment, state: State, reason: str = "", codes: tuple[str, ...] = ()
) -> RecordState:
    """The assignment's own record in one class; under the class's id where no section is linked."""
    class_ = judged.candidate.class_
    section = class_.section or class_.id
    return record_state(judged.candidate.assessment.id, None, section, state, reason, codes)


def score_state(
    student: ColumnStudent, state: State, reason: str = "", codes: tuple[str, ...] = ()
) -> RecordState:
    """The record of a student in a column."""
    assessment = student.judged.candidate.assessment.id
    return record_state(assessment, student.id, student.section, state, reason, codes)


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


def planned_states(column: ColumnPlan) -> Iterable[RecordState]:
    """What the records of a planned column read once all of its writes were accepted."""
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


def codes_of(refused: Sequence[Refusal]) -> tuple[str, ...]:
    """The codes of some refusals, in their order."""
    return tuple(r.code for r in refused)


def reasons_of(refused: Sequence[Refusal]) -> str:
    """Their reasons, as one sentence."""
    return "; ".join(r.reason for r in refused)


def news(
    states: Iterable[RecordState], stored: Mapping[RecordKey, RecordState]
) -> tuple[RecordState, ...]:
    """The states that the ledger does not hold yet.

    Who must act on a record is told each night: what is held or failed is news every time.
    """
    return tuple(
        state
        for state in states
        if state.state in {State.HELD, State.FAILED}
        or stored.get((state.assessment, state.student, state.section)) != state
    )


def column_state(
    context: ColumnContext,
    main: JudgedAssessment,
    step: AssignmentStep | None,
    *,
    gone_beside: bool,
) -> tuple[State, tuple[str, ...], str]:
    """State, codes and note of a column's own record where nothing of its own is written.

    The codes and the note go with a write too. Where nothing of ours was accepted, a teacher's edit
    stands; where another column carries the tag, a person must decide (C3). `gone_beside`: another
    column of the assessment in this gradebook was deleted (C7).
    """
    codes, notes = _remarks(context, main, step)
    state = State.UNCHANGED
    known = context.column.known
    if context.duplicates is not None:
        state = context.duplicates.state
        codes = [*context.duplicates.codes, *codes]
        notes = [context.duplicates.reason, *notes]
    elif set(codes) - {Code.LINKED_DIFFERS}:
        state = State.REFUSED
    elif known is not None and known.ref is not None and known.accepted is None:
        state = State.KEPT
        if not isinstance(step, Create | Update):
            notes = [EDITED, *notes]
    if gone_beside:
        codes, notes = [*codes, Code.DELETED_IN_SIS], [*notes, GONE_BESIDE]
    return state, tuple(codes), "; ".join(notes)


def _remarks(
    context: ColumnContext, main: JudgedAssessment, step: AssignmentStep | None
) -> tuple[list[str], list[str]]:
    """What the report adds to a column: computed due date, shortened title, differing classes."""
    codes: list[str] = []
    notes: list[str] = []
    column, due = context.column, main.candidate.due
    seen = column.known.seen if column.known else None
    if due and seen and seen.due != due.day and not main.due_may_change:
        closed = (Refusal(CLOSED, "its grading period is closed"),)
        blocked = (main.due_gate or closed)[0]
        codes.append(blocked.code)
        notes.append(f"the new due date was not sent: {blocked.reason}")
    if column.differing:
        codes.append(Code.LINKED_DIFFERS)
        notes.append(f"linked classes differ in {', '.join(column.differing)}")
    if due and due.computed_from:
        notes.append(f"due date {due.day} computed: {due.computed_from} + 7 days")
    if isinstance(step, Create | Update) and step.data.title != main.candidate.assessment.title:
        notes.append(f'title in the SIS: "{step.data.title}"')
    return codes, notes
