"""What an assessment was for a class when Otus took the class off it: its column stays (C4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.support.district import District


@dataclass(frozen=True, slots=True)
class Left:
    """An assessment with one class, as it was at that moment; scores by student."""

    at: datetime
    assessment: dict[str, Any]
    scores: dict[str, dict[str, Any]]


def note_left(district: "District", id_: str, classes: list[dict[str, Any]]) -> None:
    """Remember what the assessment is for the classes that it is about to be taken off."""
    if id_ not in district.ours:
        return
    told = district.snapshot()
    now = {entry["classId"] for entry in classes}
    scores = {s["studentId"]: s for s in told["score"] if s["assessmentId"] == id_}
    for record in (a for a in told["assessment"] if a["id"] == id_):
        for entry in record["classes"]:
            if entry["classId"] not in now:
                was = {**record, "classes": [entry]}
                district.left[id_, entry["classId"]] = Left(district.now(), was, scores)
    for class_ in now:
        district.left.pop((id_, class_), None)
