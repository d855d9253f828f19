"""A schema as flat rows: each place with its types, its words and whether it must be there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
DEEPEST = 12


@dataclass(slots=True)
class Place:
    """What a schema says of one place.

    Attributes:
        types: JSON's, `null` among them; empty: anything.
        words: the only values; None where there is no such list.
        required: whether the object around it must have it.
    """

    types: set[str] = field(default_factory=set)
    words: set[str] | None = None
    required: bool = False


def places(schema: Schema | None) -> dict[str, Place]:
    """Every place of *schema*, as a JSON pointer with `*` for positions in lists."""
    found: dict[str, Place] = {}
    if schema is not None:
        for at, part, required in _walk(schema, "", required=True, depth=0):
            place = found.setdefault(at, Place(required=required))
            place.types |= _types(part)
            place.required = place.required and required
            if "enum" in part:
                place.words = (place.words or set()) | {str(word) for word in part["enum"]}
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
