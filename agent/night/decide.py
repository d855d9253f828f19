"""Decide one gradebook: rules, joining, the three-way comparison; reads the SIS, writes nothing.

The columns of the gradebook are read once, and only when something at the source is new or changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agent.domain import Assessment, AssessmentId, ClassId, Column, Gradebook
from agent.eligibility import Refusal
from agent.night.board import Board
from agent.night.cells import Decided, decide_cells
from agent.night.columns import CLOSED, adopted, column_plan, due_free, remarks
from agent.night.readers import ColumnReader
from agent.night.room import room_of
from agent.night.seats import Desk
from agent.night.targets import (
    Joined,
    Target,
    apart,
    candidates,
    due_differs,
    joined,
    judged,
    source_fields,
    wanted_column,
    with_found,
)
from agent.night.unreadable import NOWHERE
from agent.night.work import GradebookPlan, GradebookWork, Kit, SavedScores
from agent.plan import (
    Adopt,
    AssignmentStep,
    Create,
    Deleted,
    Update,
    WantedColumn,
    changed_fields,
    decide_assignment,
)
from agent.records import KnownColumn, State


def decide_gradebook(kit: Kit, work: GradebookWork, *, thorough: bool = False) -> GradebookPlan:
    """Everything to be done about one gradebook tonight, and what is new to say of its records.

    A *thorough* look passes no cell by; it comes to the same, and is there to prove that.
    """
    class_ids = [c.id for c in work.classes]
    assessments = kit.ledger.assessments(class_ids)
    broken = kit.ledger.broken_assessments(class_ids)
    known = _known_columns(kit, class_ids)
    gradebook = kit.sis.gradebook(work.key, work.sections) if work.sections else None
    board = Board(thorough=thorough)
    _decide_all(kit, work, gradebook, assessments, known, board)
    board.broken(work, broken)
    alive = {(a.id, a.class_id) for a in assessments} | {b[:2] for b in broken}
    nowhere = {b[0]: b[2] for b in kit.ledger.broken_assessments([NOWHERE])} if known else {}
    board.orphans(work, known, alive, nowhere)
    return GradebookPlan(
        key=work.key,
        sections=work.sections,
        classes=tuple(class_ids),
        again=board.again,
        roster=_roster(kit, gradebook),
        columns=tuple(board.columns),
        save_columns=tuple(board.save_columns),
        save_scores=tuple(board.save_scores),
        states=board.told(),
        forget=board.stale(kit, work),
    )


def _known_columns(kit: Kit, classes: Iterable[ClassId]) -> dict[AssessmentId, list[KnownColumn]]:
    known: dict[AssessmentId, list[KnownColumn]] = defaultdict(list)
    for column in kit.ledger.columns(classes):
        known[column.assessment].append(column)
    return known


def _roster(kit: Kit, gradebook: Gradebook | None) -> int | None:
    if gradebook is None:
        return None
    today = kit.tonight.today
    return sum(
        any(span.holds(today) for span in spans)
        for section in gradebook.sections.values()
        for spans in section.enrolments.values()
    )


def _decide_all(
    kit: Kit,
    work: GradebookWork,
    gradebook: Gradebook | None,
    assessments: Sequence[Assessment],
    known: dict[AssessmentId, list[KnownColumn]],
    board: Board,
) -> None:
    passing: list[Target] = []
    targets = [judged(kit, c) for c in candidates(kit, work.classes, assessments, gradebook)]
    if gradebook is not None:
        board.room = room_of(kit, work, gradebook, targets, thorough=board.thorough)
    for target in targets:
        # A closed period is judged once the column was looked up: a teacher may have moved it.
        if target.candidate.section is None or any(r.code != CLOSED for r in target.barred):
            board.refuse(kit, gradebook, target, known.get(target.candidate.assessment.id, []))
        else:
            passing.append(target)
    if gradebook is None:
        return
    read = ColumnReader(kit, gradebook, frozenset(c.id for c in work.classes))
    same: dict[AssessmentId, list[Target]] = defaultdict(list)
    for target in targets:
        same[target.candidate.assessment.id].append(target)
    for group in joined(passing, known):
        for fit in _fit(apart(group, same[group.assessment]), kit, gradebook, board):
            _decide_group(Desk(kit, gradebook, fit, board.room), read, board)


def _fit(group: Joined, kit: Kit, gradebook: Gradebook, board: Board) -> Iterator[Joined]:
    """Leave out the classes that may not be in a new column: their due date lies outside (A11)."""
    late = [t for t in group.targets if t.due_gate]
    if group.known is not None or not late or len(late) == len(group.targets):
        yield group
        return
    for target in late:
        board.refuse(kit, gradebook, target, [])
        _wait_for_period(target, board)
    rest = joined([t for t in group.targets if not t.due_gate], {})
    sections = {t.candidate.class_.section for t in late}
    away = group.elsewhere | {s for s in sections if s is not None}
    yield from (replace(g, elsewhere=away) for g in rest)


def _decide_group(desk: Desk, read: ColumnReader, board: Board) -> None:
    """Decide a column and its cells."""
    if desk.group.known is None:
        moved = read.moved_here(desk.group)
        if moved is not None:
            desk = replace(desk, group=replace(desk.group, owner=moved.owner, known=moved))
    known = desk.group.known
    if known is not None:
        board.taken.add((known.assessment, known.owner))
    traits, lead = desk.kit.sis.traits, desk.group.lead
    source = source_fields(lead.candidate, assigned_dates=traits.assigned_dates)
    changed = changed_fields(source, known.seen if known and known.ref else None)
    deleted = known is not None and known.deleted
    if due_differs(lead, known):
        lead = with_found(desk.kit, lead, None, known)
    found = None
    if changed or deleted or _names(lead, CLOSED):
        found = read(desk.group)
        lead = with_found(desk.kit, desk.group.lead, found, known)
    if lead.barred:
        new = not (known and known.ref)
        told = lead.refused if new else lead.barred
        board.refuse_group(desk, told, unchanged=not changed and not deleted)
        return
    step = None
    if changed or deleted:
        step = decide_assignment(
            _wanted(desk),
            known,
            found,
            overwrite=desk.kit.policy.overwrite,
            recreate_deleted=desk.kit.policy.recreate_deleted,
            due_may_change=due_free(lead),
        )
    if isinstance(step, Create) and lead.due_gate:
        _wait_for_period(lead, board)
        board.refuse_group(desk, lead.due_gate)
    elif isinstance(step, Deleted):
        board.deleted(desk)
    else:
        _plan_column(desk, lead, step, found, read, board)


def _wanted(desk: Desk) -> WantedColumn:
    traits = desk.kit.sis.traits
    return wanted_column(
        desk.group.lead.candidate, traits.title_limit, assigned_dates=traits.assigned_dates
    )


def _names(target: Target, code: str) -> bool:
    return any(r.code == code for r in target.refused)


def _wait_for_period(lead: Target, board: Board) -> None:
    """A due date in a period still to come is refused until that period begins."""
    due, section = lead.candidate.due, lead.candidate.section
    for period in section.periods if section and due else ():
        if due and period.holds(due.day) and period.start > lead.candidate.tonight.night:
            board.look_again(period.start)


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
        group = replace(group, known=known)
    elif isinstance(step, Create):
        group = replace(group, known=None)
    decided = decide_cells(desk if group is desk.group else replace(desk, group=group))
    if decided.unreadable and read(group) is None:
        board.deleted(desk)
        return
    moved = _moved_into_closed(desk, lead, step, found, decided, read)
    if moved:
        board.refuse_group(desk, moved, unchanged=True)
        return
    _hold_zeros(desk, step, decided, read)
    _keep(group, decided, board)
    codes, note = remarks(desk.group, lead, step)
    if codes:
        _wait_for_period(lead, board)
    write = isinstance(step, Create | Update)
    if write or decided.writes:
        board.columns.append(column_plan(group, step, codes, note, decided))
    if not write:
        stuck = bool(codes) and codes != ("linked_differs",)
        board.say(group, _quiet_state(group, stuck=stuck), codes, note)


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


def _hold_zeros(
    desk: Desk, step: AssignmentStep | None, decided: Decided, read: ColumnReader
) -> None:
    """B4 waits for the due date that the gradebook shows, where that is the later one.

    A teacher may have moved it there, or a later one of ours may not be taken back (A11).
    """
    if not any(w.zero for w in decided.writes) or isinstance(step, Create | Update):
        return
    found, today = read(desk.group), desk.kit.tonight.today
    ours = desk.group.lead.candidate.due
    later = found is not None and ours is not None and found.data.due > ours.day
    if found is not None and later and found.data.due >= today:
        decided.hold_zeros(desk.group.assessment, found.data.due)


def _quiet_state(group: Joined, *, stuck: bool) -> State:
    """A column without a write; where nothing of ours was accepted, a teacher's edit stands."""
    if stuck:
        return State.REFUSED
    known = group.known
    kept = known is not None and known.ref is not None and known.accepted is None
    return State.KEPT if kept else State.UNCHANGED


def _keep(group: Joined, decided: Decided, board: Board) -> None:
    """Take over what was decided about the cells."""
    board.states.extend(decided.states)
    board.look_again(decided.again)
    if decided.saves:
        saved = tuple(decided.saves)
        board.save_scores.append(
            SavedScores(assessment=group.assessment, owner=group.owner, scores=saved)
        )
