"""What keeps B4's zeros back that only a look into the gradebook's columns can tell."""

from agent.night.decided import Decided
from agent.night.readers import ColumnReader
from agent.night.seats import Desk
from agent.plan import AssignmentStep, Create, Update


def hold_zeros(
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


def keep_marks_beside(desk: Desk, decided: Decided, read: ColumnReader) -> None:
    """B4 leaves alone who has a mark in another column of the assessment in this gradebook."""
    if not any(w.zero for w in decided.writes):
        return
    for ref in read.beside(desk.group):
        marks = desk.kit.sis.scores(desk.gradebook, ref)
        if marks is None:
            decided.look_again(desk.kit.tonight.night)
        zeros = [w for w in decided.writes if w.zero]
        marked = [w for w in zeros if marks is None or w.sis_student in marks]
        decided.keep_from(desk.group.assessment, marked, readable=marks is not None)
