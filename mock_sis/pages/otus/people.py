"""The people of Otus by name: the feed has their SIS ids only, so names come from the SIS."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_sis.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A teacher or a student of Otus. `sis_id` None: not in the SIS, or the id is missing."""

    id: str
    name: str
    sis_id: str | None
    in_group: bool = False


def teachers(world: World, ids: Iterable[str] | None = None) -> dict[str, Person]:
    """Teachers by Otus id, in the order of their names; *ids* None: all that Otus has."""
    rows = _rows(world, "teacher", ids)
    group = {row["id"] for row in _group(world)}
    return {
        row["id"]: Person(
            id=row["id"],
            name=_name(row, "Administrator"),
            sis_id=row["sis"],
            in_group=row["id"] in group,
        )
        for row in rows
    }


def students(world: World, ids: Iterable[str] | None = None) -> dict[str, Person]:
    """Students by Otus id, in the order of their names; *ids* None: all that Otus has."""
    return {
        row["id"]: Person(id=row["id"], name=_name(row, "Student"), sis_id=row["sis"])
        for row in _rows(world, "student", ids)
    }


def class_students(world: World, section: str | None) -> list[Person]:
    """Who sits today in the SIS section of a class, by name, as far as Otus has them."""
    today = world.today().isoformat()
    sitting = world.db.read(
        "SELECT DISTINCT person FROM enrolment WHERE section = ?1 AND role = 'student'"
        " AND active = 1 AND coalesce(begin, '') <= ?2 AND coalesce(end, '9') >= ?2",
        section,
        today,
    )
    rows = world.db.read(
        "SELECT id FROM otus WHERE kind = 'student' AND removed = 0"
        " AND record ->> 'sisId' IN (SELECT value FROM json_each(?))",
        json.dumps([row["person"] for row in sitting]),
    )
    return list(students(world, [row["id"] for row in rows]).values())


def class_teachers(record: Mapping[str, Any], known: Mapping[str, Person]) -> Sequence[Person]:
    """The teachers of a class record, the main one first."""
    order = sorted(record["teachers"], key=lambda each: not each["main"])
    return [known[each["teacherId"]] for each in order if each["teacherId"] in known]


def teacher_ids(record: Mapping[str, Any]) -> list[str]:
    """The Otus ids of the teachers of a class record."""
    return [each["teacherId"] for each in record["teachers"]]


def _rows(world: World, kind: str, ids: Iterable[str] | None) -> list[Any]:
    """id, sis, family and given (None where the SIS has no such person), by name."""
    chosen = "" if ids is None else " AND otus.id IN (SELECT value FROM json_each(?2))"
    return world.db.read(
        "SELECT otus.id, otus.record ->> 'sisId' AS sis, family, given FROM otus"
        f" LEFT JOIN {kind} AS person ON person.id = otus.record ->> 'sisId'"
        f" WHERE otus.kind = ?1 AND otus.removed = 0{chosen}"
        " ORDER BY family IS NULL, family, given, otus.id",
        kind,
        *([] if ids is None else [json.dumps(list(ids))]),
    )


def _group(world: World) -> list[Any]:
    return world.db.read("SELECT id FROM otus WHERE kind = 'groupMember' AND removed = 0")


def _name(row: Any, role: str) -> str:
    if row["family"] is not None:
        return f"{row['family']}, {row['given']}"
    return f"{role} {row['id']}" if row["sis"] is None else f"{row['id']}, SIS id {row['sis']}"
