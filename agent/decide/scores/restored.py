"""Cells of a ledger that was restored from a copy: each is in doubt until it was compared once.

The gradebook may hold what we sent after the copy was made, and what a teacher wrote over it. What
is neither what the copy says that the SIS accepted nor what Otus has is a teacher's (C5).
"""

from agent.decide.scores.compare import (
    EXEMPT,
    STAR,
    AdoptScore,
    HeldZero,
    Keep,
    Put,
    ScoreStep,
    Settled,
    UnreadCell,
    canonical,
    decide_score,
    last_handled,
    shown,
)
from agent.decide.scores.known_cells import StudentCell
from agent.domain import SisCell
from agent.records import KnownScore, Restored
from agent.rules.scores import Wanted

KEPT_SINCE_COPY = (
    "the ledger was restored from a copy, and the gradebook holds something else than the copy and"
    " Otus: it stays until the score changes in Otus"
)
ZERO_SINCE_COPY = (
    "past due without a score, but the ledger was restored from a copy: whether a score, or an"
    " emptied 0, stood here since is not known; a teacher must enter the 0"
)


def decide_restored(
    cell: StudentCell, wanted: Wanted, found: SisCell | None, since: Restored
) -> ScoreStep:
    """What to do about a score where the ledger came from a copy."""
    known = cell.known
    in_doubt = known.in_doubt and not (wanted.zero and known.never_written)
    step = (_compare if in_doubt else decide_score)(wanted, known, found)
    zero = isinstance(step, Put) and step.zero
    return HeldZero(reason=ZERO_SINCE_COPY) if zero and _unsure(cell, since) else step


def _compare(wanted: Wanted, known: KnownScore, cell: SisCell | None) -> ScoreStep:
    """Compare with a cell that we may have written, and a teacher changed, since the copy."""
    seen = last_handled(wanted)
    if cell is None:
        return Settled() if seen == known.seen else UnreadCell()
    if cell.exempt:
        return Keep(seen=seen, reason=EXEMPT)
    if cell.points == wanted.points and not wanted.zero:
        return AdoptScore(points=wanted.points, seen=seen)
    accepted = STAR if known.accepted is None else canonical(known.accepted)
    if shown(cell) != accepted:
        return Keep(seen=seen, reason=KEPT_SINCE_COPY)
    return decide_score(wanted, known, cell)


def _unsure(cell: StudentCell, since: Restored) -> bool:
    """Whether a score, or a 0 that a teacher took out, may have stood in an empty cell (B4)."""
    candidate = cell.student.judged.candidate
    assigned, due = candidate.assessment.assigned_on, candidate.due
    if due is None or due.day <= since.on:
        return True
    changed = (candidate.assessment.id, cell.student.id) in since.scores
    return changed or (since.every and (assigned is None or assigned <= since.on))
