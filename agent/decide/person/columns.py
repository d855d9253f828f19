"""An assignment about which a person decided: what its own data is compared with."""

from dataclasses import replace

import msgspec

from agent.decide.assignments import (
    SOURCE_TO_COLUMN,
    AssignmentStep,
    changed_fields,
    decide_assignment,
    source_fields,
    wanted_column,
)
from agent.decide.person.decision import Choice, Decision, EndedDecision, assessment_as_text
from agent.decide.person.holding import CHANGED, KEPT, carried_out, lapsed
from agent.decide.plan_builder import PlanBuilder
from agent.decide.sharing import JudgedAssessment
from agent.decide.students import ColumnContext
from agent.domain import AssignmentData, Column
from agent.records import KnownColumn, SourceFields, State

NOTHING_THERE = "the gradebook has no such assignment"


def decision_about(context: ColumnContext) -> Decision | None:
    """The open decision about the column's own record."""
    sections = {*context.gradebook.sections, context.column.main.candidate.class_.section or ""}
    return context.facts.decided.column(context.column.assessment, sections)


def with_decision(
    context: ColumnContext, decision: Decision | None, ended: list[EndedDecision]
) -> ColumnContext:
    """The column with the decision about it, if that counts for its own data; one may lapse."""
    known = context.column.known
    if decision is None:
        return context
    there = known is not None and known.ref is not None
    if assessment_as_text(context.column.main.candidate.assessment) != decision.about:
        ended.append(lapsed(decision, CHANGED))
    elif decision.choice is Choice.KEEP and not there:
        ended.append(lapsed(decision, NOTHING_THERE))
    else:
        return replace(context, decision=decision)
    return context


def changed_source(context: ColumnContext) -> frozenset[str]:
    """The source fields that changed since we last acted on them."""
    known = context.column.known
    return changed_fields(_source(context), known.seen if known and known.ref else None)


def step_of(
    context: ColumnContext, main: JudgedAssessment, found: Column | None
) -> AssignmentStep | None:
    """What to do about the column's own data; None: nothing, a person keeps it as it is."""
    run, known, decision = context.run, context.column.known, context.decision
    if decision is not None and decision.choice is Choice.KEEP and found is not None:
        return None
    wanted = wanted_column(context.column.main.candidate, assigned_dates=run.traits.assigned_dates)
    if decision is not None and known is not None and known.ref is not None:
        known = _as_decided(known, wanted.source, decision, found)
    return decide_assignment(
        wanted,
        known,
        found,
        overwrite=run.policy.overwrite,
        recreate_deleted=run.policy.recreate_deleted
        or (decision is not None and decision.choice is Choice.SEND),
        due_may_change=main.due_may_change,
    )


def end_without_write(
    context: ColumnContext, builder: PlanBuilder, state: State, note: str
) -> tuple[State, str]:
    """End the decision about a column that needs no write; state and note of its record."""
    decision, known = context.decision, context.column.known
    if decision is None:
        return state, note
    builder.ended.append(carried_out(decision))
    if decision.choice is not Choice.KEEP or known is None:
        return state, note
    builder.save_columns.append(replace(known, seen=_source(context)))
    return State.KEPT, KEPT


def let_lapse(context: ColumnContext, builder: PlanBuilder, why: str) -> None:
    """Let the decision about a column lapse; what is only sent again may still wait."""
    decision = context.decision
    if decision is not None and decision.choice is not Choice.RESEND:
        builder.ended.append(lapsed(decision, why))


def _source(context: ColumnContext) -> SourceFields:
    candidate, traits = context.column.main.candidate, context.run.traits
    return source_fields(candidate.assessment, candidate.due, assigned_dates=traits.assigned_dates)


def _as_decided(
    known: KnownColumn, source: SourceFields, decision: Decision, found: Column | None
) -> KnownColumn:
    """The column with what counts as last seen of its source.

    SEND: nothing, so every field is sent. RESEND: of the fields that the gradebook does not hold as
    we left them, what the source has now; those are the teacher's.
    """
    if decision.choice is Choice.SEND:
        return replace(known, seen=None)
    return known if found is None else _seen_where_changed(known, source, decision, found)


def _seen_where_changed(
    known: KnownColumn, source: SourceFields, decision: Decision, found: Column
) -> KnownColumn:
    undone = decision.undone.left if decision.undone is not None else None
    plain = undone if isinstance(undone, dict) else known.accepted
    left = None if plain is None else msgspec.convert(plain, AssignmentData)
    if known.seen is None:
        return known
    theirs = {
        name: getattr(source, name)
        for name, field in SOURCE_TO_COLUMN.items()
        if left is None or getattr(found.data, field) != getattr(left, field)
    }
    return replace(known, seen=replace(known.seen, **theirs))
