"""Cells whose SIS id passed from one student of Otus to another: a corrected id, a swap.

What we wrote in a cell for an earlier holder of that SIS id is ours, not a teacher's. The new
holder's score replaces it; without one it is cleared, or held where the SIS cannot clear. An id
that is unknown or missing, in the ledger or in Otus, is never another id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from agent.decide.person.holding import left_alone
from agent.decide.plan import MISSING, NOWHERE, WriteScore
from agent.decide.scores.compare import EXEMPT, CellReads, canonical, last_handled, shown
from agent.decide.scores.known_cells import Cells, StudentCell
from agent.decide.scores.outcome import ScoreDecisions, score_write
from agent.decide.students import ColumnContext, ColumnStudent
from agent.domain import PersonId, SisCell, SisPersonId
from agent.records import UNSCORED, LeftScore, RecordState, State
from agent.rules.codes import Code
from agent.rules.refusals import codes_of
from agent.rules.scores import Wanted

CHANGED = (Code.SIS_ID_CHANGED,)
SHARED = (Code.SIS_ID_SHARED,)
BOTH_SCORED = (
    "another student in Otus has the same SIS id and a score too, so nothing was written: correct"
    " the SIS id in Otus"
)
SCORE_OF_ANOTHER = (
    "another student in Otus has the same SIS id, and that one has a score: correct the id in Otus"
)
STANDS = "a score that was written for another student, under this SIS id, stands in the gradebook"
UNREADABLE = f"{STANDS} for all we know; the cell cannot be read"
STANDS_UNDER_EARLIER_ID = (
    "the score that was written under this student's earlier SIS id stands in the gradebook: a"
    " teacher must take it out"
)


def stands(left: LeftScore, points: Decimal | None) -> bool:
    """Whether the cell, which shows *points*, still holds the other student's score."""
    if left.accepted is None or points is None:
        return False
    return canonical(points) == canonical(left.accepted)


def shared_ids(cells: Iterable[StudentCell]) -> Mapping[PersonId, RecordState]:
    """Who is not written because another student of the source has the same SIS id.

    One score goes, two are held; where there is none, nothing but a 0 is kept back (B4).
    """
    together: dict[SisPersonId | None, list[StudentCell]] = defaultdict(list)
    for cell in cells:
        if not cell.student.alone:
            together[cell.student.sis_student].append(cell)
    found: dict[PersonId, RecordState] = {}
    for same in together.values():
        scored = sum(cell.scored for cell in same)
        for cell in same:
            if cell.scored and scored > 1:
                found[cell.student.id] = cell.student.record(State.HELD, BOTH_SCORED, SHARED)
            elif scored and not cell.scored:
                found[cell.student.id] = cell.student.record(
                    State.REFUSED, SCORE_OF_ANOTHER, SHARED
                )
    return found


def take_over(
    context: ColumnContext, cell: StudentCell, reads: CellReads, decisions: ScoreDecisions
) -> bool:
    """Decide a cell in which another student's score stands; False where none does.

    The holder's own score replaces it; without one it is cleared, or a person must.
    """
    student, before, wanted = cell.student, cell.before, cell.verdict
    if before is None or before.accepted is None or student.sis_student is None:
        return False
    # Which of two students with one SIS id the cell belongs to is for a person to say.
    if not student.alone and not cell.scored:
        return False
    found = reads(student.sis_student)
    if found is not None and not stands(before, found.points):
        decisions.settled.append(student.sis_student)
        return False
    if found is not None and found.exempt:
        decisions.states.append(student.record(State.KEPT, EXEMPT, CHANGED))
    elif found is not None and isinstance(wanted, Wanted) and found.points == wanted.points:
        _adopt(cell, wanted, student.sis_student, decisions)
    elif isinstance(wanted, Wanted) and not wanted.zero:
        write = score_write(student, points=wanted.points, seen=last_handled(wanted), before=found)
        decisions.writes.append(replace(write, replaces=True, takes_over=True))
    elif found is None:
        decisions.states.append(student.record(State.HELD, UNREADABLE, CHANGED))
    else:
        _clear(context, cell, found, decisions)
    return True


def _adopt(cell: StudentCell, wanted: Wanted, sis: SisPersonId, decisions: ScoreDecisions) -> None:
    """The cell holds by chance what its holder now is to have."""
    decisions.saves.append(
        replace(
            cell.known,
            seen=last_handled(wanted),
            accepted=wanted.points,
            had_score=not wanted.zero or cell.known.had_score,
        )
    )
    decisions.settled.append(sis)
    why = MISSING if wanted.zero else "the gradebook already held it"
    decisions.states.append(cell.student.record(State.UNCHANGED, why))


def _clear(
    context: ColumnContext, cell: StudentCell, found: SisCell, decisions: ScoreDecisions
) -> None:
    """Take another student's score out of a cell whose holder has none; hold it where we cannot."""
    verdict = cell.verdict
    refused = codes_of(verdict) if isinstance(verdict, tuple) else ()
    codes = (*CHANGED, *refused)
    if cell.student.enrolled and context.run.traits.takes_back(beside=found.annotated):
        seen = UNSCORED if cell.known.seen is None else cell.known.seen
        write = score_write(cell.student, points=None, seen=seen, before=found, codes=codes)
        decisions.writes.append(replace(write, takes_over=True))
        decisions.recheck(context.run.tonight.today)
        return
    why = f"{STANDS}: a teacher must take it out"
    decisions.states.append(cell.student.record(State.HELD, why, codes))


def clear_left(
    context: ColumnContext,
    cells: Cells,
    students: Iterable[ColumnStudent],
    reads: CellReads,
    decisions: ScoreDecisions,
) -> None:
    """Take out what stands in cells whose SIS id no student of the source has any more.

    Its record is the earlier holder's, under no section: their own cell is another one now.
    """
    if not cells.left:
        return
    taken = {student.sis_student for student in students}
    for sis, left in cells.left.items():
        for each in left if sis not in taken else ():
            if each.accepted is not None:
                _clear_left(context, each, reads, decisions)


def _clear_left(
    context: ColumnContext, left: LeftScore, reads: CellReads, decisions: ScoreDecisions
) -> None:
    why = left_alone(context, left.student, left.sis_student, NOWHERE)
    if why is not None:
        decisions.states.append(_left_state(context, left, why.reason, why.codes))
        return
    found = reads(left.sis_student)
    if found is not None and not stands(left, found.points):
        decisions.settled.append(left.sis_student)
        return
    enrolled = left.sis_student in context.enrolments.now
    able = enrolled and found is not None and context.run.traits.takes_back(beside=found.annotated)
    if found is None or found.exempt or not able:
        decisions.states.append(_left_state(context, left, STANDS_UNDER_EARLIER_ID, CHANGED))
        return
    decisions.writes.append(
        WriteScore(
            op="clear",
            student=left.student,
            sis_student=left.sis_student,
            section=NOWHERE,
            points=None,
            seen=None,
            before=shown(found),
            codes=CHANGED,
            takes_over=True,
            orphan=True,
        )
    )


def _left_state(
    context: ColumnContext, left: LeftScore, reason: str, codes: tuple[Code, ...]
) -> RecordState:
    return RecordState(context.column.assessment, left.student, NOWHERE, State.HELD, reason, codes)
