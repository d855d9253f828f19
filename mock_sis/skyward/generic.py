"""Qmlativ's Generic API over a world: pages of records, one record, metadata, and a few writes.

PUT makes and POST changes here, the reverse of common REST. A stale token is a 403.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mock_sis.call import Answer, Call, Problem
from mock_sis.columns import Draft, Unknown
from mock_sis.oneroster.policy import Policy
from mock_sis.oneroster.relation import Where
from mock_sis.skyward import search
from mock_sis.skyward.oauth1 import Unsigned
from mock_sis.skyward.objects import THINGS
from mock_sis.skyward.records import comment, period_record, read_value, records, whole
from mock_sis.skyward.thing import Thing
from mock_sis.world import World

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
        thing = self._thing(path, entity)
        number, rows = whole(page, "page"), min(whole(size, "pageSize"), LARGEST)
        fields = search.selected(thing, self._call.query, strict=self._policy.strict)
        found = self._rows(
            thing,
            fields,
            [search.where(thing, body), self._of_entity(thing, entity)],
            order=search.order(thing, body),
            limit=rows + 1,
            offset=(number - 1) * rows,
        )
        more = self._next(thing, entity, number + 1, rows) if len(found) > rows else ""
        objects = records(thing, fields, found[:rows])
        return Answer({"Objects": objects, "Paging": {"Next": more}})

    def read(self, path: str, entity: str, key: str) -> Answer:
        """One record."""
        thing = self._thing(path, entity)
        return Answer(self._one(thing, key))

    def metadata(self, path: str, entity: str) -> Answer:
        """What an object consists of."""
        thing = self._thing(path, entity)
        related = {
            other.name: {"Module": other.module, "Object": other.name, "Field": other.key}
            for other in THINGS.values()
            if other is not thing and other.key in thing.fields
        }
        fields = {name: _flags(thing, name) for name in thing.fields}
        return Answer({**fields, "ValidationRules": {}, "Relationships": related})

    def index(self, module: str, entity: str) -> Answer:
        """The objects of a module, each with its path below the API's base URL."""
        found = [thing for thing in THINGS.values() if thing.module.lower() == module.lower()]
        if not found:
            raise Problem(404, f"there is no module {module}")
        self._entity(entity)
        root = f"/Generic/{entity}"
        return Answer(
            {thing.name: {"href": f"{root}/{thing.module}/{thing.name}"} for thing in found}
        )

    # ---- writing --------------------------------------------------------------------------------

    def create(self, path: str, entity: str, body: Mapping[str, Any]) -> Answer:
        """Make an assignment, or one student's score on one, as a teacher's program would."""
        thing = self._thing(path, entity)
        make = {"Assignment": self._new, "StudentAssignment": self._new_score}.get(thing.name)
        if make is None:
            raise Problem(400, f"{thing.name} cannot be made through the API")
        given = self._given(thing, body)
        missing = [n for n in thing.required if given.get(n) is None and n != "Weight"]
        if missing:
            raise Problem(400, f"{missing[0]} is required")
        return Answer(self._one(thing, make(thing, given)))

    def update(self, path: str, entity: str, key: str, body: Mapping[str, Any]) -> Answer:
        """Change an assignment, or one student's score on it (null takes it back to `*`)."""
        thing = self._thing(path, entity)
        change = {"Assignment": self._edit, "StudentAssignment": self._score}.get(thing.name)
        if change is None:
            raise Problem(400, f"{thing.name} cannot be changed through the API")
        known, given = self._one(thing, key, every=True), self._given(thing, body)
        with _there():
            change(thing, known, given)
        return Answer(self._one(thing, key))

    def delete(self, path: str, entity: str, key: str) -> Answer:
        """Delete an assignment with its scores; the answer is an empty object."""
        thing = self._thing(path, entity)
        known = self._one(thing, key, every=True)
        if thing.name != "Assignment":
            raise Problem(400, f"{thing.name} cannot be deleted through the API")
        with _there():
            self._world.gradebook(self._policy.sis).delete_column(known["AssignmentID"], by="api")
        return Answer({})

    # ---- inside ---------------------------------------------------------------------------------

    def _new(self, thing: Thing, given: Mapping[str, Any]) -> str:
        draft = Draft(**_column(thing, given))
        made, _ = self._world.gradebook(self._policy.sis).put_column(draft, by="api")
        return str(made.id)

    def _new_score(self, thing: Thing, given: Mapping[str, Any]) -> str:
        values: dict[str, Any] = {}
        same = [search.same(name, given[name], values) for name in thing.required]
        rows = self._rows(
            thing,
            list(thing.fields),
            [Where(" AND ".join(same), values)],
            order="1",
            limit=1,
            offset=0,
        )
        if not rows:
            raise Problem(409, "the student is not enrolled in a section of the assignment")
        [known] = records(thing, list(thing.fields), rows)
        self._score(thing, known, given)
        return str(known[thing.key])

    def _edit(self, thing: Thing, known: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        changes = _column(thing, given)
        changes.pop("section", None)
        book = self._world.gradebook(self._policy.sis)
        book.edit_column(known["AssignmentID"], changes, by="api")

    def _score(self, thing: Thing, known: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        book = self._world.gradebook(self._policy.sis)
        student, column = str(known["StudentID"]), known["AssignmentID"]
        score = read_value(thing, "Score", given.get("Score", known["Score"]))
        cell = book.cell(column, student)
        extra = {**(cell.extra if cell else {}), **comment(given)}
        book.put_score(column, student, score, by="api", extra=extra)

    def _thing(self, path: str, entity: str) -> Thing:
        thing = THINGS.get(path.lower())
        if thing is None:
            raise Problem(404, f"there is no object {path}")
        self._entity(entity)
        return thing

    def _entity(self, entity: str) -> None:
        known = entity == "1" or self._world.db.one("SELECT 1 FROM org WHERE id = ?", entity)
        if not known:
            raise Problem(404, f"there is no entity {entity}")

    def _of_entity(self, thing: Thing, entity: str) -> Where:
        district = entity == "1" or self._world.db.one(
            "SELECT 1 FROM org WHERE id = ? AND kind = 'district'", entity
        )
        if district or "EntityID" not in thing.fields or thing.module == "API":
            return Where()
        return Where("EntityID = :entity", {"entity": entity})

    def _one(self, thing: Thing, key: str, *, every: bool = False) -> dict[str, Any]:
        strict = self._policy.strict
        fields = list(thing.fields)
        if not every:
            fields = search.selected(thing, self._call.query, strict=strict)
        key = search.whole_text(key)
        if not search.DIGITS.fullmatch(key):
            raise Problem(404, f"there is no {thing.module}/{thing.name} {key}")
        values: dict[str, Any] = {}
        where = [Where(search.same(thing.key, key, values), values)]
        rows = self._rows(thing, fields, where, order="1", limit=1, offset=0)
        if not rows:
            raise Problem(404, f"there is no {thing.module}/{thing.name} {key}")
        return records(thing, fields, rows)[0]

    def _rows(
        self,
        thing: Thing,
        fields: list[str],
        where: list[Where],
        *,
        order: str,
        limit: int,
        offset: int,
    ) -> list[sqlite3.Row]:
        chosen = ", ".join(
            f"{search.shown(thing, name)[0]} AS '{n}'" for n, name in enumerate(fields)
        )
        condition = " AND ".join(f"({part.sql})" for part in where) or "1"
        sql = (
            f"SELECT {chosen} FROM ({thing.sql}) AS record_{thing.name} WHERE {condition}"
            f" ORDER BY {order} LIMIT {limit} OFFSET {offset}"
        )
        values = {name: value for part in where for name, value in part.values.items()}
        return self._world.db.connection.execute(sql, {**self._values(), **values}).fetchall()

    def _values(self) -> dict[str, Any]:
        periods = [period_record(period, self._world) for period in self._world.periods()]
        return {
            "sis": self._policy.sis,
            "today": self._world.today().isoformat(),
            "periods": json.dumps(periods),
            "writable": int(self._policy.writable),
            "default_category": self._policy.default_category,
        }

    def _next(self, thing: Thing, entity: str, page: int, size: int) -> str:
        face = self._call.path.split("/")[1]
        return f"/{face}/{entity}/{thing.module}/{thing.name}/{page}/{size}"

    def _given(self, thing: Thing, body: Mapping[str, Any]) -> dict[str, Any]:
        if not self._policy.writable:
            raise Problem(403, "grade passback is not allowed for this credential")
        sent = search.folded(body).get("dataobject")
        if not isinstance(sent, Mapping):
            raise Problem(400, "the body needs a DataObject")
        return {name: sent[name.lower()] for name in thing.writable if name.lower() in sent}


def system_metadata(world: World) -> Answer:
    """The district and its current school year."""
    district = world.db.one("SELECT * FROM org WHERE kind = 'district'")
    today = world.today().isoformat()
    year = world.db.one(
        "SELECT year, title FROM session WHERE kind = 'schoolYear'"
        " ORDER BY NOT (start <= ?1 AND end >= ?1)",
        today,
    )
    current = (
        {"SchoolYearID": year[0], "NumericYear": year[0], "Description": year[1]} if year else None
    )
    entry = {
        "DistrictID": 1,
        "EntityID": 1,
        "Name": district["name"] if district else "",
        "Code": district["number"] if district else "",
        "href": "/Generic/1",
        "SchoolYearCurrent": current,
    }
    return Answer({"System": {"Districts": [entry]}})


def generic_error(problem: Problem) -> Answer:
    """An error as this face says it: a stale token is a 403, in words that programs look for."""
    stale = problem.status == 401 and not isinstance(problem, Unsigned)
    message = f"Token has expired: {problem.detail}" if stale else problem.detail
    status = 403 if stale else problem.status
    return Answer({"errors": [{"Message": message, "Severity": "Error"}]}, status)


@contextmanager
def _there() -> Iterator[None]:
    """What the gradebook does not know (any more) is a 404."""
    try:
        yield
    except Unknown as error:
        raise Problem(404, str(error)) from error


def _flags(thing: Thing, name: str) -> dict[str, Any]:
    """What is special about a field; a flag that is not there is off."""
    flags = {
        "PrimaryKey": name == thing.key,
        "ReadOnly": name not in thing.writable,
        "Required": name in thing.required,
    }
    return {"Type": thing.fields[name], **{flag: True for flag, on in flags.items() if on}}


def _column(thing: Thing, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        COLUMN_OF[name]: read_value(thing, name, sent)
        for name, sent in given.items()
        if name in COLUMN_OF
    }
