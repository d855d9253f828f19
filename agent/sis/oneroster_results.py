"""The results of a OneRoster line item: the cells of a column, read and written one by one.

A result is written under an id of ours that is derived from column and student, whatever id it has
by now: a gradebook has one cell for a student in a column, and takes our id as a second name of one
that a teacher typed. What is not ours in it goes back as it was read.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.domain import ColumnRef, Gradebook, Marks, SectionId, SisCell, SisPersonId
from agent.http.client import Http
from agent.http.responses import Reply
from agent.sis.payloads import Payloads, result_id
from agent.sis.port import Receipt
from agent.sis.reading import Reader, absent, segment
from agent.sis.reasons import about_score, locks_the_period
from agent.sis.rows import RESULTS, ResultRow
from agent.sis.versions import Version

GONE = Receipt(accepted=False, reason="the SIS does not have the assignment any more", gone=True)
_ACCEPTED = Receipt(accepted=True)
_BESIDE = (
    "a teacher's comment or flag stands beside the score, and the SIS does not take out the score"
    " alone"
)


class Results:
    """The cells of one server.

    Args:
        is_gone: whether a column is not there any more.
    """

    def __init__(
        self,
        http: Http,
        version: Version,
        *,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        is_gone: Callable[[ColumnRef], bool],
    ) -> None:
        self._http, self._read, self._version = http, Reader(http), version
        self._book, self._operations = version.gradebook, version.operations
        self._payloads = Payloads(http.base_url, version, zone)
        self._zone, self._now, self._is_gone = zone, now, is_gone

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
        points: Decimal,
        found: SisCell,
    ) -> Receipt:
        """Write a score into the cell that was *found*."""
        reply = self._put(gradebook, ref, student, points, found)
        if reply.ok:
            return _ACCEPTED
        if absent(reply) and self._is_gone(ref):
            return GONE
        return _refused(reply, about_score(reply, found.theirs))

    def clear(
        self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId, found: SisCell
    ) -> Receipt:
        """Take a score back to `*`, under whichever id it stands now.

        A cell in which a teacher said something is not deleted: it is written without a score.
        """
        if found.annotated:
            return self._empty(gradebook, ref, student, found)
        reply = self._delete(result_id(ref, student))
        if absent(reply):
            other = self._id_of(gradebook, ref, student)
            if other is None:
                return GONE if self._is_gone(ref) else _ACCEPTED
            reply = self._delete(other)
        return _ACCEPTED if reply.ok else _refused(reply, about_score(reply))

    def _empty(
        self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId, found: SisCell
    ) -> Receipt:
        if not self._version.result_without_score:
            return Receipt(accepted=False, held=True, reason=_BESIDE)
        reply = self._put(gradebook, ref, student, None, found)
        if reply.ok:
            return _ACCEPTED
        if absent(reply) and self._is_gone(ref):
            return GONE
        why = f"{_BESIDE}: {about_score(reply, found.theirs)}"
        return replace(_refused(reply, why), held=True)

    def _put(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        student: SisPersonId,
        points: Decimal | None,
        found: SisCell,
    ) -> Reply:
        now = self._now()
        seat = _seat(gradebook, student, now.astimezone(self._zone).date())
        body = self._payloads.result(
            ref, student, points, section=seat, now=now, theirs=found.theirs
        )
        path = f"{self._book}/results/{result_id(ref, student)}"
        return self._http.call(self._operations.put_result, path, body)

    def _delete(self, sourced_id: str) -> Reply:
        path = f"{self._book}/results/{segment(sourced_id)}"
        return self._http.call(self._operations.delete_result, path)

    def _rows(self, gradebook: Gradebook, ref: ColumnRef) -> list[ResultRow] | None:
        """The results of a column, from every section that shows it; None: there is no column."""
        rows: list[ResultRow] = []
        for section in gradebook.sections:
            path = f"{self._book}/classes/{segment(section)}/lineItems/{segment(ref)}/results"
            found = self._read.all_or_none(self._operations.results_of_line_item, path, RESULTS)
            if found is None:
                return None
            rows += (row for row in found if row.lives)
        return rows

    def _id_of(self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId) -> str | None:
        rows = self._rows(gradebook, ref) or []
        return next((row.sourced_id for row in rows if row.student.sourced_id == student), None)

    def _cell(self, row: ResultRow) -> SisCell:
        return SisCell(
            points=row.score,
            exempt=row.exempt,
            annotated=row.annotated,
            bars_zero=row.tells_of_work,
            theirs=row.members(self._version.beside_results),
        )


def _refused(reply: Reply, why: str) -> Receipt:
    return Receipt(accepted=False, reason=why, locked=locks_the_period(reply))


def _seat(gradebook: Gradebook, student: SisPersonId, today: date) -> SectionId | None:
    """The section in which *student* sits today, or ever sat; None: the gradebook does not say."""
    if len(gradebook.sections) == 1:
        return next(iter(gradebook.sections))
    sections = [name for name, s in gradebook.sections.items() if student in s.enrolments]
    now = (name for name in sections if gradebook.sections[name].enrolled(student, today))
    return next(now, sections[0] if sections else None)
