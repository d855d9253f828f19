"""Two versions of a contract, and what of the first a caller can no longer rely on."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.drift.changes.change import Change
from contracts.drift.changes.requests import body, parameters
from contracts.drift.changes.responses import headers, responses
from contracts.drift.changes.security import harder
from contracts.drift.usage import Used
from contracts.spec import Contract, Served, resolved

__all__ = ["Change", "changes"]


def changes(before: Contract, after: Contract, usage: Mapping[str, Used]) -> list[Change]:
    """Every breaking change from *before* to *after*; what the agent feels first."""
    now = {(one.method, one.path): one for one in after.offered}
    answers = _answers(before), _answers(after)
    found: list[Change] = []
    for operation in before.offered:
        name = operation.id
        used = usage.get(name)
        later = now.get((operation.method, operation.path))
        if later is None:
            where = f"{operation.method.upper()} {operation.path}"
            found.append(Change(name, f"{where} is gone", used is not None))
        elif operation is before.operations[name]:  # under its other roots it is the same
            found += _of_operation(before, operation, after, later, used)
            place = operation.method, operation.path
            found += headers(name, answers[0][place], answers[1][place], used)
    return sorted(found, key=lambda change: (not change.felt, change.operation, change.what))


def _of_operation(
    before: Contract, operation: Served, after: Contract, later: Served, used: Used | None
) -> Iterator[Change]:
    pair = before.requests[operation.id], after.requests[later.id]
    for sentence in harder(before, operation, after, later):
        yield Change(operation.id, sentence, used is not None)
    yield from parameters(operation.id, *pair, used)
    yield from body(operation.id, *pair, used)
    yield from responses(operation, later, used)


def _answers(contract: Contract) -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path) -> what an operation answers, by status."""
    paths = resolved(contract.document)["paths"]
    return {
        (one.method, one.path): {
            str(status): answer
            for status, answer in paths[one.path][one.method]["responses"].items()
        }
        for one in contract.offered
    }
