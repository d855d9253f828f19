"""A15: one assessment that was assigned to a class twice, under two ids."""

from collections import defaultdict
from collections.abc import Iterable

from agent.domain import Assessment, AssessmentId
from agent.night.work import ColumnKey
from agent.rules import Due


def twins(assessments: Iterable[tuple[Assessment, Due | None]]) -> dict[ColumnKey, AssessmentId]:
    """Assessment in class -> the oldest id of the same activity, title and due date there."""
    alike: dict[tuple[object, ...], list[Assessment]] = defaultdict(list)
    for each, due in assessments:
        if each.activity is not None and due is not None:
            alike[each.activity, each.class_id, each.title, due.day].append(each)
    found: dict[ColumnKey, AssessmentId] = {}
    for group in alike.values():
        if len(group) > 1:
            oldest = min(group, key=_age).id
            found |= {(each.id, each.class_id): oldest for each in group if each.id != oldest}
    return found


def _age(assessment: Assessment) -> tuple[str, str]:
    return str(assessment.created_at or ""), assessment.id
