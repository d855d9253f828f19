"""The scores of an assessment, and who may have one."""

from collections.abc import Mapping
from typing import Any

from mock_sis.pages.otus.people import Person, class_students, students
from mock_sis.pages.otus.records import assigned_part
from mock_sis.world.feed import from_json
from mock_sis.world.world import World

Record = Mapping[str, Any]


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
