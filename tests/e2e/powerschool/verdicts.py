"""What the PowerSchool mock's own log says of a night, and a night with a look into that log."""

from datetime import date
from typing import Any

from tests.e2e.district import District
from tests.e2e.powerschool.campus import PowerSchoolDistrict

CREATE, REPLACE, SCORES = "createAssignment", "replaceAssignment", "putScores"
TERM_LAST = date(2027, 5, 23)
"""Of the sections' term, which begins with Q1."""


def join(district: District, *teachers: str) -> None:
    """Into the teacher group."""
    for teacher in teachers:
        district.control("PUT", f"/group/{teacher}", otus=True)


def leave(district: District, *teachers: str) -> None:
    """Out of the teacher group."""
    for teacher in teachers:
        district.control("DELETE", f"/group/{teacher}", otus=True)


def due(district: District, day: date, class_: str = "c-1001", **changes: Any) -> dict[str, Any]:
    """An assessment's entry for a class, due on that day."""
    return district.assigned(class_, dueDate=day.isoformat(), **changes)


def score_everyone(district: District, assessment: str) -> None:
    """Of the first class, so that no 0 is due later."""
    for number in range(1, 8):
        district.score(assessment, f"s-300{number}", 10 + number)


def category_of(district: PowerSchoolDistrict, column: str) -> str:
    """TEACHERCATEGORYID of a column."""
    fields = ("assignmentsectionid", "teachercategoryid")
    [row] = district.watcher.rows(
        "assignmentcategoryassoc", f"assignmentsectionid=={column}", *fields
    )
    return row["teachercategoryid"]
