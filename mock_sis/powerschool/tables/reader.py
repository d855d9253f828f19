"""`/ws/schema/table`: rows of granted fields; every value is a string, nothing an empty one."""

import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from mock_sis.gradebook.columns import decimal_text
from mock_sis.http.types import Answer, Problem
from mock_sis.powerschool.plugin import Plugin
from mock_sis.powerschool.tables.fiql import Condition, conditions
from mock_sis.powerschool.tables.rows import TABLES, count, rows
from mock_sis.powerschool.tables.schema import HIDDEN, Table
from mock_sis.world.world import World

RESOURCE = "schema_table_query"
"""Tables that the server has and shows to nobody."""


class TableReader:
    """Reads the tables of one world for one plugin."""

    def __init__(self, world: World, plugin: Plugin) -> None:
        self._world = world
        self._plugin = plugin

    def listed(
        self,
        name: str,
        *,
        projection: str,
        q: str | None,
        page: int,
        pagesize: int | None,
        sort: str | None,
        descending: bool,
    ) -> Answer:
        """A page of rows; one past the end has no records, which is where pagers stop."""
        name, table = _table(name)
        names, where = self._fields(name, table, projection), self._where(name, table, q)
        most = self._plugin.most(RESOURCE)
        size = min(pagesize or most, most)
        found = rows(
            self._world,
            table,
            _with_key(table, names),
            where,
            order=_names(name, table, sort or ""),
            descending=descending,
            limit=size,
            offset=(page - 1) * size,
        )
        record = [_record(name, table, names, row) for row in found]
        return Answer({"name": name, "record": record, "@extensions": ""})

    def counted(self, name: str, q: str | None) -> Answer:
        """How many rows there are."""
        name, table = _table(name)
        return Answer({"count": count(self._world, table, self._where(name, table, q))})

    def one(self, name: str, key: str, projection: str) -> Answer:
        """A row by its primary key."""
        name, table = _table(name)
        names = self._fields(name, table, projection)
        where = conditions(f"{table.key}=={key}", table.fields)
        found = rows(self._world, table, _with_key(table, names), where, limit=1)
        if not found:
            raise Problem(404, f"There is no record {key} in table {name}")
        return Answer({**_record(name, table, names, found[0]), "@extensions": ""})

    def metadata(self, name: str, expansions: str) -> Answer:
        """What a table consists of; on request also what this plugin may do with each field."""
        name, table = _table(name)
        told = "access" in expansions.split(",")
        columns = [
            {"name": field, **({"access": self._plugin.access(name, field)} if told else {})}
            for field in table.fields
        ]
        return Answer({"name": table.name, "primaryKey": table.key, "columns": columns})

    def refuse_write(self, name: str) -> Answer:
        """These tables are written through resources, never as tables."""
        name, _ = _table(name)
        raise Problem(403, f"No access to write table {name}")

    def _fields(self, name: str, table: Table, projection: str) -> list[str]:
        if not projection.strip():
            raise Problem(400, "The projection parameter is required")
        names = _names(name, table, projection)
        self._plugin.need("view", name, names)
        return names

    def _where(self, name: str, table: Table, q: str | None) -> list[Condition]:
        prefixed = {f"{name}.{field}": told for field, told in table.fields.items()}
        found = conditions(q, {**table.fields, **prefixed})
        self._plugin.need("view", name, [part.field.removeprefix(f"{name}.") for part in found])
        return found


def text(value: Any) -> str:
    """A value as the table interface writes it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return decimal_text(Decimal(str(value)))
    return str(value)


def _table(name: str) -> tuple[str, Table]:
    if name.lower() in HIDDEN:
        raise Problem(405, "GET, POST and PUT are not allowed on table")
    table = TABLES.get(name.lower())
    if table is None:
        raise Problem(404, "Resource not found")
    return name.lower(), table


def _names(name: str, table: Table, given: str) -> list[str]:
    wanted = [part.strip().lower().removeprefix(f"{name}.") for part in given.split(",")]
    if "*" in wanted:
        return list(table.fields)
    strange = [field for field in wanted if field and field not in table.fields]
    if strange:
        named = f"{strange[0]} is not valid column for table: {table.name}"
        raise Problem(400, f"Invalid field specified: {named}")
    return list(dict.fromkeys(field for field in wanted if field))


def _with_key(table: Table, names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*names, table.key]))


def _record(name: str, table: Table, names: Sequence[str], row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": text(row[table.key]),
        "name": name,
        "tables": {name: {field: text(row[field]) for field in names}},
    }
