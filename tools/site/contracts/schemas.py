"""Schemas in words: a phrase for one in a cell, a table of members for one with a name."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.spec import Document

Raw = Mapping[str, Any]
PREFIX = "#/components/schemas/"
BOUNDS = {
    "minLength": "length {} or more",
    "maxLength": "length {} at most",
    "minimum": "{} or more",
    "maximum": "{} at most",
    "minItems": "{} or more",
    "maxItems": "{} at most",
    "default": "`{}` unless given",
}


def cell(text: str) -> str:
    """A text that may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def phrase(name: str, schema: Raw) -> str:
    """What a value of *schema* is, in a few words; schemas with a name are linked."""
    if "$ref" in schema:
        known = schema["$ref"].removeprefix(PREFIX)
        return f"[{known}]({name}-schemas.md#{known.lower()})"
    for joined, word in (("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")):
        if joined in schema:
            parts = [phrase(name, part) for part in schema[joined]]
            return word.join(part for part in parts if part != "anything") or "anything"
    if schema.get("type") == "array":
        return f"list of {phrase(name, schema.get('items', {}))}"
    if "enum" in schema:
        told = [f"`{value}`" for value in schema["enum"] if value is not None]
        return cell(" or ".join(told)) + _or_null(schema)
    if schema.get("properties"):
        held = (f"`{key}`: {phrase(name, value)}" for key, value in schema["properties"].items())
        return f"object with {'; '.join(held)}"
    kind = str(schema.get("type", "anything"))
    return kind + (f", {schema['format']}" if "format" in schema else "") + _or_null(schema)


def _or_null(schema: Raw) -> str:
    return ", or null" if schema.get("nullable") else ""


def meaning(schema: Raw) -> str:
    """Its description and its bounds."""
    said = cell(str(schema.get("description", ""))).rstrip(".")
    bounds = [text.format(schema[key]) for key, text in BOUNDS.items() if key in schema]
    return ". ".join(part for part in (said, cell("; ".join(bounds))) if part)


def schema_lines(name: str, document: Document) -> Iterator[str]:
    """A section for each schema of the contract that has a name."""
    for known, schema in sorted(document.raw.get("components", {}).get("schemas", {}).items()):
        yield f"## {known}"
        yield ""
        if said := meaning(schema):
            yield f"{said}."
            yield ""
        rows = list(members(name, document, schema))
        if rows:
            yield from ("| member | value | meaning |", "|---|---|---|", *rows, "")
        else:
            yield f"{phrase(name, schema)}."
            yield ""


def members(name: str, document: Document, schema: Raw) -> Iterator[str]:
    """A row for each member of an object, those of its parts (`allOf`) among them."""
    for part in schema.get("allOf", ()):
        yield from members(name, document, document.resolve(part))
    needed = schema.get("required", ())
    for member, value in schema.get("properties", {}).items():
        must = ", needed" if member in needed else ""
        yield f"| `{member}` | {phrase(name, value)}{must} | {meaning(value)} |"
