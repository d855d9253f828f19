"""The results of a OneRoster line item: the cells of a column, read and written one by one.

A result is written under an id of ours that is derived from column and student, whatever id it has
by now: a gradebook has one cell for a student in a column, and takes our id as a second name of one
that a teacher typed. What is not ours in it goes back as it was read.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from agent.domain import (
    EMPTY_CELL,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    SectionId,
    SisCell,
    SisPersonId,
)
from agent.sis.oneroster.error_text import about_score
from agent.sis.oneroster.payloads import result, result_id
from agent.sis.oneroster.rows import ResultRow
from agent.sis.oneroster.server import DELETE_RESULT, PUT_RESULT, RESULTS_OF_LINE_ITEM, Server
from agent.sis.port import ACCEPTED, GONE, Batch, Receipt
from agent.sis.reading import absent

_BESIDE = (
    "a teacher's comment or flag stands beside the score, and the SIS does not take out the score"
    " alone"
)


class Cell(NamedTuple):
    """A student's cell of a column, and what was found in it."""

    gradebook: Gradebook
    ref: ColumnRef
    student: SisPersonId
    found: SisCell

    @property
    def our_id(self) -> str:
        """The id under which we write it."""
        return result_id(self.ref, self.student)


class Scores:
    """The cells of one server.

    Args:
        column: reads one column; None where it is not there.
    """

    def __init__(
        self, server: Server, column: Callable[[Gradebook, ColumnRef], Column | None]
    ) -> None:
        self._server, self._column = server, column

    def cells(
        self, gradebook: Gradebook, ref: ColumnRef, zeros: Collection[SisPersonId] = ()
    ) -> Marks | None:
        """The cells in which anything stands; None: there is no column."""
        rows = self._rows(gradebook, ref)
        if rows is None:
            return None
        return {SisPersonId(row.student.sourced_id): self._cell(row) for row in rows}

    def put(
        self, gradebook: Gradebook, ref: ColumnRef, scores: Batch, found: Marks | None = None
    ) -> Sequence[Receipt]:
        """Write scores one by one; receipts stand in the order of *scores*."""
        cells = found or {}
        return [
            self.write(Cell(gradebook, ref, student, cells.get(student, EMPTY_CELL)), points)
            for student, points in scores
        ]

    def clear(
        self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId, found: SisCell
    ) -> Receipt:
        """Take a score back to `*`; a teacher's comment or flag in the cell *found* stays."""
        return self.write(Cell(gradebook, ref, student, found), None)

    def write(self, cell: Cell, points: Decimal | None) -> Receipt:
        """Write *points* into a cell, or take out what stands there.

        A cell with a teacher's comment, flag or status is not deleted but written without a score.
        """
        if points is not None:
            return self._put(cell, points)
        return self._empty(cell) if cell.found.annotated else self._delete(cell)

    def _put(self, cell: Cell, points: Decimal | None) -> Receipt:
        section = _section_of(cell.gradebook, cell.student, self._server.today())
        body = result(
            self._server, cell.ref, cell.student, points, cell.found.theirs, section=section
        )
        reply = self._server.call(PUT_RESULT, cell.our_id, body=body)
        if reply.ok:
            return ACCEPTED
        if absent(reply) and self._column(cell.gradebook, cell.ref) is None:
            return GONE
        return about_score(reply, cell.found.theirs)

    def _empty(self, cell: Cell) -> Receipt:
        if not self._server.version.result_without_score:
            return Receipt(accepted=False, needs_person=True, reason=_BESIDE)
        receipt = self._put(cell, None)
        if receipt.accepted or receipt.gone:
            return receipt
        return replace(receipt, needs_person=True, reason=f"{_BESIDE}: {receipt.reason}")

    def _delete(self, cell: Cell) -> Receipt:
        """Delete a result, under whichever id it stands now."""
        reply = self._server.call(DELETE_RESULT, cell.our_id)
        if absent(reply):
            rows = self._rows(cell.gradebook, cell.ref) or []
            others = (r.sourced_id for r in rows if r.student.sourced_id == cell.student)
            if (other := next(others, None)) is None:
                return GONE if self._column(cell.gradebook, cell.ref) is None else ACCEPTED
            reply = self._server.call(DELETE_RESULT, other)
        return ACCEPTED if reply.ok else about_score(reply)

    def _rows(self, gradebook: Gradebook, ref: ColumnRef) -> list[ResultRow] | None:
        """The results of a column, from every section that shows it; None: there is no column."""
        rows: list[ResultRow] = []
        for section in gradebook.sections:
            found = self._server.all_or_none(RESULTS_OF_LINE_ITEM, section, ref)
            if found is None:
                return None
            rows += (row for row in found if row.active)
        return rows

    def _cell(self, row: ResultRow) -> SisCell:
        return SisCell(
            points=row.score,
            exempt=row.exempt,
            annotated=row.annotated,
            bars_zero=row.bars_zero,
            theirs=row.members(self._server.version.beside_results),
        )


def _section_of(gradebook: Gradebook, student: SisPersonId, today: date) -> SectionId | None:
    """The section in which *student* sits today, or ever sat; None: the gradebook has no record."""
    if len(gradebook.sections) == 1:
        return next(iter(gradebook.sections))
    sections = [name for name, s in gradebook.sections.items() if student in s.enrolments]
    now = (name for name in sections if gradebook.sections[name].enrolled(student, today))
    return next(now, sections[0] if sections else None)
