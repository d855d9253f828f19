"""The results of a OneRoster line item: the cells of a column, read and written one by one.

A result is written under an id of ours that is derived from column and student, whatever id it has
by now: a gradebook has one cell for a student in a column, and takes our id as a second name of one
that a teacher typed. What is not ours in it goes back as it was read.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain import (
    EMPTY_CELL,
    ColumnRef,
    Gradebook,
    Marks,
    SectionId,
    SisCell,
    SisPersonId,
)
from agent.sis.oneroster.columns import Columns
from agent.sis.oneroster.error_text import about_score, refused
from agent.sis.oneroster.payloads import result, result_id
from agent.sis.oneroster.rows import ResultRow
from agent.sis.oneroster.server import DELETE_RESULT, PUT_RESULT, RESULTS_OF_LINE_ITEM, Server
from agent.sis.port import ACCEPTED, GONE, Batch, Receipt
from agent.sis.reading import absent

_BESIDE = (
    "a teacher's comment or flag stands beside the score, and the SIS does not take out the score"
    " alone"
)


class Scores:
    """The cells of one server."""

    def __init__(self, server: Server, columns: Columns) -> None:
        self._server, self._columns = server, columns

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
            self.write(gradebook, ref, student, points, cells.get(student, EMPTY_CELL))
            for student, points in scores
        ]

    def clear(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        found: SisCell = EMPTY_CELL,
    ) -> Receipt:
        """Take a score back to `*`; a teacher's comment or flag in the cell *found* stays."""
        return self.write(gradebook, ref, student, None, found)

    def write(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        points: Decimal | None,
        found: SisCell,
    ) -> Receipt:
        """Write *points* into the cell that was *found*, or take out what stands there.

        A cell with a teacher's comment, flag or status is not deleted but written without a score.
        """
        if points is not None:
            return self._put(gradebook, ref, student, points, found)
        if found.annotated:
            return self._empty(gradebook, ref, student, found)
        return self._delete(gradebook, ref, student)

    def _put(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        points: Decimal | None,
        found: SisCell,
    ) -> Receipt:
        section = _section_of(gradebook, student, self._server.today())
        body = result(self._server, ref, student, points, found.theirs, section=section)
        reply = self._server.call(PUT_RESULT, result_id(ref, student), body=body)
        if reply.ok:
            return ACCEPTED
        if absent(reply) and self._columns.now(ref) is None:
            return GONE
        return refused(reply, about_score(reply, found.theirs))

    def _empty(
        self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId, found: SisCell
    ) -> Receipt:
        if not self._server.version.result_without_score:
            return Receipt(accepted=False, needs_person=True, reason=_BESIDE)
        receipt = self._put(gradebook, ref, student, None, found)
        if receipt.accepted or receipt.gone:
            return receipt
        return replace(receipt, needs_person=True, reason=f"{_BESIDE}: {receipt.reason}")

    def _delete(self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId) -> Receipt:
        """Delete a result, under whichever id it stands now."""
        reply = self._server.call(DELETE_RESULT, result_id(ref, student))
        if absent(reply):
            rows = self._rows(gradebook, ref) or []
            other = next((r.sourced_id for r in rows if r.student.sourced_id == student), None)
            if other is None:
                return GONE if self._columns.now(ref) is None else ACCEPTED
            reply = self._server.call(DELETE_RESULT, other)
        return ACCEPTED if reply.ok else refused(reply, about_score(reply))

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
