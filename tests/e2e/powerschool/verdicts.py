"""What the PowerSchool mock's own log says of a night, and a night with a look into that log."""

from datetime import date
from typing import Any

from tests.e2e.district import START, District, Run
from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.verdicts import record

CREATE, REPLACE, SCORES = "createAssignment", "replaceAssignment", "putScores"
TERM_LAST = date(2027, 5, 23)
"""Of the sections' term, which begins with Q1."""


def sis_writes(district: District) -> list[dict[str, Any]]:
    """What the mock's own log holds of writes, by whichever route."""
    return [e for e in district.journal() if e["server"] == "powerschool" and e["write"]]


def sent(district: District, day: date = START, *arguments: str) -> tuple[Run, list[str]]:
    """A night, and the operations that the mock's own log holds as its writes."""
    before = len(sis_writes(district))
    run = district.night(day, *arguments)
    return run, [e["operation"] for e in sis_writes(district)[before:]]


def told(
    run: Run, student: str | None = None, id_: str = "a-1", section: str = "200001"
) -> tuple[str, list[str]]:
    """State and codes of a record."""
    found = record(run, id_, section, student)
    assert found["reason"] or found["state"] not in {"refused", "held", "kept", "rejected"}
    return found["state"], found["codes"]


def fault(district: District, action: str, operation: str | None = None, **more: object) -> None:
    """Let calls go wrong."""
    named = {} if operation is None else {"operation": operation}
    district.control("POST", "/faults", {"action": action, **named, **more})


def healed(district: District) -> None:
    """No more faults."""
    district.control("DELETE", "/faults")


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
