"""Gives drawn requests the ids and days of the examples: else hardly one would find its place.

Titles, points, words and everything else stay as drawn; so does what is drawn to be refused. Along
links the whole example is sent, since there the order of requests is what is tried.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis

from contracts.spec import Document

DRAWN = ("fuzzing", "stateful")
LOCATING = ("id", "dcid", "date")
"""How the names of members end that say where a record belongs, and when."""


@contextmanager
def placing(document: Document) -> Iterator[None]:
    """Schemathesis places what it draws, inside the block."""
    bodies = {label: document.body(one) for label, one in document.operations.items()}
    queries = {
        label: {
            parameter["name"]: parameter["example"]
            for parameter in one.parameters
            if parameter["in"] == "query" and "example" in parameter and parameter.get("required")
        }
        for label, one in document.operations.items()
    }

    def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
        label, meta = case.operation.label, case.meta
        if meta is None or meta.phase.name not in DRAWN or not meta.generation.mode.is_positive:
            return
        if queries.get(label):
            case.query = {**(case.query or {}), **queries[label]}
        if isinstance(example := bodies.get(label), dict):
            body = example if meta.phase.name == "stateful" else overlaid(case.body, example)
            case.body = named(body, case.path_parameters or {})

    schemathesis.hook(before_call)
    try:
        yield
    finally:
        schemathesis.hooks.unregister(before_call)


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
