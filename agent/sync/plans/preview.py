"""The report of a plan: every record in the state that a sync would leave it in."""

from collections.abc import Iterator

from agent.decide.plan import GradebookPlan, planned_column_states
from agent.domain import ClassId
from agent.records import RecordKey, RecordState
from agent.report import Summary
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.unplaced_scores import preview_unplaced_scores


def preview(run: RunContext, plan_file: PlanFile) -> Iterator[RecordState]:
    """Yield each record once: the planned ones, then the stored ones of gradebooks not due."""
    planned: set[RecordKey] = set()
    forgotten: set[RecordKey] = set()
    classes: list[ClassId] = []
    for plan in plan_file:
        classes += plan.classes
        forgotten |= set(plan.forget)
        for state in planned_records(plan):
            planned.add((state.assessment, state.student, state.section))
            yield state
    forgotten |= {(a, s, "") for a, s in run.ledger.records.outdated_unplaced(run.id)}
    # Gradebooks that are not due keep their records, as `sync` would report them.
    for state in run.ledger.records.records(run.id):
        key = state.assessment, state.student, state.section
        if key not in planned and key not in forgotten:
            planned.add(key)
            yield state
    placed = {(a, s) for a, s, _ in planned if s is not None}
    yield from preview_unplaced_scores(run, classes, placed)


def summary_of(run: RunContext, plan_file: PlanFile) -> Summary:
    """Return what a report says of the plan."""
    summary = Summary()
    for record in preview(run, plan_file):
        summary.add(record)
    summary.too_late = [title for plan in plan_file for title in plan.too_late]
    return summary


def planned_records(plan: GradebookPlan) -> Iterator[RecordState]:
    """Yield the states of a gradebook's records as if the SIS accepted all that the plan sends."""
    yield from plan.states
    for column in plan.columns:
        yield from planned_column_states(column)
