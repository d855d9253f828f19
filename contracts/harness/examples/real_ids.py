"""Ids that the server really has, learned by reading its lists, so that reads find something.

A path parameter is of the kind that the segment before it names: `/classes/{id}` wants the id of
one of `classes`, and every list whose path ends in `classes` gives some.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import httpx

from contracts.harness.service import Service
from contracts.spec import PARAMETER, Document, Operation

ROUNDS = 4
KEPT = 5

RealIds = dict[str, list[str]]


def learn(service: Service, document: Document, token: str) -> RealIds:
    """Kind -> a few ids. Each list is read once at most; one that fails teaches nothing."""
    known: RealIds = {}
    lists = [o for o in document.operations.values() if o.method == "get" and _lists(o)]
    wanted = {kind for o in document.operations.values() for kind in kinds(o.path).values()}
    for _ in range(ROUNDS):
        for operation in lists:
            kind = _lists(operation)
            path = filled(operation.path, known) if kind in wanted and kind not in known else None
            if path and (found := _ids(service, operation, path, kind, token)):
                known[kind] = found
    return known


def values(known: Mapping[str, list[str]]) -> frozenset[str]:
    """The ids alone, of whatever kind."""
    return frozenset(id_ for ids in known.values() for id_ in ids)


def kinds(path: str) -> dict[str, str]:
    """Parameter -> its kind; a parameter behind another one has none."""
    parts = path.split("/")
    return {
        part[1:-1]: before
        for before, part in pairwise(parts)
        if PARAMETER.fullmatch(part) and not PARAMETER.fullmatch(before)
    }


def filled(path: str, known: Mapping[str, list[str]]) -> str | None:
    """*path* with the first id of each kind; None when one is not known."""
    of = kinds(path)
    values = {name: known.get(of.get(name, ""), [None])[0] for name in PARAMETER.findall(path)}
    if None in values.values():
        return None
    return PARAMETER.sub(lambda match: str(values[match[1]]), path)


def _lists(operation: Operation) -> str:
    """The kind that it lists; empty when its path ends in a parameter."""
    last = operation.path.rsplit("/", 1)[-1]
    return "" if PARAMETER.fullmatch(last) else last


def _ids(service: Service, operation: Operation, path: str, kind: str, token: str) -> list[str]:
    query = {
        one["name"]: str(one["example"])
        for one in operation.parameters
        if one["in"] == "query" and one.get("required") and "example" in one
    }
    try:
        answer = service.get(path, params=query, headers={"Authorization": f"Bearer {token}"})
        body = answer.json() if answer.is_success else None
    except (httpx.HTTPError, ValueError):
        return []
    names = ("sourcedId", "id", f"{kind}id", "_id")
    found = (next((one[n] for n in names if n in one), None) for one in _records(body))
    return [str(one) for one in found if isinstance(one, str | int)][:KEPT]


def _records(body: Any) -> Iterator[Mapping[str, Any]]:
    """The records of a list, whatever it is wrapped in; one alone may come without a list."""
    if isinstance(body, list):
        yield from (one for one in body if isinstance(one, dict))
    elif isinstance(body, dict):
        if body.keys() & {"sourcedId", "id", "_id"}:
            yield body
        else:
            for value in body.values():
                yield from _records(value)
