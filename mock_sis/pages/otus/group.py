"""The teacher group: who is in it, what each teacher teaches and assigned, what that blocks."""

from typing import Any

from mock_sis.pages.otus.messages import group_changed
from mock_sis.pages.otus.people import Person, teachers
from mock_sis.world.world import World

MOST = 200


def group_page(world: World, asked: str) -> dict[str, Any]:
    """Teachers who match *asked*, at most 200: those outside the group first."""
    people = teachers(world)
    found = [one for one in people.values() if _matches(one, asked)]
    found.sort(key=lambda one: one.in_group)
    taught, assigned = _taught(world), _assigned(world)
    return {
        "asked": asked,
        "lines": [
            {
                "person": one,
                "classes": [
                    (title, main, _missing(ids, people, one.id))
                    for title, main, ids in taught.get(one.id, ())
                ],
                "assigned": assigned.get(one.id, 0),
            }
            for one in found[:MOST]
        ],
        "more": max(0, len(found) - MOST),
        "inside": sum(one.in_group for one in people.values()),
        "outside": sum(not one.in_group for one in people.values()),
    }


def changed(world: World, teacher: str, *, joined: bool) -> str:
    """What the change means, read after it was made."""
    people = teachers(world)
    taught = [
        (title, not _missing(ids, people, "")) for title, _, ids in _taught(world).get(teacher, ())
    ]
    assigned = _assigned(world).get(teacher, 0)
    return group_changed(people[teacher].name, joined=joined, taught=taught, assigned=assigned)


def _missing(ids: list[str], people: dict[str, Person], besides: str) -> list[str]:
    """The names of other teachers of a class who are not in the group."""
    return [
        people[id_].name
        for id_ in ids
        if id_ in people and id_ != besides and not people[id_].in_group
    ]


def _taught(world: World) -> dict[str, list[tuple[str, bool, list[str]]]]:
    """Teacher -> title of each class, whether as its main teacher, and all its teachers."""
    found: dict[str, list[tuple[str, bool, list[str]]]] = {}
    for record in world.feed.records("class"):
        ids = [each["teacherId"] for each in record["teachers"]]
        for each in record["teachers"]:
            one = (record["title"], each["main"], ids)
            found.setdefault(each["teacherId"], []).append(one)
    return found


def _assigned(world: World) -> dict[str, int]:
    rows = world.db.read(
        "SELECT record ->> 'assignedBy' AS teacher, count(*) AS many FROM otus"
        " WHERE kind = 'assessment' AND removed = 0 GROUP BY 1"
    )
    return {row["teacher"]: row["many"] for row in rows}


def _matches(person: Person, asked: str) -> bool:
    words = f"{person.name} {person.id} {person.sis_id}".casefold()
    return all(word in words for word in asked.casefold().split())
