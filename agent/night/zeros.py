"""What keeps B4's zeros back that only a look into the gradebook's columns can tell."""

from datetime import date

from agent.domain import EMPTY_CELL
from agent.night.decided import Decided
from agent.night.readers import ColumnReader
from agent.night.seats import Desk
from agent.plan import AssignmentStep, Create, Update
from agent.rules import as_shown


def hold_zeros(
    desk: Desk, step: AssignmentStep | None, decided: Decided, read: ColumnReader
) -> None:
    """Keep B4's zeros back until the due date that the column will show tonight has passed.

    It may be later than the class's own: a teacher moved it, A11 keeps the new one out, or the
    column has the date of another class that shares it (C3a).
    """
    if not any(w.zero for w in decided.writes):
        return
    shown = _due_shown(desk, step, read)
    tonight, ours = desk.kit.tonight, desk.group.lead.candidate.due
    due = as_shown(ours, shown)
    if not due.passed(tonight):
        decided.hold_zeros(desk.group.assessment, shown)
        decided.look_again(due.passes_on)


def _due_shown(desk: Desk, step: AssignmentStep | None, read: ColumnReader) -> date:
    """The due date of the column once *step* is taken."""
    if isinstance(step, Create | Update):
        return step.data.due
    found = read(desk.group)
    if found is None:
        raise AssertionError("zeros for a column that is not in the gradebook")
    return found.data.due


def keep_marks_beside(desk: Desk, decided: Decided, read: ColumnReader) -> None:
    """B4 leaves alone who has a mark in another column of the assessment in this gradebook."""
    if not any(w.zero for w in decided.writes):
        return
    for ref in read.beside(desk.group):
        marks = desk.kit.sis.scores(desk.gradebook, ref)
        if marks is None:
            decided.look_again(desk.kit.tonight.night)
        zeros = [w for w in decided.writes if w.zero]
        marked = [w for w in zeros if marks is None or marks.get(w.sis_student, EMPTY_CELL).held]
        decided.keep_from(desk.group.assessment, marked, readable=marks is not None)
