"""Skyward's words: its OneRoster 1.2 gradebook, and the reads of the Generic API."""

from typing import Any

from contracts.scenarios.oneroster import Book
from contracts.scenarios.runner import Run

BOOK = Book(
    version="v1p2",
    rostering="/ims/oneroster/rostering/v1p2",
    grades="/ims/oneroster/gradebook/v1p2",
)
LINKED = "200002"  # of the tiny world, with 200001
QUARTER = "120001"  # of the tiny world


def shown(run: Run, class_: str) -> dict[str, str]:
    """Student -> what the teacher sees in the run's one column, through the Generic API."""
    search = {"FieldName": "SectionID", "ConditionType": "Equal", "Value": class_}
    body = {"SearchCondition": {"StringSearchCondition": search}}
    path = "/Generic/1/Gradebook/StudentAssignment/1/10000"
    found = run.call("POST", path, 200, json=body)["Objects"]
    return {str(one["StudentID"]): one["ScoreDisplayValue"] for one in found}


def generic(run: Run, thing: str) -> list[dict[str, Any]]:
    """All records of an object of the Generic API."""
    found: list[dict[str, Any]] = run.call("GET", f"/Generic/1/{thing}/1/10000", 200)["Objects"]
    return found
