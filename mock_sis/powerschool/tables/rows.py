"""Reads rows of PowerSchool's tables: only the fields asked for, a page at a time."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from mock_sis.powerschool import term_bins, terms
from mock_sis.powerschool.numbers import NUMBERS
from mock_sis.powerschool.tables import district, gradebook
from mock_sis.powerschool.tables.fiql import Condition
from mock_sis.powerschool.tables.schema import Table
from mock_sis.world.world import World

TABLES: Mapping[str, Table] = {**district.TABLES, **gradebook.TABLES}


def rows(
    world: World,
    table: Table,
    names: Sequence[str],
    where: Sequence[Condition] = (),
    *,
    order: Sequence[str] = (),
    descending: bool = False,
    limit: int = -1,
    offset: int = 0,
) -> list[sqlite3.Row]:
    """The fields *names* of the rows that meet *where*; by *order*, then by key."""
    chosen = ", ".join(f'{table.fields[name].sql} AS "{name}"' for name in names)
    way = " DESC" if descending else ""
    sorting = [f"{_sortable(table, name)}{way}" for name in order] + [_sortable(table, table.key)]
    sql = (
        f"SELECT {chosen} FROM {table.source} WHERE {_where(table, where)}"
        f" ORDER BY {', '.join(sorting)} LIMIT :limit OFFSET :offset"
    )
    values = {**_values(world, sql, where), "limit": limit, "offset": offset}
    return world.db.connection.execute(sql, values).fetchall()


def count(world: World, table: Table, where: Sequence[Condition] = ()) -> int:
    """How many rows meet *where*."""
    sql = f"SELECT count(*) FROM {table.source} WHERE {_where(table, where)}"
    found = world.db.connection.execute(sql, _values(world, sql, where)).fetchone()
    return int(found[0])


def _where(table: Table, where: Sequence[Condition]) -> str:
    return " AND ".join(f"({sql})" for sql in (table.where, *(part.sql for part in where)))


def _sortable(table: Table, name: str) -> str:
    field = table.fields[name]
    return f"CAST({field.sql} AS REAL)" if field.kind == "real" else field.sql


def _values(world: World, sql: str, where: Sequence[Condition]) -> dict[str, Any]:
    values: dict[str, Any] = {**NUMBERS, "today": world.today().isoformat()}
    if ":terms" in sql:
        values["terms"] = terms.as_json(terms.terms(world))
    if ":bins" in sql:
        values["bins"] = term_bins.as_json(term_bins.term_bins(world))
    for part in where:
        values |= part.values
    return values
