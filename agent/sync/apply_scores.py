"""Write the scores of one column, in batches, after a last look at what the cells hold now."""

from collections.abc import Sequence
from itertools import groupby

from agent.decide.facts import DELETED, MISSING
from agent.decide.plan import WriteScore
from agent.domain import EMPTY_CELL, ColumnRef, Gradebook, Marks, SisPersonId
from agent.errors import UnavailableError, UnknownOutcomeError
from agent.records import Intent, KnownScore, Outcome, State
from agent.sis.port import Receipt
from agent.sync.applied import STOPPED, AttemptRecorder
from agent.sync.last_look import due_scores, read_cells, still_open
from agent.sync.memory import score_after, score_intent

COMMIT = 25
"""Scores whose intents are committed together; a crash leaves at most these to be read back."""


def write_scores(recorder: AttemptRecorder, gradebook: Gradebook, ref: ColumnRef) -> None:
    """Write every score of the plan that is still to be written."""
    if not recorder.plan.scores:
        return
    traits = recorder.run.sis.traits
    due = due_scores(recorder, gradebook, ref)
    if due is None:
        _gone(recorder, recorder.plan.scores)
        return
    found = read_cells(recorder, gradebook, ref, due)
    for op, same in groupby(still_open(recorder, due, found), key=lambda s: s.op):
        size = traits.batch if op == "put" else 1
        scores, step = list(same), max(size, COMMIT)
        for start in range(0, len(scores), step):
            chunk = _Chunk(recorder, gradebook, ref, scores[start : start + step], found)
            if not chunk.write(size):
                _gone(recorder, scores[start + step :])
                return


def _gone(recorder: AttemptRecorder, scores: Sequence[WriteScore]) -> None:
    recorder.gone()
    recorder.scores(scores, State.DELETED_IN_SIS, DELETED)


class _Chunk:
    """Scores that share one commit of intents and one of outcomes."""

    def __init__(
        self,
        recorder: AttemptRecorder,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[WriteScore],
        found: Marks | None,
    ) -> None:
        self._recorder, self._gradebook, self._ref, self._scores = recorder, gradebook, ref, scores
        self._found = found
        self._outcomes: list[Outcome] = []
        self._memory: list[KnownScore] = []
        self._taken_over: list[SisPersonId] = []
        self._gone = False

    def write(self, size: int) -> bool:
        """Send them, *size* a request; False when the column turned out to be gone."""
        if self._recorder.applied.down is not None:
            self._recorder.scores(self._scores, State.FAILED, STOPPED)
            return True
        intents = [score_intent(self._recorder.plan, s) for s in self._scores]
        attempts = self._recorder.intend(intents)
        try:
            for start in range(0, len(intents), size):
                end = start + size
                self._send(self._scores[start:end], intents[start:end], attempts[start:end])
        finally:
            self._remember()
        return not self._gone

    def _remember(self) -> None:
        plan = self._recorder.plan
        if not self._memory and not self._taken_over:
            self._recorder.settle(self._outcomes)
            return
        with self._recorder.run.ledger.together():
            self._recorder.run.ledger.save_scores(plan.assessment, plan.owner, self._memory)
            if self._taken_over:
                self._recorder.run.ledger.settle_left(plan.assessment, plan.owner, self._taken_over)
            self._recorder.settle(self._outcomes)

    def _send(
        self, scores: Sequence[WriteScore], intents: Sequence[Intent], attempts: Sequence[int]
    ) -> None:
        recorder = self._recorder
        if self._gone:
            recorder.scores(scores, State.DELETED_IN_SIS, DELETED)
            self._outcomes += [Outcome(attempt=a, kind="dropped", detail=DELETED) for a in attempts]
            return
        if recorder.applied.down is not None:
            self._failed(scores, attempts, STOPPED)
            return
        try:
            receipts = self._call(scores)
        except UnknownOutcomeError as error:
            recorder.applied.troubled = True
            recorder.scores(scores, State.FAILED, str(error))
        except UnavailableError as error:
            recorder.applied.note(error)
            self._failed(scores, attempts, str(error))
        else:
            for score, intent, attempt, receipt in zip(
                scores, intents, attempts, receipts, strict=True
            ):
                self._take(score, intent, attempt, receipt)

    def _call(self, scores: Sequence[WriteScore]) -> Sequence[Receipt]:
        sis = self._recorder.run.sis
        self._recorder.applied.writes += 1
        if scores[0].op == "clear":
            student = scores[0].sis_student
            cell = (self._found or {}).get(student, EMPTY_CELL)
            return [sis.clear_score(self._gradebook, self._ref, student, cell)]
        marks = [(s.sis_student, s.points) for s in scores if s.points is not None]
        return sis.put_scores(self._gradebook, self._ref, marks, self._found)

    def _take(self, score: WriteScore, intent: Intent, attempt: int, receipt: Receipt) -> None:
        recorder = self._recorder
        if receipt.accepted:
            state = State.CLEARED if score.op == "clear" else State.SENT
            why = MISSING if score.zero else ""
            if score.op == "clear":
                why = "the 0 is no longer due" if score.codes else "the score was removed in Otus"
            if score.takes_over and score.op == "clear":
                why = "it was written for another student, under this SIS id"
            recorder.score(score, state, why)
            self._memory += [] if score.orphan else [score_after(intent)]
            self._taken_over += [score.sis_student] if score.takes_over else []
            self._outcomes.append(Outcome(attempt=attempt, kind="accepted"))
            return
        if receipt.gone:
            self._gone = True
            recorder.score(score, State.DELETED_IN_SIS, DELETED)
        else:
            recorder.applied.troubled = True
            recorder.score(score, State.HELD if receipt.held else State.REJECTED, receipt.reason)
        self._outcomes.append(Outcome(attempt=attempt, kind="rejected", detail=receipt.reason))

    def _failed(self, scores: Sequence[WriteScore], attempts: Sequence[int], why: str) -> None:
        self._recorder.scores(scores, State.FAILED, why)
        self._outcomes += [Outcome(attempt=a, kind="failed", detail=why) for a in attempts]
