"""Write the scores of one column in batches, after a last look at what the cells hold now."""

from collections.abc import Sequence
from itertools import groupby

from agent.decide.plan import DELETED, MISSING, WriteScore
from agent.domain import EMPTY_CELL, ColumnRef, Gradebook, SisPersonId
from agent.errors import UnavailableError, UnknownOutcomeError
from agent.records import Intent, KnownScore, Outcome, State
from agent.sis.port import Receipt
from agent.sync.attempts import CARRIED_OUT, STOPPED, AttemptRecorder, delivered_score, score_intent
from agent.sync.last_look import Look, last_look

COMMIT = 25
"""Scores whose intents are committed together: at most these are read back after a crash."""

NOT_DUE = "the 0 is no longer due"
REMOVED = "the score was removed in Otus"
LOOKED_AGAIN = "not sent: the run stood still, and looked at the cells again first"
NOT_THEIRS = "this score was written for another student, who had this SIS id before"


def write_scores(recorder: AttemptRecorder, gradebook: Gradebook, ref: ColumnRef) -> None:
    """Write the plan's scores, except those that the last look leaves alone."""
    left, again = list(recorder.plan.scores), False
    while left:
        look = last_look(recorder, gradebook, ref, left, again=again)
        if look is None:
            _column_deleted(recorder, left)
            return
        left, again = _write_while_it_counts(recorder, gradebook, ref, look), True


def _write_while_it_counts(
    recorder: AttemptRecorder, gradebook: Gradebook, ref: ColumnRef, look: Look
) -> list[WriteScore]:
    """Write what the *look* leaves, in chunks of one kind; return what it got too old for."""
    left = list(look.scores)
    while left:
        # A clear is a request of its own, since it carries what the cell holds beside the score.
        size = recorder.run.sis.traits.batch if left[0].op == "put" else 1
        _, found = next(groupby(left[: max(size, COMMIT)], key=lambda s: s.op))
        same = list(found)
        chunk = _Chunk(recorder, gradebook, ref, same, look)
        unsent = chunk.write(size)
        left = [*unsent, *left[len(same) :]]
        if chunk.gone:
            _column_deleted(recorder, left)
            return []
        if unsent:
            break
    return left


def _column_deleted(recorder: AttemptRecorder, scores: Sequence[WriteScore]) -> None:
    recorder.column_deleted()
    recorder.scores(scores, State.DELETED_IN_SIS, DELETED)


class _Chunk:
    """Scores whose intents, and later outcomes, are committed together."""

    def __init__(
        self,
        recorder: AttemptRecorder,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[WriteScore],
        look: Look,
    ) -> None:
        self._recorder, self._gradebook, self._ref = recorder, gradebook, ref
        self._scores, self._look = scores, look
        self._outcomes: list[Outcome] = []
        self._delivered: list[KnownScore] = []
        self._taken_over: list[SisPersonId] = []
        self._decided: list[int | None] = []
        self.gone = False

    def write(self, size: int) -> Sequence[WriteScore]:
        """Send the scores, *size* a request; return those that the look got too old for."""
        if self._recorder.applied.down is not None:
            self._recorder.scores(self._scores, State.FAILED, STOPPED)
            return ()
        intents = [score_intent(self._recorder.plan, s) for s in self._scores]
        attempts = self._recorder.intend(intents)
        try:
            for start in range(0, len(intents), size):
                if self._is_too_late():
                    self._outcomes += [
                        Outcome(attempt=each, kind="dropped", detail=LOOKED_AGAIN)
                        for each in attempts[start:]
                    ]
                    return self._scores[start:]
                end = start + size
                self._send(self._scores[start:end], intents[start:end], attempts[start:end])
        finally:
            self._settle()
        return ()

    def _is_too_late(self) -> bool:
        """Whether the cells are to be looked at again before anything more is sent."""
        over = self.gone or self._recorder.applied.down is not None
        return not over and self._look.is_old(self._recorder.run.clock())

    def _settle(self) -> None:
        plan, ledger = self._recorder.plan, self._recorder.run.ledger
        with ledger.together():
            ledger.delivered.save_scores(plan.assessment, plan.owner, self._delivered)
            self._recorder.end_decisions(self._decided, CARRIED_OUT)
            if self._taken_over:
                ledger.delivered.settle_left(plan.assessment, plan.owner, self._taken_over)
            self._recorder.settle(self._outcomes)

    def _send(
        self, scores: Sequence[WriteScore], intents: Sequence[Intent], attempts: Sequence[int]
    ) -> None:
        recorder = self._recorder
        if self.gone:
            recorder.scores(scores, State.DELETED_IN_SIS, DELETED)
            self._outcomes += [Outcome(attempt=a, kind="dropped", detail=DELETED) for a in attempts]
            return
        if recorder.applied.down is not None:
            self._failed(scores, attempts, STOPPED)
            return
        try:
            receipts = self._call(scores)
        except UnknownOutcomeError as error:
            # These attempts stay open: the next run reads the cells back (C10).
            recorder.applied.troubled = True
            recorder.scores(scores, State.FAILED, str(error))
        except UnavailableError as error:
            recorder.applied.add_failure(error)
            self._failed(scores, attempts, str(error))
        else:
            for each in zip(scores, intents, attempts, receipts, strict=True):
                self._take(*each)

    def _call(self, scores: Sequence[WriteScore]) -> Sequence[Receipt]:
        sis = self._recorder.run.sis
        if scores[0].op == "clear":
            student = scores[0].sis_student
            cell = (self._look.found or {}).get(student, EMPTY_CELL)
            return [sis.clear_score(self._gradebook, self._ref, student, cell)]
        marks = [(s.sis_student, s.points) for s in scores if s.points is not None]
        return sis.put_scores(self._gradebook, self._ref, marks, self._look.found)

    def _take(self, score: WriteScore, intent: Intent, attempt: int, receipt: Receipt) -> None:
        """Record the SIS's answer about one score."""
        if receipt.accepted:
            self._accepted(score, intent)
            self._outcomes.append(Outcome(attempt=attempt, kind="accepted"))
            return
        if receipt.gone:
            self.gone = True
            self._recorder.score(score, State.DELETED_IN_SIS, DELETED)
        else:
            self._recorder.applied.troubled = True
            state = State.HELD if receipt.needs_person else State.REJECTED
            self._recorder.score(score, state, receipt.reason)
        self._outcomes.append(Outcome(attempt=attempt, kind="rejected", detail=receipt.reason))

    def _accepted(self, score: WriteScore, intent: Intent) -> None:
        if score.op == "put":
            self._recorder.score(score, State.SENT, MISSING if score.zero else "")
        else:
            why = NOT_THEIRS if score.takes_over else NOT_DUE if score.codes else REMOVED
            self._recorder.score(score, State.CLEARED, why)
        self._decided.append(score.decision)
        # An orphan's student has no cell here any more, so the ledger remembers none for them.
        if not score.orphan:
            self._delivered.append(delivered_score(intent))
        if score.takes_over:
            self._taken_over.append(score.sis_student)

    def _failed(self, scores: Sequence[WriteScore], attempts: Sequence[int], why: str) -> None:
        self._recorder.scores(scores, State.FAILED, why)
        self._outcomes += [Outcome(attempt=a, kind="failed", detail=why) for a in attempts]
