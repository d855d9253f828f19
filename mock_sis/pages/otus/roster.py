"""Students of Otus and the ids by which the SIS knows them."""

from typing import Any

from mock_sis.pages.otus.people import students
from mock_sis.world.world import World

MOST = 200


def student_list(world: World, asked: str) -> dict[str, Any]:
    """Students who match *asked*, at most 200; without words, those whose SIS id is missing."""
    everyone = students(world).values()
    missing = [one for one in everyone if one.sis_id is None]
    words = asked.casefold().split()
    found = [
        one
        for one in everyone
        if all(word in f"{one.name} {one.id} {one.sis_id}".casefold() for word in words)
    ]
    shown = found if words else missing
    return {
        "asked": asked,
        "people": shown[:MOST],
        "more": max(0, len(shown) - MOST),
        "missing": len(missing),
        "everyone": len(everyone),
    }


def identified(world: World, student: str, sis_id: str) -> str:
    """What a change of a student's SIS id means."""
    if not sis_id:
        return f"{student} has no SIS id now. No score of this student passes back."
    if world.db.one("SELECT 1 FROM student WHERE id = ?", sis_id) is None:
        return f"{student} has the SIS id {sis_id} now, but the SIS knows no such student."
    return f"{student} has the SIS id {sis_id} now. The next night can send this student's scores."
