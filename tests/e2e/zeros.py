"""Every 0 in the gradebook was typed by a person, or satisfies RULES B4 word for word (E9).

Reads both sides through their public faces and decides by itself: it shares no code with the agent.
"""

from datetime import date, datetime, timedelta
from typing import Any

from tests.e2e.district import ZONE, District


def assert_every_zero_is_earned(district: District) -> None:
    """Fail with the cell's place when a 0 has no right to be there."""
    now = district.now()
    assessments = {a["id"]: a for a in district.feed("assessment")}
    scores = {(s["assessmentId"], s["studentId"]): s for s in district.feed("score")}
    people = {s["sisId"]: s["id"] for s in district.feed("student")}
    classes = {c["id"]: c for c in district.feed("class")}
    seen = set()
    for book in district.control("GET", "/gradebooks"):
        view = district.gradebook(book["id"])
        for column in view["columns"]:
            if column["id"] in seen or not (column["external_id"] or "").startswith("pb-"):
                continue
            seen.add(column["id"])
            for student in _zeros(view, column["id"]):
                where = f"{column['external_id']} in {book['id']}"
                typed = district.typed_zeros.get((column["external_id"], student))
                assessment = assessments.get(column["external_id"].split("-c-")[0][3:])
                assert typed or assessment, f"a 0 of no assessment: {where}"
                if typed or assessment is None:
                    continue
                score = scores.get((assessment["id"], people[student]))
                if score and score["progress"] == "graded":
                    assert score["points"] == 0, f"a 0 for a graded score: {where}"
                    continue
                _assert_earned(assessment, classes, score, now, where)


def _zeros(view: dict[str, Any], column: str) -> list[str]:
    return [
        row["student"]
        for row in view["rows"]
        for cell in row["cells"]
        if cell["column"] == column and cell["score"] is not None and float(cell["score"]) == 0
    ]


def _assert_earned(
    assessment: dict[str, Any],
    classes: dict[str, Any],
    score: dict[str, Any] | None,
    now: datetime,
    where: str,
) -> None:
    assert score is None or score["progress"] == "not_submitted", f"handed in, but 0: {where}"
    assert not score or not {"excused", "excluded"} & set(score["marks"]), (
        f"excused, but 0: {where}"
    )
    dues = [_passes(entry, assessment) for entry in assessment["classes"]]
    assert any(due <= now for due in dues), f"not due yet, but 0: {where}"
    assert classes, where


def _passes(entry: dict[str, Any], assessment: dict[str, Any]) -> datetime:
    """When the due date of one class has passed."""
    due = entry["dueDate"]
    if due is None:
        start = (
            assessment["submissionDate"] if assessment["kind"] == "plus" else entry["assignedDate"]
        )
        day = date.fromisoformat(start) + timedelta(days=7)
    elif "T" in due:
        return datetime.fromisoformat(due)
    else:
        day = date.fromisoformat(due)
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE)
