"""What a record of the feed says, for a page: pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mock_sis.gradebook.columns import decimal_text

Record = Mapping[str, Any]
PROGRESS = {"not_submitted": "Not started", "turned_in": "Turned in", "graded": "Graded"}


def assigned_part(assessment: Record, class_id: str) -> dict[str, Any]:
    """How an assessment is assigned to one of its classes; empty when it is not."""
    parts = (part for part in assessment["classes"] if part["classId"] == class_id)
    return dict(next(parts, {}))


def is_assigned(assessment: Record, class_id: str, student: str) -> bool:
    """Whether a student of the class is among those whom it is assigned to."""
    named = assigned_part(assessment, class_id).get("students")
    return named is None or student in {each["studentId"] for each in named}


def points_text(points: Any) -> str:
    """Points as people write them; text of a broken record as it is."""
    if points is None or isinstance(points, str):
        return points or ""
    return decimal_text(points) if isinstance(points, Decimal) else str(points)
