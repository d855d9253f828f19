"""Puts ids that the server has into a contract's examples, so that generated cases reach data."""

import copy
from collections.abc import Iterator
from typing import Any

from contracts.harness.examples.real_ids import RealIds, kinds
from contracts.spec import Document, Operation


def with_real_ids(document: Document, known: RealIds) -> Document:
    """A copy of *document* whose path parameters have examples of their own kind.

    A kind of which the server has none yet is that of the record that an example makes. Bodies name
    a category that the server has: an example that several SIS share cannot know theirs.
    """
    made = Document(copy.deepcopy(document.raw))
    known = {**dict(_planted(made)), **known}
    for operation in made.operations.values():
        operation.raw["parameters"] = [
            _with_real_id(made, operation, one, known) for one in operation.parameters
        ]
        _name_categories(made.body(operation), known.get("categories", []))
    return Document(made.raw)


def _name_categories(body: Any, known: list[str]) -> None:
    """Put a known category in place of one that is not, wherever *body* refers to one."""
    if isinstance(body, list):
        for part in body:
            _name_categories(part, known)
    elif isinstance(body, dict):
        named = body.get("category")
        if known and isinstance(named, dict) and set(named) == {"sourcedId"}:
            body["category"] = named if named["sourcedId"] in known else {"sourcedId": known[0]}
        for part in body.values():
            _name_categories(part, known)


def _with_real_id(document: Document, operation: Operation, parameter: Any, known: RealIds) -> Any:
    if parameter["in"] != "path":
        return parameter
    own = _own_id(document, operation)
    ids = known.get(kinds(operation.path).get(parameter["name"], ""), [])
    value = own if own and parameter["name"] == "sourcedId" else next(iter(ids), None)
    number = parameter["schema"].get("type") == "integer"
    if value is None or (number and not value.isdecimal()):
        return parameter
    plain = {name: part for name, part in parameter.items() if name != "examples"}
    return {**plain, "example": int(value) if number else value}


def _planted(document: Document) -> Iterator[tuple[str, list[str]]]:
    for operation in document.operations.values():
        if operation.method == "put" and (own := _own_id(document, operation)):
            yield next(iter(kinds(operation.path).values()), ""), [own]


def _own_id(document: Document, operation: Operation) -> str | None:
    """The id that the example of a PUT gives its record; what is deleted is that one too."""
    if operation.method not in {"put", "delete"}:
        return None
    put = document.operations.get(f"PUT {operation.path}")
    body = document.body(put) if put else None
    if isinstance(body, dict) and len(body) == 1:
        record = next(iter(body.values()))
        if isinstance(record, dict) and "sourcedId" in record:
            return str(record["sourcedId"])
    return None
