"""A column's own plan: what is written, what is adopted, and what the report adds to it."""

from dataclasses import replace

from agent.decide.decided import Decided
from agent.decide.plan import ColumnPlan
from agent.decide.seats import Desk
from agent.decide.steps import Adopt, AssignmentStep, Create, Update
from agent.decide.targets import Joined, Target, due_may_change, external_id
from agent.domain import Column
from agent.eligibility import Refusal
from agent.records import KnownColumn, State, as_mapping

CLOSED = "grading_period_closed"
GONE = ("deleted_in_sis",)
GONE_BESIDE = "another assignment of it here was deleted in the SIS; scores that it had go here"
EDITED = "changed in the gradebook while our last write was under way; that stands"


def due_free(lead: Target) -> bool:
    """Whether the due date that Otus has now may be sent."""
    due = lead.candidate.due
    return due is not None and due_may_change(lead, due)


def adopted(desk: Desk, step: Adopt, found: Column) -> KnownColumn:
    """What the ledger knows of a column that already is as Otus wants it."""
    group = desk.group
    return KnownColumn(
        assessment=group.assessment,
        owner=group.owner,
        gradebook=desk.gradebook.id,
        external_id=_external_id(group),
        ref=found.ref,
        seen=step.seen,
        accepted=as_mapping(step.data),
        list_again=group.known is not None and group.known.list_again,
    )


def column_plan(
    group: Joined,
    step: AssignmentStep | None,
    codes: tuple[str, ...],
    note: str,
    decided: Decided,
    *,
    doubled: bool = False,
    beside: bool = False,
) -> ColumnPlan:
    """The column as it will be written, with its scores."""
    section = group.lead.candidate.class_.section
    if section is None:
        raise AssertionError("a column without a section")
    plan = ColumnPlan(
        assessment=group.assessment,
        owner=group.owner,
        section=section,
        external_id=_external_id(group),
        ref=group.known.ref if group.known else None,
        codes=codes,
        note=note,
        due=group.lead.candidate.due,
        doubled=doubled,
        beside=beside,
        scores=tuple(decided.writes),
    )
    if isinstance(step, Create):
        fresh = tuple(decided.saves)
        return replace(plan, write="create", data=step.data, seen=step.seen, remember=fresh)
    if isinstance(step, Update):
        return replace(plan, write="update", data=step.data, seen=step.seen, before=step.before)
    return plan


def _external_id(group: Joined) -> str:
    """Our id of the column: the one under which it was made, in whatever form that was."""
    known = group.known
    return known.external_id if known else external_id(group.assessment, group.owner)


def column_state(
    desk: Desk, group: Joined, lead: Target, step: AssignmentStep | None, *, gone_beside: bool
) -> tuple[State, tuple[str, ...], str]:
    """State, codes and note of a column's own record where nothing of its own is written.

    The codes and the note go with a write too. Where nothing of ours was accepted, a teacher's edit
    stands; where another column carries the tag, a person must decide (C3). `gone_beside`: another
    column of the assessment in this gradebook was deleted (C7).
    """
    codes, note = _remarks(desk.group, lead, step)
    state, codes, note = _state(desk, group, step, codes, note)
    return (
        (state, (*codes, *GONE), _joined(note, GONE_BESIDE))
        if gone_beside
        else (state, codes, note)
    )


def _state(
    desk: Desk, group: Joined, step: AssignmentStep | None, codes: tuple[str, ...], note: str
) -> tuple[State, tuple[str, ...], str]:
    if desk.doubled is not None:
        return desk.doubled.state, (*desk.doubled.codes, *codes), _joined(desk.doubled.reason, note)
    if codes and codes != ("linked_differs",):
        return State.REFUSED, codes, note
    known = group.known
    if known is None or known.ref is None or known.accepted is not None:
        return State.UNCHANGED, codes, note
    edited = not isinstance(step, Create | Update)
    return State.KEPT, codes, _joined(EDITED, note) if edited else note


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _remarks(
    group: Joined, lead: Target, step: AssignmentStep | None
) -> tuple[tuple[str, ...], str]:
    """What the report adds to a column: computed due date, shortened title, differing classes."""
    codes: list[str] = []
    notes: list[str] = []
    due, assessment = lead.candidate.due, lead.candidate.assessment
    seen = group.known.seen if group.known else None
    if due and seen and seen.due != due.day and not due_free(lead):
        closed = (Refusal(CLOSED, "its grading period is closed"),)
        blocked = (lead.due_gate or closed)[0]
        codes.append(blocked.code)
        notes.append(f"the new due date was not sent: {blocked.reason}")
    if group.differing:
        codes.append("linked_differs")
        notes.append(f"linked classes differ in {', '.join(group.differing)}")
    if due and due.computed_from:
        notes.append(f"due date {due.day} computed: {due.computed_from} + 7 days")
    if isinstance(step, Create | Update) and step.data.title != assessment.title:
        notes.append(f'title in the SIS: "{step.data.title}"')
    return tuple(codes), "; ".join(notes)
