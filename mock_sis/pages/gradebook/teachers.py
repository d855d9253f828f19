"""Who teaches a class, who of them is in the Otus teacher group, and what that blocks."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mock_sis.pages.gradebook.dress import Dress
from mock_sis.world.world import World

TEACHING = """
SELECT section, teacher.id, given, family, main FROM enrolment JOIN teacher ON teacher.id = person
WHERE section IN (SELECT value FROM json_each(?)) AND enrolment.role = 'teacher'
  AND enrolment.active = 1 AND coalesce(end, '9') >= ?
ORDER BY main DESC, family, given, teacher.id"""
GROUP = """
SELECT teacher.record ->> 'sisId' FROM otus member
JOIN otus teacher ON teacher.kind = 'teacher' AND teacher.id = member.record ->> 'teacherId'
WHERE member.kind = 'groupMember' AND member.removed = 0 AND teacher.removed = 0"""
LINKED = """
SELECT DISTINCT record ->> 'sectionId' FROM otus WHERE kind = 'class' AND removed = 0
  AND record ->> 'sectionId' IN (SELECT value FROM json_each(?))"""


class Teaching(NamedTuple):
    """One teacher of a class."""

    id: str
    name: str
    main: bool
    in_group: bool


def teachers_of(world: World, sections: Iterable[str]) -> dict[str, list[Teaching]]:
    """Section -> its teachers today, the main one first."""
    asked = list(sections)
    group = {row[0] for row in world.db.read(GROUP)}
    found: dict[str, list[Teaching]] = {section: [] for section in asked}
    for row in world.db.read(TEACHING, json.dumps(asked), world.today().isoformat()):
        name = f"{row['given']} {row['family']}"
        found[row["section"]].append(
            Teaching(row["id"], name, bool(row["main"]), row["id"] in group)
        )
    return found


def linked_to_otus(world: World, sections: Iterable[str]) -> set[str]:
    """Which of *sections* are linked to a class in Otus."""
    return {row[0] for row in world.db.read(LINKED, json.dumps(list(sections)))}


def blocked(dress: Dress, teachers: Sequence[Teaching], *, linked: bool) -> str:
    """What does not pass back for whose sake, as a sentence; empty where nothing is blocked."""
    outside = " and ".join(teacher.name for teacher in teachers if not teacher.in_group)
    if not linked:
        return "Nothing passes back: this class is not linked to a class in Otus."
    if not teachers:
        return "Nothing passes back: this class has no teacher."
    if not outside:
        return ""
    several = sum(not teacher.in_group for teacher in teachers) > 1
    missing = f"{outside} {'are' if several else 'is'} not in the Otus teacher group."
    if dress.whole_class:
        return f"Nothing passes back to this class: {missing}"
    return f"What {outside} {'assign' if several else 'assigns'} does not pass back: {missing}"
