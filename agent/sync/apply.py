"""Carry a gradebook's plan out: intent before each request, outcome after it, in order.

One bad record never blocks its neighbours: a rejection or a failure is written down and the next
one goes on; only the scores of a column that could not be made wait for it. A write without a
usable answer leaves its attempt open, and the next run reads back what became of it (C10).
"""

from dataclasses import replace

from agent.decide.plan import GradebookPlan, SavedScores
from agent.decide.states import DELETED
from agent.domain import ColumnRef, Gradebook, Section
from agent.errors import UnavailableError, UnknownOutcomeError
from agent.ledger import Ledger
from agent.records import Intent, Outcome, State
from agent.sis.port import Draft, Receipt
from agent.sync.applied import STOPPED, Applied, Pen
from agent.sync.apply_scores import write_scores
from agent.sync.context import Kit
from agent.sync.memory import column_after, column_intent, seen_but


def apply_plan(kit: Kit, plan: GradebookPlan) -> Applied:
    """Write one gradebook's plan; the memory changes of the plan are saved first."""
    for known in plan.save_columns:
        kit.ledger.delivered.save_column(known)
    for assessment, owner in plan.forget_scores:
        kit.ledger.delivered.forget_scores(assessment, owner)
    for saved in plan.save_scores:
        _save(kit.ledger, saved)
    failed = any(state.state is State.FAILED for state in plan.states)
    applied = Applied(states=list(plan.states), troubled=failed)
    gradebook = Gradebook(id=plan.key, sections={s: Section(id=s) for s in plan.sections})
    for column in plan.columns:
        _apply_column(Pen(kit, column, applied), gradebook)
    return applied


def _save(ledger: Ledger, saved: SavedScores) -> None:
    """Save what changed without a write; a moved SIS id at once with what it leaves behind."""
    column = saved.assessment, saved.owner
    with ledger.together():
        ledger.delivered.save_scores(*column, saved.scores)
        ledger.delivered.leave_scores(*column, saved.left)
        if saved.settled:
            ledger.delivered.settle_left(*column, saved.settled)


def _apply_column(pen: Pen, gradebook: Gradebook) -> None:
    """The assignment data first, then the scores."""
    plan = pen.plan
    if pen.applied.down is not None:
        if plan.write:
            pen.column(State.FAILED, STOPPED)
        pen.scores(plan.scores, State.FAILED, STOPPED)
        return
    ref = _write_column(pen, gradebook) if plan.write else plan.ref
    if ref is not None:
        write_scores(pen, gradebook, ref)


def _write_column(pen: Pen, gradebook: Gradebook) -> ColumnRef | None:
    """Create or replace the column; its address, or None when its scores cannot go."""
    intent = column_intent(pen.plan, gradebook.id, pen.kit.sis.tag(pen.plan.external_id))
    with pen.kit.ledger.together(durable=True):
        if pen.plan.write == "create":
            pen.kit.ledger.delivered.forget_scores(pen.plan.assessment, pen.plan.owner)
        [attempt] = pen.intend([intent])
    try:
        receipt = _send(pen, gradebook)
    except UnknownOutcomeError as error:
        return _unanswered(pen, error)
    except UnavailableError as error:
        pen.settle([Outcome(attempt=attempt, kind="failed", detail=str(error))])
        pen.applied.note(error)
        return _without(pen, State.FAILED, str(error))
    if receipt.moved:
        return _kept(pen, attempt, intent, receipt)
    if not receipt.accepted:
        pen.settle([Outcome(attempt=attempt, kind="rejected", detail=receipt.in_full)])
        return _turned_away(pen, receipt)
    ref = receipt.ref or pen.plan.ref
    if ref is None:
        raise AssertionError("an accepted create has an address")
    with pen.kit.ledger.together():
        again = _list_again(pen)
        pen.kit.ledger.delivered.save_column(
            column_after(intent, ref, receipt.data, list_again=again)
        )
        pen.kit.ledger.delivered.save_scores(pen.plan.assessment, pen.plan.owner, pen.plan.remember)
        pen.settle([Outcome(attempt=attempt, kind="accepted")])
    pen.column(pen.plan.written_as, pen.plan.note, pen.plan.codes)
    return ref


def _list_again(pen: Pen) -> bool:
    """A create that is not idempotent may have been done twice; only a list tells that."""
    made = pen.plan.write == "create" and not pen.kit.sis.traits.idempotent_create
    return made or pen.plan.doubled


def _send(pen: Pen, gradebook: Gradebook) -> Receipt:
    plan = pen.plan
    if plan.data is None:
        raise AssertionError("a column write without data")
    draft = Draft(
        external_id=plan.external_id, section=plan.section, data=plan.data, before=plan.before
    )
    pen.applied.writes += 1
    if plan.write == "create" or plan.ref is None:
        return pen.kit.sis.create(gradebook, draft)
    return pen.kit.sis.update(gradebook, plan.ref, draft)


def _unanswered(pen: Pen, error: UnknownOutcomeError) -> ColumnRef | None:
    """No usable answer: the attempt stays open, the scores of a column that may exist wait."""
    pen.applied.note_unanswered(error)
    return _without(pen, State.FAILED, str(error))


def _without(pen: Pen, state: State, reason: str) -> ColumnRef | None:
    """The write did not happen: a column that exists takes its scores all the same."""
    pen.column(state, reason)
    if pen.plan.write == "update":
        pen.stale = True
        return pen.plan.ref
    pen.scores(pen.plan.scores, state, f"its assignment is not in the SIS: {reason}")
    return None


def _kept(pen: Pen, attempt: int, intent: Intent, receipt: Receipt) -> ColumnRef | None:
    """A teacher changed the same fields: theirs stand, and the others are decided anew (C5)."""
    plan, ledger = pen.plan, pen.kit.ledger
    if plan.ref is None:
        raise AssertionError("only a column that is there can be changed by a teacher")
    known = next(
        (k for k in ledger.delivered.columns([plan.owner]) if k.assessment == plan.assessment), None
    )
    seen = seen_but(plan.seen, known.seen if known else None, receipt.moved)
    with ledger.together():
        # Nothing of ours was accepted: that is how the report knows that an edit stands there.
        kept = column_after(intent, plan.ref, list_again=_list_again(pen))
        ledger.delivered.save_column(replace(kept, seen=seen, accepted=None))
        pen.settle([Outcome(attempt=attempt, kind="kept", detail=receipt.reason)])
    pen.applied.look_again(pen.kit.tonight.night)
    return _without(pen, State.KEPT, receipt.reason)


def _turned_away(pen: Pen, receipt: Receipt) -> ColumnRef | None:
    if not receipt.gone:
        pen.applied.troubled = True
        return _without(pen, State.REJECTED, receipt.reason)
    pen.gone()
    pen.scores(pen.plan.scores, State.DELETED_IN_SIS, DELETED)
    return None
