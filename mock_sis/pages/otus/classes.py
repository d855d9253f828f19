"""The classes of Otus: the list, and one class with its assessments and its students' progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mock_sis.pages.otus.obstacles import assessment_obstacles, class_obstacles
from mock_sis.pages.otus.people import (
    class_students,
    class_teachers,
    teacher_ids,
    teachers,
)
from mock_sis.pages.otus.reads import scores_of
from mock_sis.pages.otus.records import PROGRESS, assigned_part, is_assigned, points_text
from mock_sis.world.feed import from_json
from mock_sis.world.world import World

Record = Mapping[str, Any]
MOST = 200


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


def class_page(world: World, record: Record, sites: Mapping[str, str]) -> dict[str, Any]:
    """One class: its assessments, newest first, and each student's progress in them.

    *sites*: where the pages of each SIS are.
    """
    assessments, today = assessments_of(world, record["id"]), world.today()
    assigners = [each["assignedBy"] for each in assessments if each["assignedBy"]]
    known = teachers(world, [*teacher_ids(record), *assigners])
    scores = {each["id"]: scores_of(world, each["id"]) for each in assessments}
    sitting = class_students(world, record["sectionId"])
    return {
        "class_": record,
        "teachers": class_teachers(record, known),
        "gradebooks": gradebooks(sites, record),
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


def gradebooks(sites: Mapping[str, str], record: Record) -> dict[str, str]:
    """Where the same class is in a SIS, by the SIS's name; *sites*: where each one's pages are."""
    if record["sectionId"] is None:
        return {}
    section = quote(record["sectionId"], safe="")
    return {name: f"{pages}/classes/{section}" for name, pages in sites.items()}


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
