"""The classes of Otus: the list, and one class with its assessments and its students' progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_sis.gradebook.columns import decimal_text
from mock_sis.pages.otus.obstacles import assessment_obstacles, class_obstacles
from mock_sis.pages.otus.people import (
    Person,
    class_students,
    class_teachers,
    students,
    teacher_ids,
    teachers,
)
from mock_sis.world.feed import from_json
from mock_sis.world.world import World

Record = Mapping[str, Any]
MOST = 200
PROGRESS = {"not_submitted": "Not started", "turned_in": "Turned in", "graded": "Graded"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a student's cell shows; `kind` is graded, turned_in, not_submitted or not_assigned."""

    text: str
    kind: str
    marks: Sequence[str] = ()


def class_list(world: World, asked: str) -> dict[str, Any]:
    """At most 200 classes that match *asked*: teachers, sizes, and what blocks a class."""
    known = teachers(world)
    counts = _counts(world)
    found = [
        {**record, "people": class_teachers(record, known)}
        for record in world.feed.records("class")
    ]
    found = sorted((r for r in found if _matches(r, asked)), key=lambda r: (r["title"], r["id"]))
    for record in found[:MOST]:
        record["assessments"] = counts.get(record["id"], 0)
        record["obstacles"] = class_obstacles(record, known)
    return {"asked": asked, "classes": found[:MOST], "more": max(0, len(found) - MOST)}


def class_page(world: World, record: Record) -> dict[str, Any]:
    """One class: its assessments, newest first, and each student's progress in them."""
    assessments, today = assessments_of(world, record["id"]), world.today()
    assigners = [each["assignedBy"] for each in assessments if each["assignedBy"]]
    known = teachers(world, [*teacher_ids(record), *assigners])
    scores = {each["id"]: scores_of(world, each["id"]) for each in assessments}
    sitting = class_students(world, record["sectionId"])
    return {
        "class_": record,
        "teachers": class_teachers(record, known),
        "obstacles": class_obstacles(record, known),
        "assessments": [
            {
                **each,
                **assigned_part(each, record["id"]),
                "blocked": assessment_obstacles(
                    each, assigned_part(each, record["id"]), known, today
                ),
            }
            for each in assessments
        ],
        "lines": [
            (student, [cell_of(each, record["id"], student.id, scores) for each in assessments])
            for student in sitting
        ],
    }


def assessments_of(world: World, class_id: str) -> list[dict[str, Any]]:
    """The assessments that are assigned to a class, the last assigned first."""
    rows = world.db.read(
        "SELECT record FROM otus WHERE kind = 'assessment' AND removed = 0 AND EXISTS"
        " (SELECT 1 FROM json_each(record, '$.classes') WHERE value ->> 'classId' = ?)",
        class_id,
    )
    found = [from_json(row["record"]) for row in rows]

    def assigned(record: Record) -> tuple[str, str]:
        return str(assigned_part(record, class_id)["assignedDate"] or ""), record["title"]

    return sorted(found, key=assigned, reverse=True)


def assigned_part(assessment: Record, class_id: str) -> dict[str, Any]:
    """How an assessment is assigned to one of its classes; empty when it is not."""
    parts = (part for part in assessment["classes"] if part["classId"] == class_id)
    return dict(next(parts, {}))


def scores_of(world: World, assessment: str) -> dict[str, dict[str, Any]]:
    """The score records of an assessment by student."""
    rows = world.db.read(
        "SELECT record FROM otus WHERE kind = 'score' AND removed = 0 AND id > ? AND id < ?",
        f"{assessment}:",
        f"{assessment};",  # what follows a colon
    )
    records = [from_json(row["record"]) for row in rows]
    return {record["studentId"]: record for record in records}


def students_of(world: World, assessment: Record, record: Record) -> list[Person]:
    """Who may have a score in an assessment in this class: who sits there, and others who have it.

    Otus has no rosters of its own: of an assessment with several classes nobody can tell to which
    of them a score of somebody who left belongs.
    """
    part = assigned_part(assessment, record["id"])
    sitting = {each.id: each for each in class_students(world, record["sectionId"])}
    named = [each["studentId"] for each in part.get("students") or ()]
    if len(assessment["classes"]) == 1:
        named += scores_of(world, assessment["id"])
    others = students(world, [id_ for id_ in named if id_ not in sitting])
    return [*sitting.values(), *others.values()]


def is_assigned(assessment: Record, class_id: str, student: str) -> bool:
    """Whether a student of the class is among those whom it is assigned to."""
    named = assigned_part(assessment, class_id).get("students")
    return named is None or student in {each["studentId"] for each in named}


def cell_of(
    assessment: Record, class_id: str, student: str, scores: Mapping[str, Mapping[str, Record]]
) -> Cell:
    """A student's cell in the grid of a class."""
    score = scores[assessment["id"]].get(student)
    if score is None or score["progress"] == "not_submitted":
        marks = tuple(score["marks"]) if score else ()
        if not is_assigned(assessment, class_id, student):
            return Cell(text="Not assigned", kind="not_assigned")
        return Cell(text="Not started", kind="not_submitted", marks=marks)
    kind = score["progress"]
    text = points_text(score["points"]) if kind == "graded" else PROGRESS[kind]
    return Cell(text=text, kind=kind, marks=tuple(score["marks"]))


def points_text(points: Any) -> str:
    """Points as people write them; text of a broken record as it is."""
    if points is None or isinstance(points, str):
        return points or ""
    return decimal_text(points) if hasattr(points, "normalize") else str(points)


def _counts(world: World) -> dict[str, int]:
    rows = world.db.read(
        "SELECT part.value ->> 'classId' AS class, count(*) AS many"
        " FROM otus, json_each(record, '$.classes') AS part"
        " WHERE kind = 'assessment' AND removed = 0 GROUP BY 1"
    )
    return {row["class"]: row["many"] for row in rows}


def _matches(record: Record, asked: str) -> bool:
    names = " ".join(person.name for person in record["people"])
    words = f"{record['id']} {record['sectionId']} {record['title']} {names}".casefold()
    return all(word in words for word in asked.casefold().split())
