"""The scores of one part of an assignment: read from their table, written in all-or-none batches.

One student who is not on the assignment makes PowerSchool refuse the whole batch, naming them: they
are taken out and the rest is sent again. A batch that is refused without a name is halved.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from agent.answers import Operation, Reply
from agent.domain import Marks, SisCell, SisPersonId
from agent.http import Http
from agent.sis.port import Receipt
from agent.sis.powerschool_columns import Ref
from agent.sis.powerschool_reading import PowerSchoolReader, query
from agent.sis.powerschool_reasons import GONE, about_score, concerns_all
from agent.sis.powerschool_roster import Place
from agent.sis.powerschool_rows import MarkRow
from agent.sis.powerschool_wire import (
    Json,
    NotGrantedError,
    about_record,
    granted,
    number,
    offenders,
    truth,
    vanished,
)

PUT_SCORES = Operation("putScores", "PUT", write=True, told=about_record)
FLAGS = ("islate", "ismissing", "isexempt", "iscollected", "isabsent", "isincomplete")
_RESUBMIT = 412
_ACCEPTED = Receipt(accepted=True)

Scores = Sequence[tuple[SisPersonId, Decimal]]


class ScoreBook:
    """Reads and writes marks; a teacher's flags on a cell go back as they were last read."""

    def __init__(self, http: Http, reader: PowerSchoolReader) -> None:
        self._http = http
        self._read = reader
        self._flags: dict[str, dict[str, Mapping[str, bool]]] = {}

    def marks(self, ref: Ref) -> Marks | None:
        """The cells in which anything stands; None when the plugin may not read them."""
        try:
            rows = self._read.table("assignmentscore", MarkRow, f"assignmentsectionid=={ref.part}")
        except NotGrantedError:
            return None
        flags = {row.studentsdcid: _flags(row) for row in rows}
        self._flags[ref.part] = {who: told for who, told in flags.items() if any(told.values())}
        return {SisPersonId(row.studentsdcid): _cell(row) for row in rows}

    def put(self, place: Place, ref: Ref, scores: Scores) -> list[Receipt]:
        """Write marks; receipts stand in the order of *scores*."""
        refused: dict[SisPersonId, Receipt] = {}
        left = list(scores)
        while left:
            reply = self._send(place, ref, left)
            if reply.ok:
                break
            named = offenders(reply) if reply.status == 409 else frozenset()
            out = [(who, points) for who, points in left if who in named]
            if not out:
                refused |= self._divided(place, ref, left, reply)
                break
            refused |= {who: Receipt(accepted=False, reason=about_score(reply)) for who, _ in out}
            left = [score for score in left if score not in out]
        return [refused.get(who, _ACCEPTED) for who, _ in scores]

    def _divided(
        self, place: Place, ref: Ref, scores: Scores, reply: Reply
    ) -> dict[SisPersonId, Receipt]:
        """What became of a batch that was refused without a name."""
        if vanished(reply):
            return {who: GONE for who, _ in scores}
        if len(scores) == 1 or concerns_all(reply):
            refusal = Receipt(accepted=False, reason=about_score(reply))
            return {who: refusal for who, _ in scores}
        middle = len(scores) // 2
        halves = scores[:middle], scores[middle:]
        receipts = [r for half in halves for r in self.put(place, ref, half)]
        return {who: r for (who, _), r in zip(scores, receipts, strict=True)}

    def _send(self, place: Place, ref: Ref, scores: Scores) -> Reply:
        """A batch; told to resubmit, the same once more."""
        search = query(users_dcid=place.teacher, status="A", term_id=place.term_id)
        flags = self._flags.get(ref.part, {})
        rows = [_row(ref.part, who, points, flags.get(who, {})) for who, points in scores]
        path, body = f"/ws/xte/score?{search}", {"assignment_scores": rows}
        reply = self._http.call(PUT_SCORES, path, body)
        if reply.status == _RESUBMIT:
            reply = self._http.call(PUT_SCORES, path, body)
        return granted(reply)


def _row(part: str, student: str, points: Decimal, flags: Mapping[str, bool]) -> Json:
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


def _flags(row: MarkRow) -> dict[str, bool]:
    return {name: truth(getattr(row, name)) for name in FLAGS}


def _cell(row: MarkRow) -> SisCell:
    points = _points(row)
    entered = bool(row.scorepoints or row.actualscoreentered)
    return SisCell(
        points=points,
        other=entered and points is None,
        exempt=truth(row.isexempt),
        annotated=any(_flags(row).values()),
    )


def _points(row: MarkRow) -> Decimal | None:
    """The points of a cell; None for what is no number."""
    try:
        points = Decimal(row.scorepoints or row.actualscoreentered or "")
    except InvalidOperation:
        return None
    return points if points.is_finite() else None
