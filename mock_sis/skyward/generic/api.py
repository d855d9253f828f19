"""Qmlativ's Generic API over a world: pages of records, one record, metadata, and a few writes.

PUT makes and POST changes here, the reverse of common REST. A stale token is a 403.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mock_sis.gradebook.columns import Draft, Unknown
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.periods import all_periods
from mock_sis.http.types import Answer, Call, Problem
from mock_sis.oneroster.objects.relation import Where
from mock_sis.oneroster.policy import Policy
from mock_sis.skyward.generic import search
from mock_sis.skyward.generic.object_type import ObjectType
from mock_sis.skyward.generic.objects import OBJECT_TYPES
from mock_sis.skyward.generic.records import comment, period_record, read_value, records, whole
from mock_sis.world.world import World

LARGEST = 100_000
COLUMN_OF = {
    "SectionID": "section",
    "CategoryID": "category",
    "Name": "title",
    "Description": "description",
    "AssignedDate": "assigned",
    "DueDate": "due",
    "MaxScore": "points",
}


class Generic:
    """Reads and writes records of one world for one call."""

    def __init__(self, world: World, policy: Policy, call: Call) -> None:
        self._world = world
        self._policy = policy
        self._call = call

    # ---- reading --------------------------------------------------------------------------------

    def listed(
        self, path: str, entity: str, page: str, size: str, body: Mapping[str, Any] | None
    ) -> Answer:
        """A page of records; `Paging.Next` is the path of the next one, without query, or empty."""
        object_type = self._object_type(path, entity)
        number, rows = whole(page, "page"), min(whole(size, "pageSize"), LARGEST)
        fields = search.selected(object_type, self._call.query, strict=self._policy.strict)
        found = self._rows(
            object_type,
            fields,
            [search.where(object_type, body), self._of_entity(object_type, entity)],
            order=search.order(object_type, body),
            limit=rows + 1,
            offset=(number - 1) * rows,
        )
        more = self._next(object_type, entity, number + 1, rows) if len(found) > rows else ""
        objects = records(object_type, fields, found[:rows])
        return Answer({"Objects": objects, "Paging": {"Next": more}})

    def read(self, path: str, entity: str, key: str) -> Answer:
        """One record."""
        object_type = self._object_type(path, entity)
        return Answer(self._one(object_type, key))

    def metadata(self, path: str, entity: str) -> Answer:
        """What an object consists of."""
        object_type = self._object_type(path, entity)
        related = {
            other.name: {"Module": other.module, "Object": other.name, "Field": other.key}
            for other in OBJECT_TYPES.values()
            if other is not object_type and other.key in object_type.fields
        }
        fields = {name: _flags(object_type, name) for name in object_type.fields}
        return Answer({**fields, "ValidationRules": {}, "Relationships": related})

    def index(self, module: str, entity: str) -> Answer:
        """The objects of a module, each with its path below the API's base URL."""
        found = [
            object_type
            for object_type in OBJECT_TYPES.values()
            if object_type.module.lower() == module.lower()
        ]
        if not found:
            raise Problem(404, f"there is no module {module}")
        self._entity(entity)
        root = f"/Generic/{entity}"
        return Answer(
            {
                object_type.name: {"href": f"{root}/{object_type.module}/{object_type.name}"}
                for object_type in found
            }
        )

    # ---- writing --------------------------------------------------------------------------------

    def create(self, path: str, entity: str, body: Mapping[str, Any]) -> Answer:
        """Make an assignment, or one student's score on one, as a teacher's program would."""
        object_type = self._object_type(path, entity)
        make = {"Assignment": self._new, "StudentAssignment": self._new_score}.get(object_type.name)
        if make is None:
            raise Problem(400, f"{object_type.name} cannot be made through the API")
        given = self._given(object_type, body)
        missing = [n for n in object_type.required if given.get(n) is None and n != "Weight"]
        if missing:
            raise Problem(400, f"{missing[0]} is required")
        return Answer(self._one(object_type, make(object_type, given)))

    def update(self, path: str, entity: str, key: str, body: Mapping[str, Any]) -> Answer:
        """Change an assignment, or one student's score on it (null takes it back to `*`)."""
        object_type = self._object_type(path, entity)
        change = {"Assignment": self._edit, "StudentAssignment": self._score}.get(object_type.name)
        if change is None:
            raise Problem(400, f"{object_type.name} cannot be changed through the API")
        known, given = self._one(object_type, key, every=True), self._given(object_type, body)
        with _there():
            change(object_type, known, given)
        return Answer(self._one(object_type, key))

    def delete(self, path: str, entity: str, key: str) -> Answer:
        """Delete an assignment with its scores; the answer is an empty object."""
        object_type = self._object_type(path, entity)
        known = self._one(object_type, key, every=True)
        if object_type.name != "Assignment":
            raise Problem(400, f"{object_type.name} cannot be deleted through the API")
        with _there():
            Gradebook(self._world, self._policy.kind).delete_column(known["AssignmentID"], by="api")
        return Answer({})

    # ---- inside ---------------------------------------------------------------------------------

    def _new(self, object_type: ObjectType, given: Mapping[str, Any]) -> str:
        draft = Draft(**_column(object_type, given))
        made, _ = Gradebook(self._world, self._policy.kind).put_column(draft, by="api")
        return str(made.id)

    def _new_score(self, object_type: ObjectType, given: Mapping[str, Any]) -> str:
        values: dict[str, Any] = {}
        same = [search.same(name, given[name], values) for name in object_type.required]
        rows = self._rows(
            object_type,
            list(object_type.fields),
            [Where(" AND ".join(same), values)],
            order="1",
            limit=1,
            offset=0,
        )
        if not rows:
            raise Problem(409, "the student is not enrolled in a section of the assignment")
        [known] = records(object_type, list(object_type.fields), rows)
        self._score(object_type, known, given)
        return str(known[object_type.key])

    def _edit(
        self, object_type: ObjectType, known: Mapping[str, Any], given: Mapping[str, Any]
    ) -> None:
        changes = _column(object_type, given)
        changes.pop("section", None)
        book = Gradebook(self._world, self._policy.kind)
        book.edit_column(known["AssignmentID"], changes, by="api")

    def _score(
        self, object_type: ObjectType, known: Mapping[str, Any], given: Mapping[str, Any]
    ) -> None:
        book = Gradebook(self._world, self._policy.kind)
        student, column = str(known["StudentID"]), known["AssignmentID"]
        score = read_value(object_type, "Score", given.get("Score", known["Score"]))
        cell = book.cell(column, student)
        extra = {**(cell.extra if cell else {}), **comment(given)}
        book.put_score(column, student, score, by="api", extra=extra)

    def _object_type(self, path: str, entity: str) -> ObjectType:
        object_type = OBJECT_TYPES.get(path.lower())
        if object_type is None:
            raise Problem(404, f"there is no object {path}")
        self._entity(entity)
        return object_type

    def _entity(self, entity: str) -> None:
        known = entity == "1" or self._world.db.one("SELECT 1 FROM org WHERE id = ?", entity)
        if not known:
            raise Problem(404, f"there is no entity {entity}")

    def _of_entity(self, object_type: ObjectType, entity: str) -> Where:
        district = entity == "1" or self._world.db.one(
            "SELECT 1 FROM org WHERE id = ? AND kind = 'district'", entity
        )
        if district or "EntityID" not in object_type.fields or object_type.module == "API":
            return Where()
        return Where("EntityID = :entity", {"entity": entity})

    def _one(self, object_type: ObjectType, key: str, *, every: bool = False) -> dict[str, Any]:
        strict = self._policy.strict
        fields = list(object_type.fields)
        if not every:
            fields = search.selected(object_type, self._call.query, strict=strict)
        key = search.whole_text(key)
        if not search.DIGITS.fullmatch(key):
            raise Problem(404, f"there is no {object_type.module}/{object_type.name} {key}")
        values: dict[str, Any] = {}
        where = [Where(search.same(object_type.key, key, values), values)]
        rows = self._rows(object_type, fields, where, order="1", limit=1, offset=0)
        if not rows:
            raise Problem(404, f"there is no {object_type.module}/{object_type.name} {key}")
        return records(object_type, fields, rows)[0]

    def _rows(
        self,
        object_type: ObjectType,
        fields: list[str],
        where: list[Where],
        *,
        order: str,
        limit: int,
        offset: int,
    ) -> list[sqlite3.Row]:
        chosen = ", ".join(
            f"{search.shown(object_type, name)[0]} AS '{n}'" for n, name in enumerate(fields)
        )
        condition = " AND ".join(f"({part.sql})" for part in where) or "1"
        sql = (
            f"SELECT {chosen} FROM ({object_type.sql}) AS record_{object_type.name}"
            f" WHERE {condition}"
            f" ORDER BY {order} LIMIT {limit} OFFSET {offset}"
        )
        values = {name: value for part in where for name, value in part.values.items()}
        return self._world.db.connection.execute(sql, {**self._values(), **values}).fetchall()

    def _values(self) -> dict[str, Any]:
        world = self._world
        known = all_periods(world.db, world.now(), world.zone)
        periods = [period_record(period, world) for period in known]
        return {
            "sis": self._policy.sis,
            "today": self._world.today().isoformat(),
            "periods": json.dumps(periods),
            "writable": int(self._policy.writable),
            "default_category": self._policy.default_category,
        }

    def _next(self, object_type: ObjectType, entity: str, page: int, size: int) -> str:
        face = self._call.path.split("/")[1]
        return f"/{face}/{entity}/{object_type.module}/{object_type.name}/{page}/{size}"

    def _given(self, object_type: ObjectType, body: Mapping[str, Any]) -> dict[str, Any]:
        if not self._policy.writable:
            raise Problem(403, "grade passback is not allowed for this credential")
        sent = search.folded(body).get("dataobject")
        if not isinstance(sent, Mapping):
            raise Problem(400, "the body needs a DataObject")
        return {name: sent[name.lower()] for name in object_type.writable if name.lower() in sent}


@contextmanager
def _there() -> Iterator[None]:
    """What the gradebook does not know (any more) is a 404."""
    try:
        yield
    except Unknown as error:
        raise Problem(404, str(error)) from error


def _flags(object_type: ObjectType, name: str) -> dict[str, Any]:
    """What is special about a field; a flag that is not there is off."""
    flags = {
        "PrimaryKey": name == object_type.key,
        "ReadOnly": name not in object_type.writable,
        "Required": name in object_type.required,
    }
    return {"Type": object_type.fields[name], **{flag: True for flag, on in flags.items() if on}}


def _column(object_type: ObjectType, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        COLUMN_OF[name]: read_value(object_type, name, sent)
        for name, sent in given.items()
        if name in COLUMN_OF
    }
