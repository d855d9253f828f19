"""The results of a OneRoster line item: the cells of a column, read and written one by one.

A result is written under an id of ours that is derived from column and student, whatever id it has
by now: a gradebook has one cell for a student in a column, and takes our id as a second name of one
that a teacher typed. What is not ours in it goes back as it was read.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain import ColumnRef, Gradebook, Marks, SectionId, SisCell, SisPersonId
from agent.sis.oneroster.error_text import about_score, refused
from agent.sis.oneroster.payloads import Payloads, result_id
from agent.sis.oneroster.rows import ResultRow
from agent.sis.oneroster.server import DELETE_RESULT, PUT_RESULT, RESULTS_OF_LINE_ITEM, Server
from agent.sis.port import ACCEPTED, GONE, Receipt
from agent.sis.reading import absent

_BESIDE = (
    "a teacher's comment or flag stands beside the score, and the SIS does not take out the score"
    " alone"
)


class Scores:
    """The cells of one server.

    Args:
        is_gone: whether a column is not there any more.
    """

    def __init__(self, server: Server, is_gone: Callable[[ColumnRef], bool]) -> None:
        self._server, self._is_gone, self._version = server, is_gone, server.version
        self._payloads = Payloads(server.http.base_url, server.version, server.zone)

    def cells(self, gradebook: Gradebook, ref: ColumnRef) -> Marks | None:
        """The cells in which anything stands; None: there is no column."""
        rows = self._rows(gradebook, ref)
        if rows is None:
            return None
        return {SisPersonId(row.student.sourced_id): self._cell(row) for row in rows}

    def put(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        points: Decimal | None,
        found: SisCell,
    ) -> Receipt:
        """Write a score, or with None no score, into the cell that was *found*."""
        section = _section_of(gradebook, student, self._server.today())
        body = self._payloads.result(
            ref, student, points, section=section, now=self._server.now(), theirs=found.theirs
        )
        reply = self._server.call(PUT_RESULT, result_id(ref, student), body=body)
        if reply.ok:
            return ACCEPTED
        if absent(reply) and self._is_gone(ref):
            return GONE
        return refused(reply, about_score(reply, found.theirs))

    def clear(
        self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId, found: SisCell
    ) -> Receipt:
        """Take a score back to `*`, under whichever id it stands now.

        A cell with a teacher's comment, flag or status is not deleted but written without a score.
        """
        if found.annotated:
            return self._empty(gradebook, ref, student, found)
        reply = self._server.call(DELETE_RESULT, result_id(ref, student))
        if absent(reply):
            other = self._id_of(gradebook, ref, student)
            if other is None:
                return GONE if self._is_gone(ref) else ACCEPTED
            reply = self._server.call(DELETE_RESULT, other)
        return ACCEPTED if reply.ok else refused(reply, about_score(reply))

    def _empty(
        self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId, found: SisCell
    ) -> Receipt:
        if not self._version.result_without_score:
            return Receipt(accepted=False, needs_person=True, reason=_BESIDE)
        receipt = self.put(gradebook, ref, student, None, found)
        if receipt.accepted or receipt.gone:
            return receipt
        return replace(receipt, needs_person=True, reason=f"{_BESIDE}: {receipt.reason}")

    def _rows(self, gradebook: Gradebook, ref: ColumnRef) -> list[ResultRow] | None:
        """The results of a column, from every section that shows it; None: there is no column."""
        rows: list[ResultRow] = []
        for section in gradebook.sections:
            found = self._server.all_or_none(RESULTS_OF_LINE_ITEM, section, ref)
            if found is None:
                return None
            rows += (row for row in found if row.active)
        return rows

    def _id_of(self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId) -> str | None:
        rows = self._rows(gradebook, ref) or []
        return next((row.sourced_id for row in rows if row.student.sourced_id == student), None)

    def _cell(self, row: ResultRow) -> SisCell:
        return SisCell(
            points=row.score,
            exempt=row.exempt,
            annotated=row.annotated,
            bars_zero=row.bars_zero,
            theirs=row.members(self._version.beside_results),
        )


def _section_of(gradebook: Gradebook, student: SisPersonId, today: date) -> SectionId | None:
    """The section in which *student* sits today, or ever sat; None: the gradebook has no record."""
    if len(gradebook.sections) == 1:
        return next(iter(gradebook.sections))
    sections = [name for name, s in gradebook.sections.items() if student in s.enrolments]
    now = (name for name in sections if gradebook.sections[name].enrolled(student, today))
    return next(now, sections[0] if sections else None)
