"""What the ledger knows of a column's cells by tonight's SIS ids, and the cell of one student."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from agent.decide.facts import Reads
from agent.decide.students import ColumnContext, ColumnStudent
from agent.domain import PersonId, SisPersonId
from agent.records import KnownCells, KnownScore, LeftScore, SourceScore
from agent.rules.scores import Cell, Verdict, Wanted, judge


@dataclass(frozen=True, slots=True)
class Cells:
    """What the ledger knows of a column's cells, by the SIS ids that students have tonight.

    Attributes:
        known: of each student, as it holds for the cell of their SIS id now.
        left: SIS id -> what stands, or stood, in its cell for an earlier holder.
        held: SIS id -> the same for others who have it, or had it when theirs was lost.
        saves, leaves: what of this the ledger does not hold yet.
    """

    known: Mapping[PersonId, KnownScore]
    left: Mapping[SisPersonId, Sequence[LeftScore]] = field(default_factory=dict)
    held: Mapping[SisPersonId, Sequence[LeftScore]] = field(default_factory=dict)
    saves: tuple[KnownScore, ...] = ()
    leaves: tuple[LeftScore, ...] = ()

    def before(self, sis: SisPersonId | None, student: PersonId) -> LeftScore | None:
        """What is in the cell of *sis* that was not written for *student* as its holder now."""
        if sis is None or not (self.left or self.held):
            return None
        found = [*self.left.get(sis, ())]
        found += [each for each in self.held.get(sis, ()) if each.student != student]
        if not found:
            return None
        standing = next((each for each in found if each.accepted is not None), found[0])
        return replace(standing, had_score=any(each.had_score for each in found))


def stored_cells(context: ColumnContext, reads: Reads) -> KnownCells:
    """What the ledger holds of the cells of a column, whichever class owns it."""
    column = context.column
    if column.known is None or column.cells_unknown:
        return {}, ()
    key = column.assessment, column.owner
    return context.facts.cells.get(key) or reads.known_cells(key)


def cells_of(context: ColumnContext, reads: Reads) -> Cells:
    """Sort what is known of the cells of a column by tonight's SIS ids."""
    known, stood = stored_cells(context, reads)
    enrolments = context.enrolments
    strangers = known.keys() - enrolments.sis_ids.keys()
    elsewhere = reads.sis_ids(strangers) if strangers else {}
    left: dict[SisPersonId, list[LeftScore]] = defaultdict(list)
    held: dict[SisPersonId, list[LeftScore]] = defaultdict(list)
    for each in stood:
        left[each.sis_student].append(each)
    now = dict(known)
    saves, leaves = [], []
    for student, cell in known.items():
        sis = enrolments.sis_ids.get(student) or elsewhere.get(student)
        # Ledgers of older versions do not tell whose cell it was: it counts as the student's own.
        if cell.sis_student is None:
            now[student] = replace(cell, sis_student=sis)
            saves += [now[student]] if sis is not None and cell.accepted is not None else []
        elif sis is not None and sis != cell.sis_student:
            now[student] = KnownScore(student=student, had_score=cell.had_score, sis_student=sis)
            saves.append(now[student])
            leaves += _left_by(cell)
            left[cell.sis_student] += _left_by(cell)
        elif sis is None or sis in enrolments.shared:
            held[cell.sis_student] += _left_by(cell)
    return Cells(now, left, held, tuple(saves), tuple(leaves))


def _left_by(cell: KnownScore) -> list[LeftScore]:
    """What *cell* leaves in the SIS when its student gets another SIS id; nothing, or one."""
    if cell.sis_student is None or (cell.accepted is None and not cell.had_score):
        return []
    return [
        LeftScore(
            sis_student=cell.sis_student,
            student=cell.student,
            accepted=cell.accepted,
            had_score=cell.had_score,
        )
    ]


class StudentCell(msgspec.Struct, frozen=True, kw_only=True):
    """A student's cell, and what the source wants there.

    `before` is what was written into it for others than its holder now.
    """

    student: ColumnStudent
    row: SourceScore | None
    known: KnownScore
    before: LeftScore | None
    verdict: Verdict

    @property
    def scored(self) -> bool:
        """Whether the source has a score for it."""
        return isinstance(self.verdict, Wanted) and not self.verdict.zero


def student_cell(
    context: ColumnContext, student: ColumnStudent, row: SourceScore | None, cells: Cells
) -> StudentCell:
    """A student's cell, with what the rules say of the score.

    The assessment must have a due date; one without was refused before.
    """
    known = _known(student, cells)
    before = cells.before(student.sis_student, student.id)
    verdict = judge(cell_facts(context, student, row, cells))
    return StudentCell(student=student, row=row, known=known, before=before, verdict=verdict)


def cell_facts(
    context: ColumnContext, student: ColumnStudent, row: SourceScore | None, cells: Cells
) -> Cell:
    """The facts that the rules ask about a student's score."""
    before = cells.before(student.sis_student, student.id)
    once = before is not None and before.had_score
    due = student.judged.candidate.due
    if due is None:
        raise AssertionError("an assessment without a due date was let pass")
    return Cell(
        score=row.score if row else None,
        had_score=bool(row and row.had_score) or _known(student, cells).had_score,
        others_score=once or student.sis_student in context.facts.erased,
        assigned_since=student.assigned_since,
        alone=student.alone,
        enrolled_today=student.enrolled,
        enrolled_when_due=student.assigned_there(context, due.day),
        due=due,
        policy=context.run.policy,
        tonight=context.run.tonight,
    )


def _known(student: ColumnStudent, cells: Cells) -> KnownScore:
    return cells.known.get(student.id) or KnownScore(
        student=student.id, sis_student=student.sis_student
    )
