"""Gives drawn requests the ids and days of the examples: else hardly one would find its place.

Titles, points, words and everything else stay as drawn; so does what is drawn to be refused. Along
links the whole example is sent, since there the order of requests is what is tried.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import schemathesis

from contracts.spec import Document, Operation

DRAWN = ("fuzzing", "stateful")
LOCATING = ("id", "dcid", "date")
"""How the names of members end that say where a record belongs, and when."""


@contextmanager
def placing(document: Document) -> Iterator[None]:
    """Schemathesis places what it draws, inside the block."""

    def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
        operation, meta = document.operations.get(case.operation.label), case.meta
        drawn = meta is not None and meta.phase.name in DRAWN and meta.generation.mode.is_positive
        if operation is not None and drawn:
            place(case, document.body(operation), _needed(operation))

    schemathesis.hook(before_call)
    try:
        yield
    finally:
        schemathesis.hooks.unregister(before_call)


def place(case: Any, example: Any, query: Mapping[str, Any]) -> None:
    """Change a drawn *case*: *query* and the ids and days of the *example* of its body."""
    if query:
        case.query = {**(case.query or {}), **query}
    if isinstance(example, dict):
        linked = case.meta.phase.name == "stateful"
        body = example if linked else overlaid(case.body, example)
        case.body = named(body, case.path_parameters or {})


def _needed(operation: Operation) -> dict[str, Any]:
    """The examples of what a query must have."""
    return {
        one["name"]: one["example"]
        for one in operation.parameters
        if one["in"] == "query" and "example" in one and one.get("required")
    }


def named(body: Any, path: Any) -> Any:
    """*body*; its one record has the id that the path names."""
    if isinstance(body, dict) and len(body) == 1 and "sourcedId" in path:
        ((name, record),) = body.items()
        if isinstance(record, dict) and "sourcedId" in record:
            return {name: {**record, "sourcedId": path["sourcedId"]}}
    return body


def overlaid(generated: Any, example: Any) -> Any:
    """*generated* with the ids and days of *example*, and with what it lacks."""
    if isinstance(generated, dict) and isinstance(example, dict):
        kept = {
            name: overlaid(generated[name], value) if _drawn(name, generated) else value
            for name, value in example.items()
        }
        return {**generated, **kept}
    if isinstance(generated, list) and isinstance(example, list) and example:
        return [overlaid(one, example[0]) for one in generated]
    return generated


def _drawn(name: str, generated: dict[str, Any]) -> bool:
    return name in generated and not name.lower().endswith(LOCATING)
