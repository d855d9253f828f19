"""Write a gradebook's plan to the SIS: each column's assignment data first, then its scores.

A rejection or failure is recorded and the next record is written; only the scores of a column that
could not be created wait for it. A write without a usable answer leaves its attempt open, and the
next run reads back from the SIS whether it arrived (C10).
"""

from dataclasses import replace

from agent.decide.assignments import as_mapping
from agent.decide.plan import DELETED, GradebookPlan, SavedScores
from agent.domain import ColumnRef, Gradebook, Section
from agent.errors import UnavailableError, UnknownOutcomeError
from agent.ledger import Ledger
from agent.records import Intent, KnownColumn, Outcome, State
from agent.sis.port import Draft, Receipt
from agent.sync.apply_scores import write_scores
from agent.sync.attempts import (
    CARRIED_OUT,
    LAPSED,
    STOPPED,
    Applied,
    AttemptRecorder,
    column_intent,
    delivered_column,
    handled_fields,
)
from agent.sync.context import RunContext


def apply_plan(run: RunContext, plan: GradebookPlan) -> Applied:
    """Write one gradebook's plan; what it changes in the ledger without a write is saved first."""
    for known in plan.save_columns:
        run.ledger.delivered.save_column(known)
    for assessment, owner in plan.forget_scores:
        run.ledger.delivered.forget_scores(assessment, owner)
    for saved in plan.save_scores:
        _save(run.ledger, saved)
    # After what they brought about: a decision that is carried out twice does the same.
    run.ledger.decisions.end(plan.ended, run.tonight.now)
    failed = any(state.state is State.FAILED for state in plan.states)
    applied = Applied(states=list(plan.states), troubled=failed)
    gradebook = Gradebook(id=plan.key, sections={s: Section(id=s) for s in plan.sections})
    for column in plan.columns:
        _apply_column(AttemptRecorder(run, column, applied), gradebook)
    return applied


def _save(ledger: Ledger, saved: SavedScores) -> None:
    column = saved.assessment, saved.owner
    # A moved SIS id is saved together with the score left in the old cell: after a crash between
    # the two, nobody could find out whose score that cell holds (C6).
    with ledger.together():
        ledger.delivered.save_scores(*column, saved.scores)
        ledger.delivered.leave_scores(*column, saved.left)
        if saved.settled:
            ledger.delivered.settle_left(*column, saved.settled)


def _apply_column(recorder: AttemptRecorder, gradebook: Gradebook) -> None:
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
    """Create or update the column; its address, or None where its scores cannot be written."""
    plan, ledger = recorder.plan, recorder.run.ledger
    intent = column_intent(plan, gradebook.id, recorder.run.sis.tag(plan.external_id))
    with ledger.together(durable=True):
        if plan.write == "create":
            ledger.delivered.forget_scores(plan.assessment, plan.owner)
        [attempt] = recorder.intend([intent])
    try:
        receipt = _send(recorder, gradebook)
    except UnknownOutcomeError as error:
        # The attempt stays open, so no outcome is settled here (C10).
        recorder.applied.add_unknown_outcome(error)
        return _not_written(recorder, State.FAILED, str(error))
    except UnavailableError as error:
        recorder.settle([Outcome(attempt=attempt, kind="failed", detail=str(error))])
        recorder.applied.add_failure(error)
        return _not_written(recorder, State.FAILED, str(error))
    if receipt.moved:
        return _kept(recorder, attempt, intent, receipt)
    if not receipt.accepted:
        recorder.settle([Outcome(attempt=attempt, kind="rejected", detail=receipt.in_full)])
        return _rejected(recorder, receipt)
    return _accepted(recorder, attempt, intent, receipt)


def _send(recorder: AttemptRecorder, gradebook: Gradebook) -> Receipt:
    plan, sis = recorder.plan, recorder.run.sis
    if plan.data is None:
        raise AssertionError("a column write without data")
    draft = Draft(
        external_id=plan.external_id, section=plan.section, data=plan.data, before=plan.before
    )
    if plan.write == "create" or plan.ref is None:
        return sis.create(gradebook, draft)
    return sis.update(gradebook, plan.ref, draft)


def _accepted(
    recorder: AttemptRecorder, attempt: int, intent: Intent, receipt: Receipt
) -> ColumnRef:
    plan, ledger = recorder.plan, recorder.run.ledger
    ref = receipt.ref or plan.ref
    if ref is None:
        raise AssertionError("an accepted create has an address")
    again = _list_again(recorder)
    known = delivered_column(intent, ref, receipt.data, list_again=again)
    if plan.undoes:
        known = _as_far_as_compared(recorder, known)
    with ledger.together():
        ledger.delivered.save_column(known)
        ledger.delivered.save_scores(plan.assessment, plan.owner, plan.remember)
        recorder.end_decisions([plan.decision], CARRIED_OUT)
        recorder.settle([Outcome(attempt=attempt, kind="accepted")])
    recorder.column(plan.written_as, plan.note, plan.codes)
    return ref


def _as_far_as_compared(recorder: AttemptRecorder, known: KnownColumn) -> KnownColumn:
    """What an undo leaves of a column that was not compared since the ledger was restored.

    It knows of the fields that it put back; the others may show a teacher's edit (C5).
    """
    plan, delivered = recorder.plan, recorder.run.ledger.delivered
    earlier = next(c for c in delivered.columns([plan.owner]) if c.assessment == plan.assessment)
    if not earlier.in_doubt or plan.data is None or plan.before is None:
        return known
    before, now = as_mapping(plan.before), as_mapping(plan.data)
    back = {name: value for name, value in now.items() if value != before[name]}
    return replace(known, accepted={**(earlier.accepted or {}), **back}, in_doubt=True)


def _list_again(recorder: AttemptRecorder) -> bool:
    """Whether the next run lists the gradebook's columns to look for a second one with our tag."""
    # A create that is not idempotent may have been done twice, and only a list shows that (C3).
    made = recorder.plan.write == "create" and not recorder.run.sis.traits.idempotent_create
    return made or recorder.plan.doubled


def _not_written(recorder: AttemptRecorder, state: State, reason: str) -> ColumnRef | None:
    """Record that the write did not happen; a column that exists takes its scores all the same."""
    recorder.column(state, reason)
    if recorder.plan.write == "update":
        recorder.stale = True
        return recorder.plan.ref
    recorder.scores(recorder.plan.scores, state, f"its assignment is not in the SIS: {reason}")
    return None


def _kept(
    recorder: AttemptRecorder, attempt: int, intent: Intent, receipt: Receipt
) -> ColumnRef | None:
    """Keep the fields that a teacher changed since the decision; the others are decided anew."""
    plan, ledger = recorder.plan, recorder.run.ledger
    if plan.ref is None:
        raise AssertionError("only a column that is there can be changed by a teacher")
    known = next(
        (k for k in ledger.delivered.columns([plan.owner]) if k.assessment == plan.assessment), None
    )
    seen = handled_fields(plan.seen, known.seen if known else None, receipt.moved)
    with ledger.together():
        # Without an accepted value every later report lists the teacher's edit as kept (C5).
        kept = delivered_column(intent, plan.ref, list_again=_list_again(recorder))
        ledger.delivered.save_column(replace(kept, seen=seen, accepted=None))
        recorder.end_decisions([plan.decision], LAPSED)
        recorder.settle([Outcome(attempt=attempt, kind="kept", detail=receipt.reason)])
    recorder.applied.recheck(recorder.run.tonight.night)
    return _not_written(recorder, State.KEPT, receipt.reason)


def _rejected(recorder: AttemptRecorder, receipt: Receipt) -> ColumnRef | None:
    if not receipt.gone:
        recorder.applied.troubled = True
        return _not_written(recorder, State.REJECTED, receipt.reason)
    recorder.column_deleted()
    recorder.scores(recorder.plan.scores, State.DELETED_IN_SIS, DELETED)
    return None
