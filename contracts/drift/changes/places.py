"""A schema as flat rows: each place with its types, its words, its bounds, and what it needs."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.drift.changes.bounds import Bounds, bounds_of

Schema = Mapping[str, Any]
DEEPEST = 12
FREE = "{name}"
"""Stands in a place for every member that an open object takes besides those that it lists."""


@dataclass(slots=True)
class Place:
    """What a schema says of one place.

    Attributes:
        types: JSON's, `null` among them; empty: anything.
        words: the only values; None where there is no such list.
        required: whether the object around it must have it.
        closed: an object that takes no members but those that the schema lists.
    """

    types: set[str] = field(default_factory=set)
    words: set[str] | None = None
    required: bool = False
    closed: bool = False
    bounds: Bounds = field(default_factory=dict)


def places(schema: Schema | None) -> dict[str, Place]:
    """Every place of *schema*, as a JSON pointer with `*` for positions in lists, and `FREE`.

    What several parts of a schema (`allOf`, `oneOf`) say of one place is put together.
    """
    found: dict[str, Place] = {}
    if schema is not None:
        for at, part, required in _walk(schema, "", required=True, depth=0):
            place = found.setdefault(at, Place(required=required))
            place.types |= _types(part)
            place.required = place.required and required
            place.closed = place.closed or part.get("additionalProperties") is False
            for keyword, value in bounds_of(part):
                place.bounds.setdefault(keyword, set()).add(value)
            if "enum" in part:
                place.words = (place.words or set()) | {str(word) for word in part["enum"]}
    return found


def located(used: Iterable[str], known: Container[str]) -> frozenset[str]:
    """*used* as places among *known*: a member that an object does not list becomes `FREE`."""
    return frozenset(_located(at, known) for at in used)


def _located(at: str, known: Container[str]) -> str:
    found = ""
    for name in at.split("/")[1:]:
        listed, free = f"{found}/{name}", f"{found}/{FREE}"
        found = free if listed not in known and free in known else listed
    return found


def _walk(
    schema: Schema, at: str, *, required: bool, depth: int
) -> Iterator[tuple[str, Schema, bool]]:
    if depth > DEEPEST:
        return
    yield at, schema, required
    for name, inner in schema.get("properties", {}).items():
        needed = name in schema.get("required", ())
        yield from _walk(inner, f"{at}/{name}", required=needed, depth=depth + 1)
    others = schema.get("additionalProperties", True)
    if others is not False and "object" in _types(schema):
        open_to = others if isinstance(others, Mapping) else {}
        yield from _walk(open_to, f"{at}/{FREE}", required=False, depth=depth + 1)
    if "items" in schema:
        yield from _walk(schema["items"], f"{at}/*", required=False, depth=depth + 1)
    for part in schema.get("allOf", ()):
        yield from _walk(part, at, required=required, depth=depth + 1)
    for word in ("anyOf", "oneOf"):
        for part in schema.get(word, ()):
            for place, inner, _ in _walk(part, at, required=required, depth=depth + 1):
                yield place, inner, required and place == at


def _types(schema: Schema) -> set[str]:
    found = {str(schema["type"])} if "type" in schema else set()
    if not found and "properties" in schema:
        found = {"object"}
    if found and schema.get("nullable"):
        found.add("null")
    return found
