"""What a plan would come to, as the states that a sync would report."""

from collections.abc import Iterator

from agent.decide.plan import GradebookPlan, RecordKey
from agent.decide.states import planned_states
from agent.domain import ClassId
from agent.records import RecordState
from agent.sync.context import Kit
from agent.sync.plan_file import Spool
from agent.sync.strays import forecast_strays


def forecast(kit: Kit, spool: Spool) -> Iterator[RecordState]:
    """Every record once: the planned ones, then those that nobody looks at tonight."""
    told: set[RecordKey] = set()
    forgotten: set[RecordKey] = set()
    classes: list[ClassId] = []
    for plan in spool:
        classes += plan.classes
        gone = set(plan.forget)
        for state in planned(plan):
            told.add((state.assessment, state.student, state.section))
            yield state
        forgotten |= gone
    forgotten |= {(a, s, "") for a, s in kit.ledger.records.outdated_unplaced(kit.run)}
    for state in kit.ledger.records.records(kit.run):
        key = state.assessment, state.student, state.section
        if key not in told and key not in forgotten:
            told.add(key)
            yield state
    yield from forecast_strays(kit, classes, {(a, s) for a, s, _ in told if s is not None})


def planned(plan: GradebookPlan) -> Iterator[RecordState]:
    """What a plan says of its gradebook's records, as if all that it sends were taken."""
    yield from plan.states
    for column in plan.columns:
        yield from planned_states(column)
