"""A plan without what nobody asked for: of a gradebook, only chosen records."""

from collections.abc import Collection
from dataclasses import replace

from agent.decide.plan import ColumnPlan, GradebookPlan
from agent.records import RecordKey


def narrowed(plan: GradebookPlan, only: Collection[RecordKey] | None) -> GradebookPlan:
    """The plan with the writes and states of the records in *only*; None: all of it.

    A score takes the creation of its column along. What the ledger learns without a write stays:
    it is what was found in the gradebook.
    """
    if only is None:
        return plan
    chosen = {(assessment, student) for assessment, student, _ in only}
    columns = [_narrowed(column, chosen) for column in plan.columns]
    return replace(
        plan,
        columns=tuple(each for each in columns if each.write or each.scores),
        states=tuple(each for each in plan.states if (each.assessment, each.student) in chosen),
        forget=(),
    )


def _narrowed(column: ColumnPlan, chosen: Collection[tuple[str, str | None]]) -> ColumnPlan:
    scores = tuple(s for s in column.scores if (column.assessment, s.student) in chosen)
    own = (column.assessment, None) in chosen
    if not column.write or own or (column.write == "create" and scores):
        return replace(column, scores=scores)
    # B4's 0 was judged by the due date that the update would have brought.
    scores = tuple(score for score in scores if not score.zero)
    return replace(column, write="", data=None, before=None, seen=None, scores=scores)


def concerns(sections: Collection[str], only: Collection[RecordKey] | None) -> bool:
    """Whether a record in *only* is in one of *sections*; None: all are."""
    return only is None or any(section in sections for _, _, section in only)
