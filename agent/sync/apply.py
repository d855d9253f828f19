"""Carry a gradebook's plan out: intent before each request, outcome after it, in order.

One bad record never blocks its neighbours: a rejection or a failure is written down and the next
one goes on; only the scores of a column that could not be made wait for it. A write without a
usable answer leaves its attempt open, and the next run reads back what became of it (C10).
"""

from dataclasses import replace

from agent.decide.facts import DELETED
from agent.decide.plan import GradebookPlan, SavedScores
from agent.domain import ColumnRef, Gradebook, Section
from agent.errors import UnavailableError, UnknownOutcomeError
from agent.ledger.port import Ledger
from agent.records import Intent, Outcome, State
from agent.sis.port import Draft, Receipt
from agent.sync.applied import STOPPED, Applied, AttemptRecorder
from agent.sync.apply_scores import write_scores
from agent.sync.context import RunContext
from agent.sync.memory import column_after, column_intent, seen_but


def apply_plan(run: RunContext, plan: GradebookPlan) -> Applied:
    """Write one gradebook's plan; the memory changes of the plan are saved first."""
    for known in plan.save_columns:
        run.ledger.save_column(known)
    for assessment, owner in plan.forget_scores:
        run.ledger.forget_scores(assessment, owner)
    for saved in plan.save_scores:
        _save(run.ledger, saved)
    failed = any(state.state is State.FAILED for state in plan.states)
    applied = Applied(states=list(plan.states), troubled=failed)
    gradebook = Gradebook(id=plan.key, sections={s: Section(id=s) for s in plan.sections})
    for column in plan.columns:
        _apply_column(AttemptRecorder(run, column, applied), gradebook)
    return applied


def _save(ledger: Ledger, saved: SavedScores) -> None:
    """Save what changed without a write; a moved SIS id at once with what it leaves behind."""
    column = saved.assessment, saved.owner
    with ledger.together():
        ledger.save_scores(*column, saved.scores)
        ledger.leave_scores(*column, saved.left)
        if saved.settled:
            ledger.settle_left(*column, saved.settled)


def _apply_column(recorder: AttemptRecorder, gradebook: Gradebook) -> None:
    """The assignment data first, then the scores."""
    plan = recorder.plan
    if recorder.applied.down is not None:
        if plan.write:
            recorder.column(State.FAILED, STOPPED)
        recorder.scores(plan.scores, State.FAILED, STOPPED)
        return
    ref = _write_column(recorder, gradebook) if plan.write else plan.ref
    if ref is not None:
        write_scores(recorder, gradebook, ref)


def _write_column(recorder: AttemptRecorder, gradebook: Gradebook) -> ColumnRef | None:
    """Create or replace the column; its address, or None when its scores cannot go."""
    intent = column_intent(
        recorder.plan, gradebook.id, recorder.run.sis.tag(recorder.plan.external_id)
    )
    with recorder.run.ledger.together(durable=True):
        if recorder.plan.write == "create":
            recorder.run.ledger.forget_scores(recorder.plan.assessment, recorder.plan.owner)
        [attempt] = recorder.intend([intent])
    try:
        receipt = _send(recorder, gradebook)
    except UnknownOutcomeError as error:
        return _unanswered(recorder, error)
    except UnavailableError as error:
        recorder.settle([Outcome(attempt=attempt, kind="failed", detail=str(error))])
        recorder.applied.note(error)
        return _without(recorder, State.FAILED, str(error))
    if receipt.moved:
        return _kept(recorder, attempt, intent, receipt)
    if not receipt.accepted:
        recorder.settle([Outcome(attempt=attempt, kind="rejected", detail=receipt.in_full)])
        return _turned_away(recorder, receipt)
    ref = receipt.ref or recorder.plan.ref
    if ref is None:
        raise AssertionError("an accepted create has an address")
    with recorder.run.ledger.together():
        again = _list_again(recorder)
        recorder.run.ledger.save_column(column_after(intent, ref, receipt.data, list_again=again))
        recorder.run.ledger.save_scores(
            recorder.plan.assessment, recorder.plan.owner, recorder.plan.remember
        )
        recorder.settle([Outcome(attempt=attempt, kind="accepted")])
    recorder.column(recorder.plan.written_as, recorder.plan.note, recorder.plan.codes)
    return ref


def _list_again(recorder: AttemptRecorder) -> bool:
    """A create that is not idempotent may have been done twice; only a list tells that."""
    made = recorder.plan.write == "create" and not recorder.run.sis.traits.idempotent_create
    return made or recorder.plan.doubled


def _send(recorder: AttemptRecorder, gradebook: Gradebook) -> Receipt:
    plan = recorder.plan
    if plan.data is None:
        raise AssertionError("a column write without data")
    draft = Draft(
        external_id=plan.external_id, section=plan.section, data=plan.data, before=plan.before
    )
    recorder.applied.writes += 1
    if plan.write == "create" or plan.ref is None:
        return recorder.run.sis.create(gradebook, draft)
    return recorder.run.sis.update(gradebook, plan.ref, draft)


def _unanswered(recorder: AttemptRecorder, error: UnknownOutcomeError) -> ColumnRef | None:
    """No usable answer: the attempt stays open, the scores of a column that may exist wait."""
    recorder.applied.note_unanswered(error)
    return _without(recorder, State.FAILED, str(error))


def _without(recorder: AttemptRecorder, state: State, reason: str) -> ColumnRef | None:
    """The write did not happen: a column that exists takes its scores all the same."""
    recorder.column(state, reason)
    if recorder.plan.write == "update":
        recorder.stale = True
        return recorder.plan.ref
    recorder.scores(recorder.plan.scores, state, f"its assignment is not in the SIS: {reason}")
    return None


def _kept(
    recorder: AttemptRecorder, attempt: int, intent: Intent, receipt: Receipt
) -> ColumnRef | None:
    """A teacher changed the same fields: theirs stand, and the others are decided anew (C5)."""
    plan, ledger = recorder.plan, recorder.run.ledger
    if plan.ref is None:
        raise AssertionError("only a column that is there can be changed by a teacher")
    known = next((k for k in ledger.columns([plan.owner]) if k.assessment == plan.assessment), None)
    seen = seen_but(plan.seen, known.seen if known else None, receipt.moved)
    with ledger.together():
        # Nothing of ours was accepted: that is how the report knows that an edit stands there.
        kept = column_after(intent, plan.ref, list_again=_list_again(recorder))
        ledger.save_column(replace(kept, seen=seen, accepted=None))
        recorder.settle([Outcome(attempt=attempt, kind="kept", detail=receipt.reason)])
    recorder.applied.look_again(recorder.run.tonight.night)
    return _without(recorder, State.KEPT, receipt.reason)


def _turned_away(recorder: AttemptRecorder, receipt: Receipt) -> ColumnRef | None:
    if not receipt.gone:
        recorder.applied.troubled = True
        return _without(recorder, State.REJECTED, receipt.reason)
    recorder.gone()
    recorder.scores(recorder.plan.scores, State.DELETED_IN_SIS, DELETED)
    return None
