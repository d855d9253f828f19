"""PowerSchool's `q`: conditions joined by `;`, with `*` at the end of a text for anything."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mock_sis.http.types import Problem
from mock_sis.powerschool.tables.schema import Field

CONDITION = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(==|!=|=gt=|=ge=|=lt=|=le=)(.*)", re.DOTALL)
SIGNS = {"==": "=", "!=": "<>", "=gt=": ">", "=ge=": ">=", "=lt=": "<", "=le=": "<="}
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as SQL, and what it binds; `field` is what it asks about."""

    sql: str
    values: Mapping[str, Any]
    field: str


def conditions(q: str | None, fields: Mapping[str, Field]) -> list[Condition]:
    """Every condition of a query; Problem(400) for one that cannot be read."""
    return list(_parts(q, fields)) if q and q.strip() else []


def _parts(q: str, fields: Mapping[str, Field]) -> Iterator[Condition]:
    for n, part in enumerate(q.split(";")):
        if not part.strip():
            continue
        found = CONDITION.fullmatch(part)
        if found is None:
            raise Problem(400, "The query q cannot be read: field==value, joined by ;")
        name = found[1].lower()
        field = fields.get(name)
        if field is None:
            raise Problem(400, f"The query q names {name}, which cannot be searched")
        bare = _bare(found[3])
        if field.kind in {"int", "real"} and not NUMBER.fullmatch(bare):
            raise Problem(400, f"Invalid number passed for comparison to number field {name}")
        sql, value = _test(field, found[2], bare, f"q_{n}")
        yield Condition(sql, {f"q_{n}": value}, name)


def _test(field: Field, operator: str, value: str, name: str) -> tuple[str, Any]:
    sign = SIGNS[operator]
    if operator == "==":
        return equal(field, value, name)
    if field.kind != "text" and NUMBER.fullmatch(value):
        left = field.sql if field.kind == "int" else f"CAST({field.sql} AS REAL)"
        return f"{left} {sign} :{name}", float(value) if "." in value else int(value)
    collate = "" if field.kind == "id" else " COLLATE NOCASE"
    return f"{field.sql} {sign} :{name}{collate}", value


def equal(field: Field, value: str, name: str) -> tuple[str, Any]:
    """That *field* is *value*; a text may end in `*`."""
    if field.kind == "id":
        return f"{field.sql} = :{name}", value
    if field.kind != "text" and NUMBER.fullmatch(value):
        left = field.sql if field.kind == "int" else f"CAST({field.sql} AS REAL)"
        near = f"{field.near.format(f':{name}')} AND " if field.near else ""
        return f"{near}{left} = :{name}", float(value) if "." in value else int(value)
    if value.endswith("*"):
        return f"lower({field.sql}) GLOB :{name}", value.lower().replace("[", "[[]")
    return f"{field.sql} = :{name} COLLATE NOCASE", value


def _bare(value: str) -> str:
    text = value.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
