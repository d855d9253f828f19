"""What a plan would come to, as the states that a sync would report."""

from collections.abc import Iterator

from agent.decide.facts import MISSING
from agent.decide.plan import ColumnPlan, GradebookPlan, RecordKey
from agent.domain import ClassId
from agent.records import RecordState, State
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.strays import forecast_strays


def forecast(run: RunContext, plan_file: PlanFile) -> Iterator[RecordState]:
    """Every record once: the planned ones, then those that nobody looks at tonight."""
    told: set[RecordKey] = set()
    forgotten: set[RecordKey] = set()
    classes: list[ClassId] = []
    for plan in plan_file:
        classes += plan.classes
        gone = set(plan.forget)
        for state in planned(plan):
            told.add((state.assessment, state.student, state.section))
            yield state
        forgotten |= gone
    forgotten |= {(a, s, "") for a, s in run.ledger.found_strays(run.id)}
    for state in run.ledger.records(run.id):
        key = state.assessment, state.student, state.section
        if key not in told and key not in forgotten:
            told.add(key)
            yield state
    yield from forecast_strays(run, classes, {(a, s) for a, s, _ in told if s is not None})


def planned(plan: GradebookPlan) -> Iterator[RecordState]:
    """What a plan says of its gradebook's records, as if all that it sends were taken."""
    yield from plan.states
    for column in plan.columns:
        if column.write:
            yield _column(column)
        for score in column.scores:
            clear = score.op == "clear"
            yield RecordState(
                assessment=column.assessment,
                student=score.student,
                section=score.section,
                state=State.CLEARED if clear else State.SENT,
                codes=(score.codes or ("score_withdrawn",)) if clear else (),
                reason=MISSING if score.zero else "",
            )


def _column(column: ColumnPlan) -> RecordState:
    return RecordState(
        assessment=column.assessment,
        student=None,
        section=column.section,
        state=column.written_as,
        codes=column.codes,
        reason=column.note,
    )
