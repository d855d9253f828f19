"""Other columns of an assessment in the same gradebook, and the students who have a score there.

Sections merge and bring their columns along; gradebooks are linked after each had its own, and then
students move between the sections. What a student has in one column and gets in another too would
count twice, so a later score goes to the column that holds the one that the SIS accepted (C3a).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.decide.facts import OTHER_ROUTE, Reads, Unresolved
from agent.decide.listing import SisColumns
from agent.decide.plan import MISSING
from agent.decide.scores.compare import CellReads, last_handled
from agent.decide.scores.known_cells import Cells, StudentCell, cells_of, stored_cells
from agent.decide.scores.outcome import ScoreDecisions
from agent.decide.sharing import judge_column
from agent.decide.students import ColumnContext, ColumnStudent
from agent.domain import AssessmentId, PersonId
from agent.records import ZERO, KnownColumn, State
from agent.rules.codes import Code
from agent.rules.refusals import codes_of, reasons_of
from agent.rules.scores import Wanted


class TakenStudents:
    """Who had a score of an assessment decided tonight.

    Two classes may both name a student, and each column decides by itself.
    """

    def __init__(self) -> None:
        self._taken: set[tuple[AssessmentId, PersonId]] = set()

    def first(self, assessment: AssessmentId, student: PersonId) -> bool:
        """Whether no other column of the gradebook had the student's score before, tonight."""
        if (assessment, student) in self._taken:
            return False
        self._taken.add((assessment, student))
        return True


@dataclass(slots=True)
class OtherColumn:
    """A column that another class made, that stands in this gradebook and holds scores of ours.

    Attributes:
        context: the classes under decision, as if that column were theirs.
        stopped: why nothing is written into it tonight.
        decisions: what came of its cells.
    """

    context: ColumnContext
    reads: CellReads
    cells: Cells
    stopped: Unresolved | None = None
    decisions: ScoreDecisions = field(default_factory=ScoreDecisions)

    def rank(self, student: ColumnStudent) -> int | None:
        """How much speaks for it: a score, a 0 that nobody typed, what another student left."""
        known = self.cells.known.get(student.id)
        if known is not None and known.accepted is not None:
            return 1 if known.seen == ZERO else 0
        left = self.cells.before(student.sis_student, student.id)
        return 2 if left is not None and left.accepted is not None else None

    def stands(self, cell: StudentCell) -> bool:
        """Whether the cell stays as it is, and then the record says so."""
        seen, verdict = cell.known.seen, cell.verdict
        if isinstance(verdict, tuple):
            # Who joined the class after the due date keeps the 0 that the class before called for.
            kept = seen == ZERO and {each.code for each in verdict} == {Code.WITHHELD_MISSING}
            if kept:
                self.decisions.states.append(cell.student.record(State.UNCHANGED, MISSING))
            return kept
        stopped = self._stopped(cell.student)
        if stopped is None or (isinstance(verdict, Wanted) and last_handled(verdict) == seen):
            return False
        self.decisions.states.append(cell.student.record(*stopped))
        return True

    def _stopped(self, student: ColumnStudent) -> Unresolved | None:
        """Why a student's score is not written there."""
        known = self.context.column.known
        seen = known.seen if known else None
        total = student.judged.candidate.assessment.total_points
        if self.stopped is None and seen is not None and seen.points != total:
            return Unresolved(
                State.HELD,
                "its score stands in another assignment of it in this gradebook, which counts"
                f" {_plain(seen.points)} points and not {_plain(total)}: delete that one in the SIS"
                " to have it here",
            )
        return self.stopped


class OtherColumns:
    """What a column under decision must know of the others of its assessment.

    Args:
        cells: those of the column itself.

    Attributes:
        columns: those that somebody has a score in.
        gone: those that ought to stand in this gradebook, and that somebody deleted (C7). Who had a
            score there counts as having none.
        moved: those that stand here and that the ledger had in another gradebook.
    """

    def __init__(
        self,
        context: ColumnContext,
        reads: Reads,
        columns: SisColumns,
        cells: Iterable[StudentCell],
    ) -> None:
        self._context, self._reads, self._sis = context, reads, columns
        self._empty = [cell.student for cell in cells if cell.known.accepted is None]
        self._found: Mapping[PersonId, OtherColumn] | None = None
        self.columns: list[OtherColumn] = []
        self.gone: list[KnownColumn] = []
        self.moved: list[KnownColumn] = []

    def holding(self, cell: StudentCell) -> OtherColumn | None:
        """The other column that holds the student's score; None: the column itself is the one.

        A refusal is worth a look only where the classes of the gradebook have several columns.
        """
        if cell.known.accepted is not None:
            return None
        if isinstance(cell.verdict, tuple) and not self._context.column.several_columns:
            return None
        if self._found is None:
            self._found = self._holders()
        return self._found.get(cell.student.id)

    def unowned(self) -> list[OtherColumn]:
        """Those that no class of the gradebook decides by itself, and that can be written."""
        facts = self._context.facts
        return [
            column
            for column in self.columns
            if column.stopped is None
            and (known := column.context.column.known) is not None
            and not facts.owns(known)
        ]

    def _holders(self) -> Mapping[PersonId, OtherColumn]:
        """Student -> column: the one for which most speaks, then that of the smaller class."""
        column, facts = self._context.column, self._context.facts
        for known in facts.known.get(column.assessment, ()):
            if known.owner != column.owner:
                self._look_at(known)
        holders: dict[PersonId, OtherColumn] = {}
        for student in self._empty:
            ranked = [(r, each) for each in self.columns if (r := each.rank(student)) is not None]
            if ranked:
                holders[student.id] = min(ranked, key=lambda each: each[0])[1]
        return holders

    def _look_at(self, known: KnownColumn) -> None:
        """Take note of another column of the assessment in which somebody has a score."""
        there = self._in(known)
        scores, _ = stored_cells(there, self._reads)
        delivered = {each.student for each in scores.values() if each.accepted is not None}
        if known.ref is None or delivered.isdisjoint(student.id for student in self._empty):
            return
        cell_reads = CellReads(self._reads, known.ref)
        looked = OtherColumn(there, cell_reads, cells_of(there, self._reads))
        own, run, context = self._context.facts.owns(known), self._context.run, self._context
        here = own or known.gradebook == context.gradebook.id
        if not run.reachable(known.ref):
            if here:
                self._add(known, looked, OTHER_ROUTE)
            return
        found = self._sis.at(known.ref)
        if found is None:
            if here and not known.deleted:
                self.gone.append(known)
            return
        if not here:
            duplicate = self._sis.has_duplicate(known)
            moved = replace(known, gradebook=context.gradebook.id, list_again=duplicate)
            self.moved.append(moved)
        stopped = run.unresolved.get((known.assessment, known.owner))
        barred = judge_column(context.column.main, run.rules, found, known).barred
        if stopped is None and barred:
            stopped = Unresolved(State.REFUSED, reasons_of(barred), codes_of(barred))
        self._add(known, looked, stopped)

    def _add(self, known: KnownColumn, column: OtherColumn, stopped: Unresolved | None) -> None:
        column.stopped = stopped
        if not self._context.facts.owns(known):
            column.decisions.saves += column.cells.saves
            column.decisions.leaves += column.cells.leaves
        self.columns.append(column)

    def _in(self, known: KnownColumn) -> ColumnContext:
        """The context, as if *known* were the column under decision."""
        column = replace(self._context.column, owner=known.owner, known=known, cells_unknown=False)
        return replace(self._context, column=column)


def _plain(points: Decimal | None) -> str:
    return "no" if points is None else f"{points:f}"
