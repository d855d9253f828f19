"""The scores of one column: who belongs in it, what the source wants there, and what to do.

Students are named by their id in the source; the gradebook is read only where the source changed.
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.decide.facts import Reads
from agent.decide.listing import SisColumns
from agent.decide.person.holding import left_alone
from agent.decide.person.scores import decide_by_person
from agent.decide.scores.compare import (
    CellReads,
    ScoreStep,
    decide_gone,
    decide_score,
    last_handled,
)
from agent.decide.scores.known_cells import Cells, StudentCell, cells_of, student_cell
from agent.decide.scores.moved_ids import clear_left, shared_ids, take_over
from agent.decide.scores.other_columns import OtherColumns, TakenStudents
from agent.decide.scores.outcome import ScoreDecisions, carry_out, unchanged_state
from agent.decide.scores.restored import decide_restored
from agent.decide.scores.zeros import take_zero_back
from agent.decide.students import ColumnContext, ColumnStudent, students_of_column
from agent.records import UNSCORED, ZERO, KnownScore, State
from agent.rules.codes import Code
from agent.rules.refusals import Refusal, codes_of, reasons_of
from agent.rules.scores import Gone, Wanted, unscored


def decide_cells(
    context: ColumnContext, reads: Reads, columns: SisColumns, taken: TakenStudents
) -> tuple[ScoreDecisions, OtherColumns | None]:
    """Decide every cell of a column that passes.

    A student whose score stands in another column of the assessment is decided there.
    """
    decisions = ScoreDecisions()
    known = context.column.known
    cell_reads = CellReads(reads, known.ref if known else None)
    cells = cells_of(context, reads)
    decisions.saves += cells.saves
    decisions.leaves += cells.leaves
    rows = context.facts.scores.get(context.column.assessment, {})
    students = students_of_column(context, reads, rows)
    here = [student_cell(context, each, rows.get(each.id), cells) for each in students]
    shared = shared_ids(here) if context.enrolments.shared else {}
    others = OtherColumns(context, reads, columns, here) if context.has_others else None
    for cell in here:
        student = cell.student
        _note_unscored(cell, decisions)
        if _left_alone(context, student, decisions):
            continue
        if student.id in shared:
            decisions.states.append(shared[student.id])
            continue
        # Two classes of the gradebook may both name a student: the score goes into one column.
        refused = isinstance(cell.verdict, tuple)
        mine = refused or taken.first(context.column.assessment, student.id)
        if mine and not (others and _decide_there(context, cell, others)):
            _decide_cell(context, cell, cell_reads, decisions)
    _clear_left(context, cells, students, cell_reads, decisions, others)
    decisions.unreadable = cell_reads.failed
    return decisions, others


def _clear_left(
    context: ColumnContext,
    cells: Cells,
    students: Sequence[ColumnStudent],
    reads: CellReads,
    decisions: ScoreDecisions,
    others: OtherColumns | None,
) -> None:
    """Take out what stands under SIS ids that no student has any more, here and beside."""
    if cells.left:
        clear_left(context, cells, students, reads, decisions)
    for other in others.unowned() if others else ():
        clear_left(other.context, other.cells, students, other.reads, other.decisions)


def carry_over(
    context: ColumnContext, reads: Reads, state: State, reason: str, codes: tuple[Code, ...]
) -> ScoreDecisions:
    """The same state for every student of a column that does not pass.

    A score that the SIS has, and whose source did not change since, stays what it is.
    """
    decisions = ScoreDecisions()
    column = context.column
    cells = cells_of(context, reads) if column.in_sis else Cells({})
    rows = context.facts.scores.get(column.assessment, {})
    for student in students_of_column(context, reads, rows):
        unchanged = None
        if column.in_sis and student.judged.candidate.due:
            cell = student_cell(context, student, rows.get(student.id), cells)
            _note_unscored(cell, decisions)
            if isinstance(cell.verdict, Wanted) and last_handled(cell.verdict) == cell.known.seen:
                unchanged = unchanged_state(student, cell.known)
        if not _left_alone(context, student, decisions):
            decisions.states.append(unchanged or student.record(state, reason, codes))
    return decisions


def _left_alone(context: ColumnContext, student: ColumnStudent, decisions: ScoreDecisions) -> bool:
    """State a score with which nothing is done tonight, if it is one."""
    why = left_alone(context, student.id, student.sis_student, student.section)
    if why is not None:
        decisions.states.append(student.record(*why))
    return why is not None


def _decide_there(context: ColumnContext, cell: StudentCell, others: OtherColumns) -> bool:
    """Decide a student's score in the column that holds it; False where that is this one."""
    other = others.holding(cell)
    if other is None:
        return False
    there = student_cell(context, cell.student, cell.row, other.cells)
    if not other.stands(there):
        _decide_cell(other.context, there, other.reads, other.decisions)
    return True


def _note_unscored(cell: StudentCell, decisions: ScoreDecisions) -> None:
    """Remember a night on which a student who belongs in the column had no score (C5)."""
    known, row, student = cell.known, cell.row, cell.student
    if known.seen is not None or known.accepted is not None:
        return
    here = student.assigned_since is not None and student.enrolled
    if here and unscored(row.score if row else None):
        decisions.saves.append(replace(known, seen=UNSCORED))


def _decide_cell(
    context: ColumnContext, cell: StudentCell, reads: CellReads, decisions: ScoreDecisions
) -> None:
    """Compare the three sides of a cell, unless an earlier holder's score stands in it."""
    if cell.before is not None and take_over(context, cell, reads, decisions):
        return
    student, known, verdict = cell.student, cell.known, cell.verdict
    decided = context.facts.decided.score(context.column.assessment, student.id, student.section)
    if decided is not None and decide_by_person(context, cell, decided, reads, decisions):
        return
    if isinstance(verdict, tuple):
        ours = known.seen == ZERO and known.accepted is not None
        if not (ours and take_zero_back(context, cell, verdict, reads, decisions)):
            _refuse(context, student, verdict, decisions)
    elif isinstance(verdict, Wanted) and _settled(known, verdict):
        decisions.states.append(unchanged_state(student, known))
    else:
        carry_out(student, known, _step(context, cell, verdict, reads), decisions)


def _settled(known: KnownScore, verdict: Wanted) -> bool:
    """Whether the source did not change since we last acted, and the ledger surely tells so."""
    return last_handled(verdict) == known.seen and not known.in_doubt


def _step(
    context: ColumnContext, cell: StudentCell, verdict: Wanted | Gone, reads: CellReads
) -> ScoreStep:
    """Compare the three sides; a removal that will be held is not worth a read."""
    sis, known = cell.student.sis_student, cell.known
    if sis is None:
        raise AssertionError("a student outside the SIS is never enrolled")
    if isinstance(verdict, Wanted):
        since = context.facts.restored
        if since is None:
            return decide_score(verdict, known, reads(sis))
        return decide_restored(cell, verdict, reads(sis), since)
    asked = known.accepted is not None and not verdict.due_passed
    traits = context.run.traits
    return decide_gone(
        verdict,
        known,
        reads(sis) if asked else None,
        can_clear=traits.clears_scores,
        can_empty=traits.empties_scores,
    )


def _refuse(
    context: ColumnContext,
    student: ColumnStudent,
    refused: tuple[Refusal, ...],
    decisions: ScoreDecisions,
) -> None:
    """State the refusals, and recheck on the date on which time alone may change them."""
    decisions.states.append(student.record(State.REFUSED, reasons_of(refused), codes_of(refused)))
    for each in refused:
        decisions.recheck(each.until)
    decisions.recheck(context.enrolments.starts.get(student.sis_student or ""))
