"""Records as a query over the world: filtered, sorted and cut into pages by SQLite.

A `Relation` is a SELECT that gives one row a record, and what each member that a caller may filter
or sort by is in that SELECT. Values are always bound, never written into SQL.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from mock_sis.world.store import Store

How = Literal["id", "text", "number", "instant", "many"]
"""How a member compares: ids exactly, text in any case; of `many` (a JSON array) one must do."""

COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Member:
    """What a member is in the relation's SELECT."""

    sql: str
    how: How = "text"


@dataclass(frozen=True, slots=True)
class Relation:
    """One kind of record.

    Attributes:
        sql: a SELECT with named parameters; `id` must be among its columns.
        members: by the name that callers use.
        order: how the records stand when nobody says.
    """

    sql: str
    members: Mapping[str, Member]
    order: str = "id"


@dataclass(frozen=True, slots=True)
class Where:
    """A condition over a relation's columns and the values that it binds."""

    sql: str = "1"
    values: Mapping[str, Any] = field(default_factory=dict)


class Incomparable(ValueError):
    """A value that a member cannot be compared with."""


def test(member: Member, operator: str, value: str, name: str) -> Where:
    """*member* *operator* *value*; `~` is contains. *name* is that of the bound parameter."""
    if member.how == "many":
        one = test(Member("many.value"), operator, value, name)
        return Where(
            f"EXISTS (SELECT 1 FROM json_each({member.sql}) many WHERE {one.sql})", one.values
        )
    if operator == "~":
        return Where(f"instr(lower(coalesce({member.sql}, '')), lower(:{name})) > 0", {name: value})
    sign = COMPARISONS[operator]
    if member.how == "id" and operator == "=":
        return Where(f"{member.sql} = :{name}", {name: value})
    left, bound = _sides(member, value)
    collate = " COLLATE NOCASE" if member.how == "text" else ""
    return Where(f"{left} {sign} :{name}{collate}", {name: bound})


def page(
    store: Store,
    relation: Relation,
    where: Sequence[Where],
    *,
    order: str | None = None,
    limit: int,
    offset: int,
    values: Mapping[str, Any],
) -> tuple[list[sqlite3.Row], int]:
    """The rows of one page, and how many there are in all; one row too many says if to count."""
    given = {name: value for part in where for name, value in part.values.items()}
    bound = {**values, **given, "page_limit": limit + 1, "page_offset": offset}
    condition = " AND ".join(f"({part.sql})" for part in where) or "1"
    source = f"FROM ({relation.sql}) record WHERE {condition}"
    rows = store.connection.execute(
        f"SELECT * {source} ORDER BY {order or relation.order}"
        " LIMIT :page_limit OFFSET :page_offset",
        bound,
    ).fetchall()
    if len(rows) <= limit and (rows or not offset):
        return rows, offset + len(rows)
    total = store.connection.execute(f"SELECT count(*) {source}", bound).fetchone()[0]
    return rows[:limit], total


def _sides(member: Member, value: str) -> tuple[str, Any]:
    if member.how == "number":
        return f"CAST({member.sql} AS REAL)", _number(value)
    if member.how == "instant":
        return f"replace(coalesce({member.sql}, ''), 'Z', '')", _instant(value)
    return f"coalesce({member.sql}, '')", value


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise Incomparable("the value is not a number") from error


def _instant(value: str) -> str:
    """As `modified` is stored, without the Z; a plus sign may have become a space on its way."""
    mended = re.sub(r" (\d\d:?\d\d)$", r"+\1", value.strip())
    try:
        moment = datetime.fromisoformat(mended)
    except ValueError as error:
        raise Incomparable("the value is not a date-time") from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "")
