"""Qmlativ's search bodies as SQL: conditions, groups of them, sorting, and fields across relations.

Member names are taken in any case, as the vendor's server does.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from mock_sis.http.types import Problem
from mock_sis.oneroster.objects.relation import Where
from mock_sis.skyward.generic.object_type import ObjectType
from mock_sis.skyward.generic.objects import OBJECT_TYPES
from mock_sis.skyward.generic.vendor_fields import is_named

DIGITS = re.compile(r"-?(0|[1-9][0-9]{0,17})")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}(\.[A-Za-z_][A-Za-z0-9_]{0,127}){0,7}")
POINT_ZERO = re.compile(r"-?[0-9]+\.0")
MOST_DIGITS = 18
MOST_FIELDS = 1_000
WHOLE = {"BigInt", "Int", "SmallInt", "TinyInt"}
NUMBERS = {"BigInt", "Int", "SmallInt", "TinyInt", "Decimal", "Bool"}
COMPARED = {
    "equal": "=",
    "notequal": "<>",
    "less": "<",
    "lessequal": "<=",
    "greater": ">",
    "greaterequal": ">=",
}
BETWEEN = {
    "betweeninclusive": "({0} >= {1} AND {0} <= {2})",
    "betweenexclusive": "({0} > {1} AND {0} < {2})",
}
PATTERNS = {"like": "{}", "contains": "%{}%", "begins": "{}%", "ends": "%{}"}
BY_NAME = {object_type.name.lower(): object_type for object_type in OBJECT_TYPES.values()}


def folded(value: Any) -> Any:
    """Member names in lower case, all the way down."""
    if isinstance(value, Mapping):
        return {str(name).lower(): folded(part) for name, part in value.items()}
    return [folded(part) for part in value] if isinstance(value, list) else value


def column(object_type: ObjectType, path: str) -> tuple[str, str]:
    """The SQL and the type of a field, which may cross relations (`StudentSection.SectionID`)."""
    head, _, rest = path.partition(".")
    if rest:
        other = BY_NAME.get(head.lower())
        if other is None or other.key not in object_type.fields:
            raise _strange(path)
        inner, kind = column(other, rest)
        return (
            (
                f"(SELECT {inner} FROM ({other.sql}) AS record_{other.name}"
                f" WHERE record_{other.name}.{other.key} = {_owner(object_type)}.{other.key})"
            ),
            kind,
        )
    for name, kind in object_type.fields.items():
        if name.lower() == head.lower():
            return f"{_owner(object_type)}.{name}", kind
    if is_named(f"{object_type.module}/{object_type.name}", head):
        return "NULL", "Text"
    raise _strange(path)


def where(object_type: ObjectType, body: Mapping[str, Any] | None) -> Where:
    """The condition of a search body."""
    condition = folded(body or {}).get("searchcondition")
    if not condition:
        return Where()
    values: dict[str, Any] = {}
    return Where(_condition(object_type, condition, values), values)


def order(object_type: ObjectType, body: Mapping[str, Any] | None) -> str:
    """An ORDER BY that ends with the primary key."""
    wanted = folded(body or {}).get("searchsort") or []
    if not isinstance(wanted, list):
        raise Problem(400, "SearchSort is a list")
    parts = [_direction(object_type, part) for part in wanted if isinstance(part, Mapping)]
    return ", ".join([*parts, f"CAST({_owner(object_type)}.{object_type.key} AS INTEGER)"])


def shown(object_type: ObjectType, path: str) -> tuple[str, str]:
    """The SQL and the type of a field to read; null where the mock keeps none of its name."""
    try:
        return column(object_type, path)
    except Problem:
        return "NULL", "Text"


def selected(object_type: ObjectType, query: str, *, strict: bool) -> list[str]:
    """The fields that `searchFields` names, in the order of the call; all when it names none.

    Strict: a field that the vendor's schema does not have is a 400; otherwise it reads as null.
    """
    asked = (
        value
        for name, value in parse_qsl(query)
        if name.lower().partition("[")[0] == "searchfields" and value
    )
    names = list(dict.fromkeys(asked))
    for name in names:
        if strict or not NAME.fullmatch(name):
            column(object_type, name)
    if len(names) > MOST_FIELDS:
        raise Problem(400, f"searchFields names more than {MOST_FIELDS} fields")
    return names or list(object_type.fields)


def whole_text(value: Any) -> str:
    """An id as text; a JSON number may be a float or have an exponent (10000003.0, 1e+05)."""
    if isinstance(value, Decimal) and value.adjusted() < MOST_DIGITS and value == int(value):
        return str(int(value))
    text = str(value)
    return text.rpartition(".")[0] if POINT_ZERO.fullmatch(text) else text


def same(sql: str, value: Any, values: dict[str, Any]) -> str:
    """An id is equal, stored as a number or as text; either way its index is of use."""
    text = whole_text(value)
    number, name = (int(text) if DIGITS.fullmatch(text) else text), f"id_{len(values)}"
    values |= {name: number, f"{name}_text": text}
    return f"{sql} IN (:{name}, :{name}_text)"


def _owner(object_type: ObjectType) -> str:
    return f"record_{object_type.name}"


def _direction(object_type: ObjectType, part: Mapping[str, Any]) -> str:
    sql, _ = column(object_type, str(part.get("fieldname", "")))
    return f"{sql} {'DESC' if part.get('descending') else 'ASC'}"


def _condition(object_type: ObjectType, condition: Any, values: dict[str, Any]) -> str:
    if not isinstance(condition, Mapping) or not condition:
        raise Problem(400, "SearchCondition is a condition or a group of conditions")
    if "conditions" in condition:
        joint = (
            " OR " if str(condition.get("conditiongrouptype", "And")).lower() == "or" else " AND "
        )
        parts = [_condition(object_type, part, values) for part in _listed(condition["conditions"])]
        return f"({joint.join(parts)})" if parts else "1"
    if "fieldname" in condition:
        return _comparison(object_type, condition, values)
    return " AND ".join(_condition(object_type, part, values) for part in condition.values())


def _comparison(
    object_type: ObjectType, condition: Mapping[str, Any], values: dict[str, Any]
) -> str:
    sql, kind = column(object_type, str(condition["fieldname"]))
    word = str(condition.get("conditiontype", "Equal")).lower()
    numeric = kind in NUMBERS
    left = f"CAST({sql} AS NUMERIC)" if numeric else sql

    def bind(value: Any) -> str:
        name = f"value_{len(values)}"
        values[name] = _number(value, kind) if numeric else str(value)
        return f":{name}" if numeric else f":{name} COLLATE NOCASE"

    if word == "equal" and kind == "BigInt":
        return same(sql, condition.get("value"), values)
    if word in COMPARED:
        return f"{left} {COMPARED[word]} {bind(condition.get('value'))}"
    negative, plain = word.startswith("not"), word.removeprefix("not")
    return f"{'NOT ' if negative else ''}({_test(plain, left, sql, condition, bind)})"


def _test(word: str, left: str, sql: str, condition: Mapping[str, Any], bind: Any) -> str:
    if word == "null":
        return f"{sql} IS NULL"
    if word == "list":
        wanted = _listed(_first(condition, "list", "values", "value"))
        return f"{left} IN ({', '.join(bind(value) for value in wanted)})".replace(
            " COLLATE NOCASE", ""
        )
    if word in BETWEEN:
        low, high = _bounds(condition)
        return BETWEEN[word].format(left, bind(low), bind(high))
    if word in PATTERNS:
        return f"{sql} LIKE {bind(PATTERNS[word].format(condition.get('value')))}".replace(
            " COLLATE NOCASE", ""
        )
    raise Problem(400, f"there is no condition type {word!r}")


def _bounds(condition: Mapping[str, Any]) -> Sequence[Any]:
    pairs = (("value1", "value2"), ("lowvalue", "highvalue"), ("value", "secondvalue"))
    for low, high in pairs:
        if low in condition and high in condition:
            return condition[low], condition[high]
    both = _listed(condition.get("values", condition.get("value")))
    if len(both) != 2:
        raise Problem(400, "a between needs two values")
    return both


def _first(condition: Mapping[str, Any], *names: str) -> Any:
    return next((condition[name] for name in names if name in condition), None)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _number(value: Any, kind: str) -> Any:
    if kind == "Bool" and str(value).lower() in {"true", "false"}:
        return int(str(value).lower() == "true")
    text = str(value)
    if DIGITS.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def _strange(path: str) -> Problem:
    return Problem(400, f"there is no field named {path}")
