"""Look at a column and its cells once more, right before scores are written into it.

A look counts for `LASTS` seconds: after a machine was suspended, or a server asked to wait, a
teacher may have worked in the gradebook. The column's due date is read first, because a 0 that
nobody typed is not written before it (B4). One more read gives every cell. A cell that changed
since the decision, or where the student is exempt now, is a teacher's: it is kept until the score
in Otus changes again (C5).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.decide.plan import NOT_VERIFIABLE, WriteScore, not_due_in_gradebook
from agent.decide.scores.compare import EXEMPT, HOLDS_A_MARK, TEACHER_KNOWS, shown
from agent.domain import EMPTY_CELL, ColumnRef, Gradebook, Marks, SisCell
from agent.errors import UnavailableError
from agent.records import KnownScore, State
from agent.rules.codes import Code
from agent.rules.due import as_shown
from agent.sync.attempts import LAPSED, AttemptRecorder, delivered_score, score_intent

LASTS = 30.0
"""Seconds for which a look counts."""

NOT_DATED = (
    "past due without a score, but the gradebook did not take the new due date tonight; no 0 is"
    " written before it does"
)
UNDATED = "past due without a score, but the due date in the gradebook cannot be read"
UNREADABLE = "past due without a score, but the cell cannot be read: it may hold a mark"
COMMENT_UNREAD = (
    "past due without a score, but a teacher's comment on the cell cannot be read: run"
    " `passback check` to see which access is missing"
)
CHANGED = "changed in the gradebook during this run; the teacher's value stays"
NOT_READ = "the score is to be taken out, but the cell cannot be read, so it stays"
EMPTY_ALREADY = "the cell is already empty, so there is nothing to take out"


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the cells found.

    Attributes:
        scores: the writes that are still right.
        found: the cells; None if they were not or cannot be read.
        at: when, by the run's clock.
    """

    scores: Sequence[WriteScore]
    found: Marks | None
    at: float

    def is_old(self, now: float) -> bool:
        """Whether it does not count any more; a clock that was put back tells nothing either."""
        return not 0 <= now - self.at <= LASTS


def last_look(
    recorder: AttemptRecorder,
    gradebook: Gradebook,
    ref: ColumnRef,
    scores: Sequence[WriteScore],
    *,
    again: bool,
) -> Look | None:
    """Look before *scores* are written, and record those that must not be; None: no column.

    *again*: some scores of the column were written already, but not these.
    """
    due = still_due(recorder, gradebook, ref, scores)
    if due is None:
        return None
    found = read_cells(recorder, gradebook, ref, due, again=again)
    return Look(still_open(recorder, due, found), found, recorder.run.clock())


def still_due(
    recorder: AttemptRecorder, gradebook: Gradebook, ref: ColumnRef, scores: Sequence[WriteScore]
) -> Sequence[WriteScore] | None:
    """Return *scores* without B4's zeros that must wait; None if the column is gone.

    A 0 waits where the column's due date has not passed, cannot be read, or was to be updated in
    this run and was not. The column is read only if there are zeros.
    """
    plan, sis = recorder.plan, recorder.run.sis
    zeros = [score for score in scores if score.zero]
    if not zeros:
        return scores
    others = [score for score in scores if not score.zero]
    if recorder.stale and plan.data and plan.before and plan.data.due != plan.before.due:
        _hold(recorder, zeros, NOT_DATED)
        return others
    try:
        column = sis.column(gradebook, ref)
    except UnavailableError as error:
        recorder.applied.add_failure(error)
        _hold(recorder, zeros, UNDATED)
        return others
    if column is None:
        return None
    due, tonight = as_shown(plan.due, column.data.due), recorder.run.tonight
    if due.passed(tonight):
        return scores
    recorder.applied.recheck(due.passes_on)
    for score in zeros:
        recorder.score(score, State.REFUSED, not_due_in_gradebook(due.day), (Code.NOT_DUE_YET,))
    return others


def _hold(recorder: AttemptRecorder, zeros: Sequence[WriteScore], why: str) -> None:
    for score in zeros:
        recorder.score(score, State.HELD, why, NOT_VERIFIABLE)


def read_cells(
    recorder: AttemptRecorder,
    gradebook: Gradebook,
    ref: ColumnRef,
    scores: Sequence[WriteScore],
    *,
    again: bool,
) -> Marks | None:
    """Return the cells right before they are written; None if they were not or cannot be read."""
    # A column that was just created holds nothing of a teacher's, so only B4 asks for a look.
    made = recorder.plan.write == "create" and not again
    zeros = [score.sis_student for score in scores if score.zero]
    if not scores or (made and not zeros) or recorder.applied.down is not None:
        return None
    try:
        return recorder.run.sis.scores(gradebook, ref, zeros)
    except UnavailableError as error:
        recorder.applied.add_failure(error)
        return None


def still_open(
    recorder: AttemptRecorder, scores: Sequence[WriteScore], found: Marks | None
) -> Sequence[WriteScore]:
    """Return the writes that are still right, now that the cells are as *found*; record the others.

    Without a read of the cells, scores go as they were decided. Zeros are held (B4), and so is
    what was to be taken out, for a teacher may have commented on it (C6).
    """
    if found is None:
        _hold(recorder, [score for score in scores if score.zero], UNREADABLE)
        recorder.scores([s for s in scores if s.op == "clear"], State.HELD, NOT_READ)
        return [score for score in scores if score.op == "put" and not score.zero]
    left, kept = [], []
    for score in scores:
        cell = found.get(score.sis_student, EMPTY_CELL)
        # B4: without a look at comments and flags, one of them may forbid the 0.
        if score.zero and cell.bars_zero is None and not cell.has_value:
            recorder.score(score, State.HELD, COMMENT_UNREAD, NOT_VERIFIABLE)
        elif why := _why_kept(score, cell):
            state = State.WITHDRAWN if why == EMPTY_ALREADY else State.KEPT
            recorder.score(score, state, why)
            kept.append((score, cell))
        else:
            left.append(score)
    if kept:
        _remember(recorder, kept)
    return left


def _why_kept(score: WriteScore, cell: SisCell) -> str:
    """Return why the cell is left alone; empty if it is to be written."""
    if cell.exempt:
        return EXEMPT
    if score.zero and cell.has_value:
        return HOLDS_A_MARK
    if score.zero and cell.bars_zero:
        return TEACHER_KNOWS
    if score.before is None or score.before == shown(cell):
        return ""
    return CHANGED if score.op == "put" or cell.has_value else EMPTY_ALREADY


def _remember(recorder: AttemptRecorder, kept: Sequence[tuple[WriteScore, SisCell]]) -> None:
    """Remember the source's values as handled, so that only their next change is sent (C5)."""
    plan, ledger = recorder.plan, recorder.run.ledger
    recorder.end_decisions([score.decision for score, _ in kept], LAPSED)
    if plan.undoes:
        return
    moved = [score.sis_student for score, cell in kept if score.takes_over and not cell.exempt]
    if moved:
        ledger.delivered.settle_left(plan.assessment, plan.owner, moved)
    known = ledger.delivered.known_scores(plan.assessment, plan.owner)
    after = []
    for score, _ in kept:
        before = known.get(score.student) or KnownScore(student=score.student)
        # Nothing was accepted now; what the SIS has from us is as it was before.
        if score.op == "put":
            sent = delivered_score(score_intent(plan, score))
            after.append(replace(sent, accepted=before.accepted))
        elif not score.takes_over:
            after.append(replace(before, accepted=None))
    ledger.delivered.save_scores(plan.assessment, plan.owner, after)
