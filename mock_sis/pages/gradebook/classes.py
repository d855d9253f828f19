"""The class list: every section that is taught, its teachers, its size and its links."""

from typing import Any

from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.periods import PeriodState, all_periods

MOST = 200


def classes(book: Gradebook, asked: str) -> dict[str, Any]:
    """What the page of classes shows: at most 200 that match *asked*, and the grading periods."""
    world = book.world
    today = world.today().isoformat()
    rows = world.db.read(
        "SELECT section.id, section.title, section.slot, org.name AS school,"
        " (SELECT group_concat(family || ', ' || given, '; ') FROM (SELECT family, given"
        "   FROM enrolment JOIN teacher ON teacher.id = person WHERE section = section.id"
        "   AND enrolment.section = section.id AND enrolment.role = 'teacher'"
        "   AND enrolment.active = 1 ORDER BY main DESC, family)) AS teachers,"
        " (SELECT count(DISTINCT person) FROM enrolment WHERE enrolment.section = section.id"
        "   AND enrolment.role = 'student' AND active = 1 AND coalesce(begin, '') <= ?1"
        "   AND coalesce(end, '9') >= ?1) AS students"
        " FROM section JOIN org ON org.id = section.school WHERE section.active = 1"
        " ORDER BY school, section.title, section.id",
        today,
    )
    found = [dict(row) for row in rows if _matches(row, asked)]
    titles = {row["id"]: row["title"] for row in rows}
    for entry in found[:MOST]:
        others = [other for other in book.linked(entry["id"]) if other != entry["id"]]
        entry["linked"] = [(other, titles.get(other, other)) for other in others]
    current = next(
        (p for p in all_periods(world.db, world.now(), world.zone) if p.state is PeriodState.OPEN),
        None,
    )
    return {"classes": found[:MOST], "more": len(found) - MOST, "current": current}


def _matches(row: Any, asked: str) -> bool:
    words = f"{row['id']} {row['title']} {row['teachers']} {row['school']}".casefold()
    return all(word in words for word in asked.casefold().split())
