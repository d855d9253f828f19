"""The scores of one part of an assignment: read from their table, written in all-or-none batches.

One student who is not on the assignment makes PowerSchool refuse the whole batch, naming them: they
are taken out and the rest is sent again. A batch that is refused without a name is halved.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.domain import EMPTY_CELL, ColumnRef, Gradebook, Marks, SectionId, SisCell, SisPersonId
from agent.http.responses import Operation, Reply
from agent.sis.port import ACCEPTED, GONE, Batch, Receipt
from agent.sis.powerschool.error_text import (
    NotGrantedError,
    about_record,
    about_score,
    concerns_all,
    offenders,
    vanished,
)
from agent.sis.powerschool.payloads import Ref
from agent.sis.powerschool.roster import Place
from agent.sis.powerschool.rows import CommentRow, Json, ScoreRow, number
from agent.sis.powerschool.server import Server
from agent.sis.reading import query, truth

PUT_SCORES = Operation("putScores", "PUT", write=True, told=about_record)
FLAGS = ("islate", "ismissing", "isexempt", "iscollected", "isabsent", "isincomplete")
_ONLY_LATE = frozenset({"islate", "ismissing"})

Reach = Callable[[SectionId, ColumnRef], tuple[Ref, Place] | Receipt]
"""How a column is addressed through a section, and where that belongs; else why it cannot be."""


class Scores:
    """The cells of one server; a teacher's flags on a cell go back as they were just read."""

    def __init__(self, server: Server, reach: Reach) -> None:
        self._server, self._reach = server, reach

    def cells(
        self, gradebook: Gradebook, ref: ColumnRef, zeros: Collection[SisPersonId] = ()
    ) -> Marks | None:
        """The cells in which anything stands; None when the plugin may not read them.

        A comment stands in a table of its own, row by row, so only those of *zeros* are read.
        """
        parts = Ref.of(ref)
        if parts is None:
            return None
        try:
            q = f"assignmentsectionid=={parts.part}"
            rows = self._server.table("assignmentscore", ScoreRow, q)
        except NotGrantedError:
            return None
        cells = {SisPersonId(row.studentsdcid): _cell(row) for row in rows}
        scores = {SisPersonId(row.studentsdcid): row.assignmentscoreid for row in rows}
        for student in set(zeros) & cells.keys():
            cell = cells[student]
            if not cell.has_value and not cell.bars_zero:
                cells[student] = replace(cell, bars_zero=self._commented(scores[student]))
        return cells

    def _commented(self, score: str | None) -> bool | None:
        """Whether a teacher commented on a score; None when that cannot be read."""
        if score is None:
            return None
        try:
            q = f"assignmentscoreid=={score}"
            rows = self._server.table("assignmentscorecomment", CommentRow, q)
        except NotGrantedError:
            return None
        return any(row.commentvalue for row in rows)

    def put(
        self, gradebook: Gradebook, ref: ColumnRef, scores: Batch, found: Marks | None = None
    ) -> Sequence[Receipt]:
        """Write a batch of scores; receipts stand in the order of *scores*."""
        reached = self._reach(next(iter(gradebook.sections)), ref)
        if isinstance(reached, Receipt):
            return [reached] * len(scores)
        return self._put(*reached, scores, found or {})

    def clear(
        self, gradebook: Gradebook, ref: ColumnRef, student: SisPersonId, found: SisCell
    ) -> Receipt:
        """Refused: no public document shows how PowerSchool takes a score back."""
        return Receipt(accepted=False, reason="only a teacher can take a mark back in PowerSchool")

    def _put(self, ref: Ref, place: Place, scores: Batch, found: Marks) -> list[Receipt]:
        """Receipts in the order of *scores*, which are divided where PowerSchool refuses them."""
        if not scores:
            return []
        reply = self._send(ref, place, scores, found)
        if reply.ok:
            return [ACCEPTED] * len(scores)
        named = offenders(reply) if reply.status == 409 else frozenset()
        left = [score for score in scores if score[0] not in named]
        if len(left) < len(scores):
            refused, rest = about_score(reply), iter(self._put(ref, place, left, found))
            return [refused if who in named else next(rest) for who, _ in scores]
        if vanished(reply):
            return [GONE] * len(scores)
        if len(scores) == 1 or concerns_all(reply):
            return [about_score(reply)] * len(scores)
        middle = len(scores) // 2
        halves = scores[:middle], scores[middle:]
        return [receipt for half in halves for receipt in self._put(ref, place, half, found)]

    def _send(self, ref: Ref, place: Place, scores: Batch, found: Marks) -> Reply:
        search = query(users_dcid=place.teacher, status="A", term_id=place.term_id)
        rows = [_row(ref.part, who, pts, found.get(who, EMPTY_CELL).theirs) for who, pts in scores]
        body = {"assignment_scores": rows}
        return self._server.put(PUT_SCORES, f"/ws/xte/score?{search}", body)


def _row(part: str, student: str, points: Decimal, flags: Mapping[str, Any]) -> Json:
    plain = f"{points:f}"
    return {
        "_assignmentsection": {"assignmentsectionid": number(part)},
        "studentsdcid": number(student),
        "actualscoreentered": plain,
        "actualscorekind": "REAL_SCORE",
        "scoretype": "POINTS",
        "scorepoints": Decimal(plain),
        **{name: flags.get(name, False) for name in FLAGS},
    }


def _flags(row: ScoreRow) -> dict[str, bool]:
    return {name: True for name in FLAGS if truth(getattr(row, name))}


def _cell(row: ScoreRow) -> SisCell:
    points, flags = _points(row), _flags(row)
    entered = bool(row.scorepoints or row.actualscoreentered)
    return SisCell(
        points=points,
        other=entered and points is None,
        exempt=truth(row.isexempt),
        annotated=any(flags.values()),
        bars_zero=bool(flags.keys() - _ONLY_LATE),
        theirs=flags,
    )


def _points(row: ScoreRow) -> Decimal | None:
    """The points of a cell; None for what is no number."""
    try:
        points = Decimal(row.scorepoints or row.actualscoreentered or "")
    except InvalidOperation:
        return None
    return points if points.is_finite() else None
