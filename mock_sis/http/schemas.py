"""Schemas of a contract, compiled by jsonschema-rs.

OpenAPI 3.0 schemas are Draft 4 with `nullable`; both are turned into plain Draft 7 first. Messages
name the place and the rule and never quote the value, since they end up in the journal.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from mock_sis.http.types import Problem, Violation

MANY = 20
ANNOTATIONS = {"example", "discriminator", "xml", "externalDocs", "deprecated", "components"}


class Schema:
    """A compiled schema."""

    def __init__(self, schema: Mapping[str, Any], *, answer: bool = False) -> None:
        self._validator = jsonschema_rs.Draft7Validator(
            plain(schema, answer=answer), validate_formats=True, mask="the value"
        )

    def violations(self, value: Any, at: str = "") -> list[Violation]:
        """Everything wrong with *value*, at most twenty findings; empty when it is fine."""
        if self._validator.is_valid(value):
            return []
        errors = list(self._validator.iter_errors(value))[:MANY]
        return [_violation(error, at) for error in errors]


def plain(schema: Mapping[str, Any], *, answer: bool = False) -> dict[str, Any]:
    """The Draft 7 schema that says what the OpenAPI 3.0 *schema* says."""
    if answer and (schema.get("writeOnly") or schema.get("x-writeOnly")):
        return {"not": {}}
    made = {
        name: _plain_part(name, part, answer=answer)
        for name, part in schema.items()
        if name not in ANNOTATIONS
    }
    nullable = made.pop("nullable", False) or made.pop("x-nullable", False)
    for limit in ("Minimum", "Maximum"):
        exclusive = made.pop(f"exclusive{limit}", False)
        bound = limit.lower()
        if exclusive is True and bound in made:
            made[f"exclusive{limit}"] = made.pop(bound)
    return _or_null(made) if nullable else made


def refuse(violations: list[Violation]) -> None:
    """Raise the 400 that explains *violations*, if there are any."""
    if violations:
        first = violations[0]
        place = f" at {first['pointer']}" if first["pointer"] else ""
        raise Problem(400, f"{first['message']}{place}", violations=violations)


_compiled: dict[tuple[int, bool], tuple[Any, Schema]] = {}


def compiled(schema: Mapping[str, Any], *, answer: bool = False) -> Schema:
    """The compiled form of a schema object of a loaded contract; compiled once."""
    key = (id(schema), answer)
    if key not in _compiled:
        _compiled[key] = (schema, Schema(schema, answer=answer))  # holding it keeps its id its own
    return _compiled[key][1]


def _violation(error: Any, at: str) -> Violation:
    pointer = "".join(f"/{_escaped(part)}" for part in error.instance_path)
    rules = [part for part in error.schema_path if isinstance(part, str)]
    return Violation(pointer=at + pointer, rule=rules[-1] if rules else "", message=error.message)


def _escaped(part: Any) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _plain_part(name: str, part: Any, *, answer: bool) -> Any:
    if name in {"items", "not", "additionalProperties"} and isinstance(part, Mapping):
        return plain(part, answer=answer)
    if name == "properties":
        return {key: plain(value, answer=answer) for key, value in part.items()}
    if name in {"allOf", "anyOf", "oneOf"}:
        return [plain(value, answer=answer) for value in part]
    return part


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema or {"allOf", "anyOf", "oneOf"} & schema.keys():
        return {"anyOf": [{"type": "null"}, schema]}
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return {**schema, "type": [schema["type"], "null"]}
