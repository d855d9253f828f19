"""The last look at a column before its scores are written: what moved since is left alone.

Before B4's zeros the column itself is read: none is written before the due date that it shows. Then
one read tells every cell. A cell that holds something else than when the night decided is a
teacher's, and so is one that shows the student as exempt: both are kept against the score that Otus
has now, so that its next change is sent (C5).
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.decide.plan import WriteScore
from agent.decide.scores.compare import EXEMPT, HOLDS_A_MARK, TEACHER_KNOWS, Reading
from agent.decide.states import not_due_in_gradebook
from agent.domain import EMPTY_CELL, ColumnRef, Gradebook, Marks, SisCell
from agent.errors import UnavailableError
from agent.records import KnownScore, State
from agent.rules import as_shown
from agent.rules.codes import Code
from agent.sync.applied import NOT_DATED, UNDATED, UNREADABLE, Pen
from agent.sync.memory import score_after, score_intent

MOVED = "changed in the gradebook while this night was at work; that stands"
COMMENT_UNREAD = (
    "past due without a score, but whether a teacher commented on it cannot be read: see `check`"
)
NOT_SEEN = "to be taken out, but the cell cannot be read, so it stays"
NONE_LEFT = "nothing stands in the cell any more, so there is nothing to take back"


def due_scores(pen: Pen, gradebook: Gradebook, ref: ColumnRef) -> Sequence[WriteScore] | None:
    """The scores of the plan, without B4's zeros that must wait. None: the column is gone.

    The column is read once more, only where zeros go: none is written before the due date that it
    shows, nor where that date is not known, or is not the one that tonight's update was to bring.
    """
    plan, sis = pen.plan, pen.kit.sis
    zeros = [score for score in plan.scores if score.zero]
    if not zeros:
        return plan.scores
    others = [score for score in plan.scores if not score.zero]
    if pen.stale and plan.data and plan.before and plan.data.due != plan.before.due:
        _hold(pen, zeros, NOT_DATED)
        return others
    try:
        column = sis.column(gradebook, ref)
    except UnavailableError as error:
        pen.applied.note(error)
        _hold(pen, zeros, UNDATED)
        return others
    if column is None:
        return None
    due, tonight = as_shown(plan.due, column.data.due), pen.kit.tonight
    if due.passed(tonight):
        return plan.scores
    pen.applied.look_again(due.passes_on)
    for score in zeros:
        pen.score(score, State.REFUSED, not_due_in_gradebook(due.day), (Code.NOT_DUE_YET,))
    return others


def _hold(pen: Pen, zeros: Sequence[WriteScore], why: str) -> None:
    for score in zeros:
        pen.score(score, State.HELD, why, (Code.ZERO_NOT_VERIFIABLE,))


def read_cells(
    pen: Pen, gradebook: Gradebook, ref: ColumnRef, scores: Sequence[WriteScore]
) -> Marks | None:
    """The cells right before they are written; None: nothing is known of them.

    A column that was just made holds nothing of a teacher's, so only B4's zeros are worth a look.
    """
    made = pen.plan.write == "create"
    zeros = [score.sis_student for score in scores if score.zero]
    if not scores or (made and not zeros) or pen.applied.down is not None:
        return None
    try:
        return pen.kit.sis.scores(gradebook, ref, zeros)
    except UnavailableError as error:
        pen.applied.note(error)
        return None


def still_open(pen: Pen, scores: Sequence[WriteScore], found: Marks | None) -> Sequence[WriteScore]:
    """The writes that the cells as *found* leave to be done; the others are stated here.

    Where nothing is known of the cells, scores go as they were decided; zeros are held (B4), and so
    is what was to be cleared, for a teacher may have said something beside it (C6).
    """
    if found is None:
        _hold(pen, [score for score in scores if score.zero], UNREADABLE)
        pen.scores([s for s in scores if s.op == "clear"], State.HELD, NOT_SEEN)
        return [score for score in scores if score.op == "put" and not score.zero]
    kept = _Kept(pen)
    left = [s for s in scores if not kept.keeps(s, found.get(s.sis_student, EMPTY_CELL))]
    kept.remember()
    return left


class _Kept:
    """The cells of one column that are left alone."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._left: list[tuple[WriteScore, SisCell]] = []

    def keeps(self, score: WriteScore, cell: SisCell) -> bool:
        """Whether the cell is left alone; then that is stated."""
        if score.zero and cell.bars_zero is None and not cell.held:
            self._pen.score(score, State.HELD, COMMENT_UNREAD, (Code.ZERO_NOT_VERIFIABLE,))
            return True
        why = _why(score, cell)
        if not why:
            return False
        state = State.WITHDRAWN if why == NONE_LEFT else State.KEPT
        self._pen.score(score, state, why)
        self._left.append((score, cell))
        return True

    def remember(self) -> None:
        """What stands there is a teacher's, against what Otus has now."""
        if not self._left:
            return
        plan, ledger = self._pen.plan, self._pen.kit.ledger
        moved = [s.sis_student for s, cell in self._left if s.takes_over and not cell.exempt]
        if moved:
            ledger.delivered.settle_left(plan.assessment, plan.owner, moved)
        known = ledger.delivered.known_scores(plan.assessment, plan.owner)
        after = []
        for score, _ in self._left:
            before = known.get(score.student) or KnownScore(student=score.student)
            if score.op == "put":
                sent = score_after(score_intent(plan, score))
                after.append(replace(sent, accepted=before.accepted))
            elif not score.takes_over:
                after.append(replace(before, accepted=None))
        ledger.delivered.save_scores(plan.assessment, plan.owner, after)


def _why(score: WriteScore, cell: SisCell) -> str:
    """Why the cell is left alone; empty: it is not."""
    if cell.exempt:
        return EXEMPT
    if score.zero and cell.held:
        return HOLDS_A_MARK
    if score.zero and cell.bars_zero:
        return TEACHER_KNOWS
    if score.before is None or score.before == Reading.of(cell).shown:
        return ""
    return MOVED if score.op == "put" or cell.held else NONE_LEFT
