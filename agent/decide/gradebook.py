"""Decide one gradebook: rules and joining, then column by column; reads the SIS, writes nothing.

The columns of the gradebook are read once, and only when something at the source is new or changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from agent.decide.board import Board
from agent.decide.candidates import candidates
from agent.decide.column import decide_column, wait_for_gates
from agent.decide.columns import CLOSED
from agent.decide.doubled import settle_lists
from agent.decide.owners import standing_owner
from agent.decide.plan import GradebookPlan
from agent.decide.readers import ColumnReader
from agent.decide.room import room_of
from agent.decide.seats import Desk
from agent.decide.targets import Joined, Target, apart, joined, judged
from agent.decide.unreadable import NOWHERE
from agent.domain import Assessment, AssessmentId, ClassId, Gradebook
from agent.eligibility.assessments import closed_lately
from agent.records import KnownColumn
from agent.sync.context import GradebookWork, RunContext


def decide_gradebook(
    kit: RunContext, work: GradebookWork, *, thorough: bool = False
) -> GradebookPlan:
    """Everything to be done about one gradebook tonight, and what is new to say of its records.

    A *thorough* look passes no cell by. It comes to the same unless the program has changed since.
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
    told = board.told()
    return GradebookPlan(
        key=work.key,
        sections=work.sections,
        classes=tuple(class_ids),
        again=board.again,
        roster=_roster(kit, gradebook),
        columns=tuple(board.columns),
        save_columns=tuple(board.save_columns),
        forget_scores=tuple(board.forget_scores),
        save_scores=tuple(board.save_scores),
        states=told,
        forget=board.stale(kit, work),
        too_late=board.too_late(told),
    )


def _known_columns(
    kit: RunContext, classes: Iterable[ClassId]
) -> dict[AssessmentId, list[KnownColumn]]:
    known: dict[AssessmentId, list[KnownColumn]] = defaultdict(list)
    for column in kit.ledger.columns(classes):
        known[column.assessment].append(column)
    return known


def _roster(kit: RunContext, gradebook: Gradebook | None) -> int | None:
    if gradebook is None:
        return None
    today = kit.tonight.today
    return sum(
        any(span.holds(today) for span in spans)
        for section in gradebook.sections.values()
        for spans in section.enrolments.values()
    )


def _decide_all(
    kit: RunContext,
    work: GradebookWork,
    gradebook: Gradebook | None,
    assessments: Sequence[Assessment],
    known: dict[AssessmentId, list[KnownColumn]],
    board: Board,
) -> None:
    passing: list[Target] = []
    targets = [judged(kit, c) for c in candidates(kit, work.classes, assessments, gradebook)]
    board.closed_lately = {
        t.candidate.assessment.id: t.candidate.assessment.title
        for t in targets
        if closed_lately(t.candidate)
    }
    if gradebook is not None:
        board.room = room_of(kit, work, gradebook, targets, thorough=board.thorough)
    for target in targets:
        # A closed period is judged once the column was looked up: a teacher may have moved it.
        if target.candidate.section is None or any(r.code != CLOSED for r in target.barred):
            board.refuse(kit, gradebook, target, known.get(target.candidate.assessment.id, []))
            wait_for_gates(target, board)
        else:
            passing.append(target)
    if gradebook is None:
        return
    read = ColumnReader(kit, gradebook, frozenset(c.id for c in work.classes))
    same: dict[AssessmentId, list[Target]] = defaultdict(list)
    for target in targets:
        same[target.candidate.assessment.id].append(target)
    for group in joined(passing, known):
        for fit in _fit(apart(group, same[group.assessment]), kit, gradebook, board, read):
            decide_column(Desk(kit, gradebook, fit, board.room), read, board)
    if gradebook.sections:
        settle_lists([column for columns in known.values() for column in columns], read, board)


def _fit(
    group: Joined, kit: RunContext, gradebook: Gradebook, board: Board, read: ColumnReader
) -> Iterator[Joined]:
    """Leave out the classes that may not be in a new column yet (A6, A11).

    Nothing keeps them from one that exists: of a new one they are a part from the next night on. A
    column may exist that a lost ledger does not know.
    """
    late = [t for t in group.targets if t.gate]
    alike = len(late) in {0, len(group.targets)}
    if alike or group.known is not None or standing_owner(group, read) is not None:
        yield group
        return
    for target in late:
        board.refuse(kit, gradebook, target, [])
    board.look_again(kit.tonight.today + timedelta(days=1))
    rest = joined([t for t in group.targets if not t.gate], {})
    sections = {t.candidate.class_.section for t in late}
    away = group.elsewhere | {s for s in sections if s is not None}
    yield from (replace(g, elsewhere=away) for g in rest)
