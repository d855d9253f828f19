"""Write the scores of one column, in batches, after a last look at what the cells hold now."""

from collections.abc import Sequence
from itertools import groupby

from agent.domain import EMPTY_CELL, ColumnRef, Gradebook, Marks, SisPersonId
from agent.errors import UnavailableError, UnknownOutcomeError
from agent.night.applied import STOPPED, Pen
from agent.night.last_look import due_scores, read_cells, still_open
from agent.night.memory import score_after, score_intent
from agent.night.work import DELETED, MISSING, WriteScore
from agent.records import Intent, KnownScore, Outcome, State
from agent.sis.port import Receipt

COMMIT = 25
"""Scores whose intents are committed together; a crash leaves at most these to be read back."""


def write_scores(pen: Pen, gradebook: Gradebook, ref: ColumnRef) -> None:
    """Write every score of the plan that is still to be written."""
    if not pen.plan.scores:
        return
    traits = pen.kit.sis.traits
    due = due_scores(pen, gradebook, ref)
    if due is None:
        _gone(pen, pen.plan.scores)
        return
    found = read_cells(pen, gradebook, ref, due)
    for op, same in groupby(still_open(pen, due, found), key=lambda s: s.op):
        size = traits.batch if op == "put" else 1
        scores, step = list(same), max(size, COMMIT)
        for start in range(0, len(scores), step):
            chunk = _Chunk(pen, gradebook, ref, scores[start : start + step], found)
            if not chunk.write(size):
                _gone(pen, scores[start + step :])
                return


def _gone(pen: Pen, scores: Sequence[WriteScore]) -> None:
    pen.gone()
    pen.scores(scores, State.DELETED_IN_SIS, DELETED)


class _Chunk:
    """Scores that share one commit of intents and one of outcomes."""

    def __init__(
        self,
        pen: Pen,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[WriteScore],
        found: Marks | None,
    ) -> None:
        self._pen, self._gradebook, self._ref, self._scores = pen, gradebook, ref, scores
        self._found = found
        self._outcomes: list[Outcome] = []
        self._memory: list[KnownScore] = []
        self._taken_over: list[SisPersonId] = []
        self._gone = False

    def write(self, size: int) -> bool:
        """Send them, *size* a request; False when the column turned out to be gone."""
        if self._pen.applied.down is not None:
            self._pen.scores(self._scores, State.FAILED, STOPPED)
            return True
        intents = [score_intent(self._pen.plan, s) for s in self._scores]
        attempts = self._pen.intend(intents)
        try:
            for start in range(0, len(intents), size):
                end = start + size
                self._send(self._scores[start:end], intents[start:end], attempts[start:end])
        finally:
            self._remember()
        return not self._gone

    def _remember(self) -> None:
        plan = self._pen.plan
        if not self._memory and not self._taken_over:
            self._pen.settle(self._outcomes)
            return
        with self._pen.kit.ledger.together():
            self._pen.kit.ledger.save_scores(plan.assessment, plan.owner, self._memory)
            if self._taken_over:
                self._pen.kit.ledger.settle_left(plan.assessment, plan.owner, self._taken_over)
            self._pen.settle(self._outcomes)

    def _send(
        self, scores: Sequence[WriteScore], intents: Sequence[Intent], attempts: Sequence[int]
    ) -> None:
        pen = self._pen
        if self._gone:
            pen.scores(scores, State.DELETED_IN_SIS, DELETED)
            self._outcomes += [Outcome(attempt=a, kind="dropped", detail=DELETED) for a in attempts]
            return
        if pen.applied.down is not None:
            self._failed(scores, attempts, STOPPED)
            return
        try:
            receipts = self._call(scores)
        except UnknownOutcomeError as error:
            pen.applied.troubled = True
            pen.scores(scores, State.FAILED, str(error))
        except UnavailableError as error:
            pen.applied.note(error)
            self._failed(scores, attempts, str(error))
        else:
            for score, intent, attempt, receipt in zip(
                scores, intents, attempts, receipts, strict=True
            ):
                self._take(score, intent, attempt, receipt)

    def _call(self, scores: Sequence[WriteScore]) -> Sequence[Receipt]:
        sis = self._pen.kit.sis
        self._pen.applied.writes += 1
        if scores[0].op == "clear":
            student = scores[0].sis_student
            cell = (self._found or {}).get(student, EMPTY_CELL)
            return [sis.clear_score(self._gradebook, self._ref, student, cell)]
        marks = [(s.sis_student, s.points) for s in scores if s.points is not None]
        return sis.put_scores(self._gradebook, self._ref, marks, self._found)

    def _take(self, score: WriteScore, intent: Intent, attempt: int, receipt: Receipt) -> None:
        pen = self._pen
        if receipt.accepted:
            state = State.CLEARED if score.op == "clear" else State.SENT
            why = MISSING if score.zero else ""
            if score.op == "clear":
                why = "the 0 is no longer due" if score.codes else "the score was removed in Otus"
            if score.takes_over and score.op == "clear":
                why = "it was written for another student, under this SIS id"
            pen.score(score, state, why)
            self._memory += [] if score.orphan else [score_after(intent)]
            self._taken_over += [score.sis_student] if score.takes_over else []
            self._outcomes.append(Outcome(attempt=attempt, kind="accepted"))
            return
        if receipt.gone:
            self._gone = True
            pen.score(score, State.DELETED_IN_SIS, DELETED)
        else:
            pen.applied.troubled = True
            pen.score(score, State.HELD if receipt.needs_person else State.REJECTED, receipt.reason)
        self._outcomes.append(Outcome(attempt=attempt, kind="rejected", detail=receipt.reason))

    def _failed(self, scores: Sequence[WriteScore], attempts: Sequence[int], why: str) -> None:
        self._pen.scores(scores, State.FAILED, why)
        self._outcomes += [Outcome(attempt=a, kind="failed", detail=why) for a in attempts]
