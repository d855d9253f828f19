"""A score about which a person decided: what is done instead of what would be done without."""

from collections.abc import Callable
from dataclasses import replace

from agent.decide.person.decision import Choice, Decision, score_as_text
from agent.decide.person.holding import (
    CHANGED,
    KEPT,
    NO_ZERO,
    OTHER_CELL,
    REFUSED,
    carried_out,
    lapsed,
)
from agent.decide.scores.compare import (
    EXEMPT,
    AdoptScore,
    Clear,
    Keep,
    Put,
    canonical,
    last_handled,
    shown,
)
from agent.decide.scores.known_cells import StudentCell
from agent.decide.scores.outcome import ScoreDecisions, carry_out
from agent.decide.students import ColumnContext
from agent.domain import SisCell, SisPersonId
from agent.records import ZERO, State
from agent.rules.codes import Code
from agent.rules.scores import Gone, Wanted

DIFFERS = "the gradebook does not hold what we last sent; only `--over-teacher` goes over that"
UNREADABLE = "to be sent again, but the cell cannot be read: a teacher's score may stand in it"

CellReader = Callable[[SisPersonId], SisCell | None]


def decide_by_person(
    context: ColumnContext,
    cell: StudentCell,
    decision: Decision,
    reads: CellReader,
    decisions: ScoreDecisions,
) -> bool:
    """Do what a person decided about a score; False where the rules go on without it."""
    if why := _no_longer_good(cell, decision):
        decisions.ended.append(lapsed(decision, why))
    elif decision.choice is Choice.KEEP:
        return _keep(cell, decision, decisions)
    else:
        return _write(context, cell, decision, reads, decisions)
    return False


def _write(
    context: ColumnContext,
    cell: StudentCell,
    decision: Decision,
    reads: CellReader,
    decisions: ScoreDecisions,
) -> bool:
    """Send a score, or take it out; False where nothing is to be written."""
    verdict, sis = cell.verdict, cell.student.sis_student
    if sis is None or isinstance(verdict, tuple):
        return False
    if isinstance(verdict, Gone):
        return _take_out(context, cell, decision, reads(sis), decisions)
    if verdict.zero:
        # B4 goes its own way, with all that it asks for; a released 0 is one like any other.
        decisions.ended.append(carried_out(decision))
        return False
    send = _send if decision.choice is Choice.SEND else _send_again
    return send(cell, verdict, decision, reads(sis), decisions)


def _no_longer_good(cell: StudentCell, decision: Decision) -> str:
    """Why a decision lapses; empty while it is good."""
    student, verdict = cell.student, cell.verdict
    if score_as_text(cell.row) != decision.about:
        return CHANGED
    if decision.sis_student != student.sis_student or not student.alone:
        return OTHER_CELL
    if isinstance(verdict, tuple):
        zero = cell.known.seen == ZERO and cell.known.accepted is not None
        again = decision.choice is Choice.RESEND
        return "" if again or (zero and decision.choice is Choice.KEEP) else REFUSED
    if isinstance(verdict, Wanted) and verdict.zero and decision.choice is Choice.SEND:
        return NO_ZERO
    return ""


def _keep(cell: StudentCell, decision: Decision, decisions: ScoreDecisions) -> bool:
    """Let the gradebook's value stand until the source changes."""
    known, verdict, student = cell.known, cell.verdict, cell.student
    decisions.ended.append(carried_out(decision))
    if isinstance(verdict, Wanted) and not verdict.zero:
        decisions.saves.append(replace(known, seen=last_handled(verdict)))
    elif isinstance(verdict, Wanted):
        # Nothing of it is ours from now on, so it is never taken for a 0 of ours (B4).
        decisions.saves.append(replace(known, seen=ZERO, accepted=None))
    else:
        decisions.saves.append(replace(known, accepted=None))
    codes = (Code.SCORE_WITHDRAWN,) if isinstance(verdict, Gone) else ()
    decisions.states.append(student.record(State.KEPT, KEPT, codes))
    return True


def _take_out(
    context: ColumnContext,
    cell: StudentCell,
    decision: Decision,
    found: SisCell | None,
    decisions: ScoreDecisions,
) -> bool:
    """Take out a score that was removed in Otus, where the cell still holds ours (C6)."""
    accepted, traits = cell.known.accepted, context.run.traits
    ours = found is not None and accepted is not None and found.points == accepted
    if (
        decision.choice is not Choice.SEND
        or found is None
        or not (ours and traits.takes_back(beside=found.annotated))
    ):
        why = "the score cannot be taken out of the gradebook by Passback"
        decisions.ended.append(lapsed(decision, why))
        return False
    if found.exempt:
        decisions.ended.append(lapsed(decision, EXEMPT))
        return False
    carry_out(cell.student, cell.known, Clear(before=found), decisions)
    _note_on_write(decision, decisions)
    return True


def _send(
    cell: StudentCell,
    wanted: Wanted,
    decision: Decision,
    found: SisCell | None,
    decisions: ScoreDecisions,
) -> bool:
    """Send ours over what stands there; an exempt cell is never written (C5)."""
    seen, known = last_handled(wanted), cell.known
    if found is not None and found.exempt:
        decisions.ended.append(lapsed(decision, EXEMPT))
        carry_out(cell.student, known, Keep(seen=seen, reason=EXEMPT), decisions)
    elif found is not None and found.points == wanted.points:
        decisions.ended.append(carried_out(decision))
        carry_out(cell.student, known, AdoptScore(points=wanted.points, seen=seen), decisions)
    else:
        put = Put(points=wanted.points, seen=seen, before=found)
        carry_out(cell.student, known, put, decisions)
        _note_on_write(decision, decisions)
    return True


def _send_again(
    cell: StudentCell,
    wanted: Wanted,
    decision: Decision,
    found: SisCell | None,
    decisions: ScoreDecisions,
) -> bool:
    """Send ours where the cell is as we left it; anything else there is a teacher's."""
    known, seen, undone = cell.known, last_handled(wanted), decision.undone
    if undone is None and seen != known.seen:
        decisions.ended.append(carried_out(decision))
        return False
    if found is None:
        decisions.states.append(cell.student.record(State.HELD, UNREADABLE))
        return True
    left = undone.left if undone else None
    if undone is None and known.accepted is not None:
        left = canonical(known.accepted)
    if found.exempt or (shown(found) != left and found.points != wanted.points):
        decisions.ended.append(carried_out(decision))
        decisions.saves.append(replace(known, seen=seen, accepted=None))
        reason = EXEMPT if found.exempt else DIFFERS
        decisions.states.append(cell.student.record(State.KEPT, reason))
        return True
    return _send(cell, wanted, decision, found, decisions)


def _note_on_write(decision: Decision, decisions: ScoreDecisions) -> None:
    """Let the decision end when the write that was just planned is accepted."""
    decisions.writes[-1] = replace(decisions.writes[-1], decision=decision.id)
