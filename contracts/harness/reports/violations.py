"""A failed check of Schemathesis as sentences that hold no value of the server's answer.

Answers are full of children's names and scores. What is wrong with one is told by its place, by
what the contract expects there and by the JSON type of what came.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import jsonschema_rs
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.openapi.checks import JsonSchemaError, MissingHeaders

OF_THE_ANSWER = {"response_schema_conformance", "response_headers_conformance"}
"""Checks whose messages quote the answer."""

CHOICES = ("anyOf", "oneOf")
DEFINITIONS = "x-bundled"
"""Where Schemathesis puts the schemas that a schema refers to."""

MORE = "has members that the contract does not have"
SHOWN = 6
TYPES = {
    bool: "boolean",
    int: "integer",
    float: "number",
    Decimal: "number",
    str: "string",
    list: "array",
}

Path = Sequence[str | int]


def each(failed: Failure | FailureGroup) -> Sequence[Failure]:
    """The failures of what a check raised: several stand in a group, a single one comes bare."""
    return failed.exceptions if isinstance(failed, FailureGroup) else [failed]


def sentences(failure: Failure) -> list[str]:
    """What is wrong, a line for each member."""
    if isinstance(failure, JsonSchemaError):
        root = failure._root_schema  # noqa: SLF001 - `schema` has lost its definitions
        known = set(_declared(root))
        found = _wrong(root, failure.schema_path, failure.instance_path, failure.instance)
        told = (f"{failure.title} at {_pointer(at, known)}: {what}" for at, what, _ in found)
        return list(dict.fromkeys(told))
    if isinstance(failure, MissingHeaders):
        return [f"{failure.title}: {', '.join(failure.missing_headers)}"]
    if OF_THE_ANSWER & set(failure.checks):
        return [str(failure.title)]
    lines = [line.strip() for line in f"{failure.title}\n{failure.message}".splitlines()]
    return [": ".join([line for line in lines if line][:2])]


def wrong(schema: dict[str, Any], value: Any) -> Iterator[tuple[str, str]]:
    """(place, what is wrong there) of a value that a Draft 7 *schema* does not fit, or part of it.

    The place is a JSON pointer with `*` for positions in lists and for names that may be values.
    Members that the schema does not have are named: who shows it takes out what may be of a person.
    """
    known = set(_declared(schema))
    draft = jsonschema_rs.Draft7Validator
    for error in draft(schema, validate_formats=True).iter_errors(value):
        found = _wrong(schema, error.schema_path, error.instance_path, error.instance, draft)
        for at, what, part in found:
            more = f": {', '.join(sorted(part.keys() - known))}" if what == MORE else ""
            names = ["*" if isinstance(name, int) else name for name in at]
            yield _pointer(names, known), what + more


def _wrong(
    root: Any, schema_path: Path, at: Path, value: Any, draft: Any = jsonschema_rs.Draft4Validator
) -> Iterator[tuple[Path, str, Any]]:
    """(place, what is wrong, the value); of a choice, what is wrong with the form of *value*."""
    schema = root
    for part in schema_path[:-1]:
        schema = schema[part]
    rule = str(schema_path[-1]) if schema_path else ""
    bound = schema.get(rule) if isinstance(schema, dict) else None
    inner = _of_the_same_form(bound or [], root, value, draft) if rule in CHOICES else None
    if inner:
        form, errors = inner
        for error in errors:
            place = [*at, *error.instance_path]
            yield from _wrong(form, error.schema_path, place, error.instance, draft)
    elif rule == "required":
        yield at, "lacks " + ", ".join(name for name in bound or [] if name not in value), value
    elif rule == "additionalProperties":
        yield at, MORE, value
    else:
        yield at, f"expected {_expected(rule, bound)}, received {_received(value)}", value


def _of_the_same_form(
    choices: list[Any], root: Any, value: Any, draft: Any
) -> tuple[Any, list[Any]] | None:
    """The first choice that takes the type of *value*, with what it has against *value*."""
    for choice in choices:
        form = {**choice, DEFINITIONS: root.get(DEFINITIONS, {})}
        firsts = {
            tuple(error.schema_path): error
            for error in reversed(list(draft(form).iter_errors(value)))
        }
        errors = list(reversed(firsts.values()))
        if not any(error.schema_path[-1] == "type" and not error.instance_path for error in errors):
            return form, errors
    return None


def _expected(rule: str, bound: Any) -> str:
    if rule in CHOICES:
        return " or ".join(dict.fromkeys(_form(one) for one in bound))
    if rule == "enum":
        more = ["..."] if len(bound) > SHOWN else []
        return "one of " + ", ".join([*map(str, bound[:SHOWN]), *more])
    if rule == "type":
        return bound if isinstance(bound, str) else " or ".join(map(str, bound))
    return f"{rule} {bound}" if isinstance(bound, str | int | float) else "something else"


def _form(schema: Any) -> str:
    return _expected("type", schema["type"]) if "type" in schema else "object"


def _received(value: Any) -> str:
    return "null" if value is None else TYPES.get(type(value), "object")


def _pointer(path: Path, known: set[str]) -> str:
    """A JSON pointer; `*` stands for a name that the contract does not have: it may be a value."""
    parts = [part if isinstance(part, int) or part in known else "*" for part in path]
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts) or "the top"


def _declared(schema: Any) -> Iterator[str]:
    """Every name that a schema gives to a member."""
    if isinstance(schema, dict):
        members = schema.get("properties")
        if isinstance(members, dict):
            yield from members
        for part in schema.values():
            yield from _declared(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _declared(part)
