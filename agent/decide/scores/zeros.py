"""B4's zeros: what keeps one back that only the gradebook can tell, and when one is taken back."""

from dataclasses import replace

from agent.decide.assignments import AssignmentStep, Create, Update
from agent.decide.facts import Reads
from agent.decide.listing import SisColumns
from agent.decide.scores.compare import CellReads
from agent.decide.scores.known_cells import StudentCell
from agent.decide.scores.outcome import ScoreDecisions, score_write
from agent.decide.students import ColumnContext
from agent.domain import EMPTY_CELL
from agent.policy import MissingAfterDue
from agent.records import UNSCORED, State
from agent.rules.codes import Code
from agent.rules.due import as_shown
from agent.rules.refusals import Refusal, codes_of, reasons_of

ZERO_STANDS = "the 0 for missing work stands in the gradebook, and only a teacher can clear it"
NOT_TAKEN_BACK = (Code.ZERO_NOT_TAKEN_BACK,)
STAYS = frozenset({Code.NOT_ENROLLED, Code.SCORE_INVALID})
"""Refusals that leave B4's 0 alone: the cell cannot be written, or nothing is known of the work."""


def hold_zeros(
    context: ColumnContext,
    step: AssignmentStep | None,
    columns: SisColumns,
    decisions: ScoreDecisions,
) -> None:
    """Keep B4's zeros back until the due date that the column will show tonight has passed.

    It may be later than the class's own: a teacher moved it, A11 keeps the new one out, or the
    column has the date of another class that shares it (C3a).
    """
    if isinstance(step, Create | Update):
        shown = step.data.due
    else:
        found = columns.find(context.column)
        if found is None:
            raise AssertionError("zeros for a column that is not in the gradebook")
        shown = found.data.due
    tonight = context.run.tonight
    due = as_shown(context.column.main.candidate.due, shown)
    if not due.passed(tonight):
        decisions.hold_zeros(context.column.assessment, shown)
        decisions.recheck(due.passes_on)


def drop_zeros_scored_elsewhere(
    context: ColumnContext, reads: Reads, columns: SisColumns, decisions: ScoreDecisions
) -> None:
    """B4 leaves alone who has a score in another column of the assessment in this gradebook."""
    for ref in columns.others(context.column):
        cells = reads.cells(ref)
        if cells is None:
            decisions.recheck(context.run.tonight.night)
        scored = [
            write
            for write in decisions.zeros
            if cells is None or cells.get(write.sis_student, EMPTY_CELL).has_value
        ]
        decisions.keep_zeros(context.column.assessment, scored, readable=cells is not None)


def take_zero_back(
    context: ColumnContext,
    cell: StudentCell,
    refused: tuple[Refusal, ...],
    reads: CellReads,
    decisions: ScoreDecisions,
) -> bool:
    """A 0 that nobody typed goes when Otus no longer calls for it: handed in, excused, due later.

    Only while the cell still holds it, and never because the district changed its policy. Where
    the SIS cannot take it back, or does not show it, a person must.
    """
    known, student = cell.known, cell.student
    codes = codes_of(refused)
    if student.sis_student is None:
        return False
    withhold = context.run.policy.missing_after_due is MissingAfterDue.WITHHOLD
    if withhold or STAYS.intersection(codes):
        return False
    found = reads(student.sis_student)
    if found is not None and (found.exempt or found.points != known.accepted):
        # A teacher's score took our 0's place: it is theirs from now on, even if it is a 0 (C5).
        decisions.saves.append(replace(known, accepted=None))
        return False
    if found is not None and context.run.traits.takes_back(beside=found.annotated):
        write = score_write(student, points=None, seen=UNSCORED, before=found, codes=codes)
        decisions.writes.append(write)
        decisions.recheck(context.run.tonight.today)
        return True
    reason = f"{reasons_of(refused)}; {ZERO_STANDS}"
    codes = (*NOT_TAKEN_BACK, *codes)
    decisions.states.append(student.record(State.HELD, reason, codes))
    return True
