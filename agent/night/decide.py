"""Decide one gradebook: rules, joining, the three-way comparison; reads the SIS, writes nothing.

The columns of the gradebook are read once, and only when something at the source is new or changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.domain import Assessment, AssessmentId, ClassId, Column, Gradebook
from agent.eligibility import Refusal
from agent.night.board import Board
from agent.night.cells import Decided, decide_cells
from agent.night.memory import as_mapping
from agent.night.seats import Desk
from agent.night.targets import (
    Joined,
    Target,
    candidates,
    due_may_change,
    external_id,
    joined,
    judged,
    wanted_column,
    with_found,
)
from agent.night.work import ColumnPlan, GradebookPlan, GradebookWork, Kit, SavedScores
from agent.plan import (
    Adopt,
    AssignmentStep,
    Create,
    Deleted,
    Update,
    changed_fields,
    decide_assignment,
)
from agent.records import KnownColumn, State

CLOSED = "grading_period_closed"


class ColumnReader:
    """The columns of one gradebook by our id, read from the SIS when first asked for."""

    def __init__(self, kit: Kit, gradebook: Gradebook) -> None:
        self._kit, self._gradebook = kit, gradebook
        self._columns: dict[str, Column] | None = None

    def __call__(self, group: Joined) -> Column | None:
        """The column of *group*, found by its address if we know it, else by our id."""
        if self._columns is None:
            found = self._kit.sis.columns(self._gradebook)
            self._columns = {f"ref {c.ref}": c for c in found}
            self._columns |= {f"id {c.external_id}": c for c in found if c.external_id}
        if group.known is not None and group.known.ref is not None:
            return self._columns.get(f"ref {group.known.ref}")
        ours = external_id(group.assessment, group.owner)
        return self._columns.get(f"id {self._kit.sis.tag(ours)}")


def decide_gradebook(kit: Kit, work: GradebookWork) -> GradebookPlan:
    """Everything to be done about one gradebook tonight, and what to say of every record in it."""
    class_ids = [c.id for c in work.classes]
    assessments = kit.ledger.assessments(class_ids)
    broken = kit.ledger.broken_assessments(class_ids)
    known = _known_columns(kit, class_ids)
    gradebook = kit.sis.gradebook(work.key, work.sections) if work.sections else None
    board = Board()
    _decide_all(kit, work, gradebook, assessments, known, board)
    board.broken(work, broken)
    alive = {a.id for a in assessments} | {b[0] for b in broken}
    board.orphans(work, known, alive)
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
        forget=board.stale(kit, work, alive | set(known)),
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
    for target in (judged(kit, c) for c in candidates(kit, work.classes, assessments, gradebook)):
        # A closed period is judged once the column was looked up: a teacher may have moved it.
        if target.candidate.section is None or any(r.code != CLOSED for r in target.barred):
            board.refuse(kit, gradebook, target, known.get(target.candidate.assessment.id, []))
        else:
            passing.append(target)
    if gradebook is None:
        return
    read = ColumnReader(kit, gradebook)
    for group in joined(passing, known):
        _decide_group(Desk(kit, gradebook, group), read, board)


def _decide_group(desk: Desk, read: ColumnReader, board: Board) -> None:
    """Decide a column and its cells."""
    known = desk.group.known
    wanted = wanted_column(desk.group.lead.candidate)
    changed = changed_fields(wanted.source, known.seen if known and known.ref else None)
    deleted = known is not None and known.deleted
    lead = with_found(desk.kit, desk.group.lead, None, known)
    found = None
    if changed or deleted or _names(lead, CLOSED):
        found = read(desk.group)
        lead = with_found(desk.kit, desk.group.lead, found, known)
    if lead.barred:
        board.refuse_group(desk, lead.barred, unchanged=not changed and not deleted)
        return
    step = None
    if changed or deleted:
        step = decide_assignment(
            wanted,
            known,
            found,
            overwrite=desk.kit.policy.overwrite,
            recreate_deleted=desk.kit.policy.recreate_deleted,
            due_may_change=_due_free(lead),
        )
    if isinstance(step, Create) and lead.due_gate:
        _wait_for_period(lead, board)
        board.refuse_group(desk, lead.due_gate)
    elif isinstance(step, Deleted):
        board.deleted(desk)
    else:
        _plan_column(desk, lead, step, found, board)


def _names(target: Target, code: str) -> bool:
    return any(r.code == code for r in target.refused)


def _due_free(lead: Target) -> bool:
    due = lead.candidate.due
    return due is not None and due_may_change(lead, due)


def _wait_for_period(lead: Target, board: Board) -> None:
    """A due date in a period still to come is refused until that period begins."""
    due, section = lead.candidate.due, lead.candidate.section
    for period in section.periods if section and due else ():
        if due and period.holds(due.day) and period.start > lead.candidate.tonight.night:
            board.look_again(period.start)


def _plan_column(
    desk: Desk, lead: Target, step: AssignmentStep | None, found: Column | None, board: Board
) -> None:
    """The column's own write, and its cells."""
    group = desk.group
    if isinstance(step, Adopt) and found is not None:
        known = _adopted(desk, step, found)
        board.save_columns.append(known)
        group = replace(group, known=known)
    elif isinstance(step, Create):
        group = replace(group, known=None)
    decided = _cells(replace(desk, group=group), board)
    codes, note = _remarks(desk.group, lead, step)
    if codes:
        _wait_for_period(lead, board)
    write = isinstance(step, Create | Update)
    if write or decided.writes:
        board.columns.append(_column_plan(group, step, codes, note, decided))
    if not write:
        stuck = bool(codes) and codes != ("linked_differs",)
        board.say(group, State.REFUSED if stuck else State.UNCHANGED, codes, note)


def _adopted(desk: Desk, step: Adopt, found: Column) -> KnownColumn:
    group = desk.group
    return KnownColumn(
        assessment=group.assessment,
        owner=group.owner,
        gradebook=desk.gradebook.id,
        external_id=external_id(group.assessment, group.owner),
        ref=found.ref,
        seen=step.seen,
        accepted=as_mapping(step.data),
    )


def _cells(desk: Desk, board: Board) -> Decided:
    ledger, group = desk.kit.ledger, desk.group
    scores = {row.student: row for row in ledger.scores(group.assessment)}
    known = ledger.known_scores(group.assessment, group.owner) if group.known else {}
    decided = decide_cells(desk, scores, known)
    board.states.extend(decided.states)
    board.look_again(decided.again)
    if decided.saves:
        saved = tuple(decided.saves)
        board.save_scores.append(
            SavedScores(assessment=group.assessment, owner=group.owner, scores=saved)
        )
    return decided


def _column_plan(
    group: Joined,
    step: AssignmentStep | None,
    codes: tuple[str, ...],
    note: str,
    decided: Decided,
) -> ColumnPlan:
    section = group.lead.candidate.class_.section
    if section is None:
        raise AssertionError("a column without a section")
    plan = ColumnPlan(
        assessment=group.assessment,
        owner=group.owner,
        section=section,
        external_id=external_id(group.assessment, group.owner),
        ref=group.known.ref if group.known else None,
        codes=codes,
        note=note,
        scores=tuple(decided.writes),
    )
    if isinstance(step, Create):
        return replace(plan, write="create", data=step.data, seen=step.seen)
    if isinstance(step, Update):
        return replace(plan, write="update", data=step.data, seen=step.seen, before=step.before)
    return plan


def _remarks(
    group: Joined, lead: Target, step: AssignmentStep | None
) -> tuple[tuple[str, ...], str]:
    """What the report adds to a column: computed due date, shortened title, differing classes."""
    codes: list[str] = []
    notes: list[str] = []
    due, assessment = lead.candidate.due, lead.candidate.assessment
    seen = group.known.seen if group.known else None
    if due and seen and seen.due != due.day and not _due_free(lead):
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
