"""Decide one column: what it is to become, and when it is better left alone.

A column whose last write went without an answer is left alone, and so is one that another route
made; a column that somebody deleted is not made again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.domain import Column
from agent.eligibility import Refusal
from agent.night.board import Board
from agent.night.candidates import is_later
from agent.night.cells import decide_cells
from agent.night.columns import CLOSED, adopted, column_plan, column_state, due_free
from agent.night.decided import Decided
from agent.night.doubled import another_in_its_place, with_its_double
from agent.night.other_columns import OtherColumns
from agent.night.owners import left_behind, with_owner
from agent.night.readers import ColumnReader
from agent.night.seats import Desk
from agent.night.targets import (
    Joined,
    Target,
    due_differs,
    external_id,
    source_fields,
    wanted_column,
    with_found,
)
from agent.night.unclaimed import which_one
from agent.night.work import OTHER_ADDRESS, ColumnKey, Doubt
from agent.night.zeros import hold_zeros, keep_marks_beside
from agent.plan import (
    Adopt,
    AssignmentStep,
    Create,
    Deleted,
    Update,
    changed_fields,
    decide_assignment,
)
from agent.records import State

LEFT_BEHIND = Doubt(
    State.HELD,
    "its assignment was made in the gradebook that the class belonged to before, and is not in this"
    " one: assign it again in Otus to have it here, or link the class back",
)


def decide_column(desk: Desk, read: ColumnReader, board: Board) -> None:
    """Decide a column and its cells."""
    desk = with_owner(desk, read)
    known, lead = desk.group.known, desk.group.lead
    if known is not None:
        board.taken.add((known.assessment, known.owner))
    changed = _changed(desk)
    doubt = _doubt(desk)
    if doubt is not None:
        board.doubtful(desk, doubt, unchanged=not changed)
        return
    deleted = known is not None and (known.deleted or _gone(desk, read))
    if due_differs(lead, known):
        lead = with_found(desk.kit, lead, None, known)
    found = None
    if changed or deleted or _names(lead, CLOSED):
        found = read(desk.group)
        lead = with_found(desk.kit, desk.group.lead, found, known)
    other = another_in_its_place(desk, read)
    if other is not None:
        decide_column(other, read, board)
        return
    desk = with_its_double(desk, read, board)
    if lead.barred:
        new = not (known and known.ref)
        told = lead.refused if new else lead.barred
        wait_for_gates(lead, board)
        board.refuse_group(desk, told, unchanged=not changed and not deleted)
        return
    if not deleted and left_behind(desk, read, board):
        board.doubtful(desk, LEFT_BEHIND)
        return
    if desk.doubled is not None and (known is None or known.ref is None):
        board.doubtful(desk, desk.doubled)
        return
    step = _step(desk, lead, found) if changed or deleted else None
    _take(desk, lead, step, found, read, board)


def _gone(desk: Desk, read: ColumnReader) -> bool:
    """Whether a list that the ledger asks for shows that somebody deleted the column (C7)."""
    known = desk.group.known
    if known is None or not known.list_again or known.gradebook != desk.gradebook.id:
        return False
    return read(desk.group) is None


def _changed(desk: Desk) -> frozenset[str]:
    """The source fields that changed since we last acted on them."""
    known, traits, lead = desk.group.known, desk.kit.sis.traits, desk.group.lead.candidate
    source = source_fields(lead.assessment, lead.due, assigned_dates=traits.assigned_dates)
    return changed_fields(source, known.seen if known and known.ref else None)


def _step(desk: Desk, lead: Target, found: Column | None) -> AssignmentStep:
    kit, candidate = desk.kit, desk.group.lead.candidate
    traits = kit.sis.traits
    return decide_assignment(
        wanted_column(candidate, assigned_dates=traits.assigned_dates),
        desk.group.known,
        found,
        overwrite=kit.policy.overwrite,
        recreate_deleted=kit.policy.recreate_deleted,
        due_may_change=due_free(lead),
    )


def _take(
    desk: Desk,
    lead: Target,
    step: AssignmentStep | None,
    found: Column | None,
    read: ColumnReader,
    board: Board,
) -> None:
    """Put a step on the board."""
    if isinstance(step, Create) and lead.gate:
        for target in desk.group.targets:
            wait_for_gates(target, board)
        board.refuse_group(desk, lead.gate)
    elif isinstance(step, Deleted):
        board.deleted(desk)
    elif isinstance(step, Create) and (alike := read.unclaimed(step.data)):
        _take_for_ours(desk, lead, step, alike, read, board)
    else:
        _plan_column(desk, lead, step, found, read, board)


def _doubt(desk: Desk) -> Doubt | None:
    """Why a column must be left as it is: a write without an answer, or an address of no use."""
    kit, known = desk.kit, desk.group.known
    doubt = _unanswered(kit.doubts, desk.group) if kit.doubts else None
    if doubt is None and known is not None and known.ref is not None:
        return None if kit.sis.addresses(known.ref) else OTHER_ADDRESS
    return doubt


def _unanswered(doubts: Mapping[ColumnKey, Doubt], group: Joined) -> Doubt | None:
    owners = {group.owner, *(t.candidate.class_.id for t in group.targets)}
    keys = [(group.assessment, owner) for owner in sorted(owners)]
    return next((doubts[key] for key in keys if key in doubts), None)


def _take_for_ours(
    desk: Desk,
    lead: Target,
    step: Create,
    alike: Sequence[Column],
    read: ColumnReader,
    board: Board,
) -> None:
    """A column that we made, which lost its mark: one is gone on with, several are a question."""
    [found, *others] = alike
    if others:
        mark = desk.kit.sis.tag(external_id(desk.group.assessment, desk.group.owner))
        board.doubtful(desk, which_one(mark, len(alike)))
        return
    read.claim(found)
    _plan_column(desk, lead, Adopt(data=found.data, seen=step.seen), found, read, board)


def _names(target: Target, code: str) -> bool:
    return any(r.code == code for r in target.refused)


def wait_for_gates(target: Target, board: Board) -> None:
    """Look again on the days from which the calendar refuses no more (A6, A11).

    That is when the grading period of the due date begins, and when the class is assigned it.
    """
    due, section = target.candidate.due, target.candidate.section
    assessment, night = target.candidate.assessment, target.candidate.tonight.night
    for period in section.periods if section and due else ():
        if due and period.holds(due.day) and period.start > night:
            board.look_again(period.start)
    if is_later(assessment, night):
        board.look_again(assessment.assigned_on)


def _plan_column(
    desk: Desk,
    lead: Target,
    step: AssignmentStep | None,
    found: Column | None,
    read: ColumnReader,
    board: Board,
) -> None:
    """The column's own write, and its cells."""
    group = desk.group
    if isinstance(step, Adopt) and found is not None:
        known = adopted(desk, step, found)
        board.save_columns.append(known)
        if group.cells_unknown:
            board.forget_scores.append((known.assessment, known.owner))
        group = replace(group, known=known)
    elif isinstance(step, Create):
        group = replace(group, known=None)
    decided, others = decide_cells(replace(desk, group=group), read)
    if _must_be_seen(step, decided) and read(group) is None:
        board.deleted(desk)
        return
    moved = _moved_into_closed(desk, lead, step, found, decided, read)
    if moved:
        board.refuse_group(desk, moved, unchanged=True)
        return
    hold_zeros(desk, step, decided, read)
    keep_marks_beside(desk, decided, read)
    board.take(group, replace(decided, saves=[]) if isinstance(step, Create) else decided)
    _take_others(desk, others, board)
    state, codes, note = column_state(desk, group, lead, step, gone_beside=bool(others.gone))
    if codes:
        wait_for_gates(lead, board)
    write = isinstance(step, Create | Update)
    if write or decided.writes:
        doubled = desk.doubled is not None
        board.columns.append(column_plan(group, step, codes, note, decided, doubled=doubled))
    if not write:
        board.say(group, state, codes, note)


def _take_others(desk: Desk, others: OtherColumns, board: Board) -> None:
    """Scores that go into other columns of the assessment, and what was seen of those."""
    for column in others.columns:
        board.take(column.desk.group, column.decided)
        if column.decided.writes:
            board.columns.append(
                column_plan(column.desk.group, None, (), "", column.decided, beside=True)
            )
    board.save_columns += others.moved
    board.save_columns += [replace(known, deleted=True) for known in others.gone]
    if others.gone:
        # Where that column has classes of its own, the next look tells it as theirs.
        board.look_again(desk.kit.tonight.night)


def _must_be_seen(step: AssignmentStep | None, decided: Decided) -> bool:
    """Whether the column must be looked for: it told no cells, or a 0 depends on its due date."""
    zeros = any(write.zero for write in decided.writes)
    return decided.unreadable or (zeros and not isinstance(step, Create))


def _moved_into_closed(
    desk: Desk,
    lead: Target,
    step: AssignmentStep | None,
    found: Column | None,
    decided: Decided,
    read: ColumnReader,
) -> tuple[Refusal, ...]:
    """A12 for scores: a teacher may have moved the column into a period that is closed by now.

    Asked only where scores are to be written and some period is closed: it costs a read.
    """
    section = lead.candidate.section
    closed = section is not None and any(p.closed for p in section.periods)
    if not decided.writes or not closed or found is not None or isinstance(step, Create):
        return ()
    return with_found(desk.kit, desk.group.lead, read(desk.group), desk.group.known).barred
