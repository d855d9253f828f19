"""Who may call an operation, and where that is harder in a later version."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.spec import Contract, Served

NO_MATTER = {"description"}


@dataclass(frozen=True, slots=True)
class Need:
    """One credential of which an operation may ask.

    Attributes:
        scheme: all that the contract says of how it is got and sent, as one text.
        label: its name and kind, for a person.
    """

    scheme: str
    label: str
    scopes: frozenset[str]


Way = frozenset[Need]
"""Credentials that let a caller in together; empty: nothing is asked."""


def harder(before: Contract, operation: Served, after: Contract, later: Served) -> Iterator[str]:
    """A sentence where a way in, of which *before* told, leads in no more."""
    ways = _ways(after, later)
    lost = [one for one in _ways(before, operation) if not any(_enough(one, way) for way in ways)]
    for way in lost[:1]:
        was, now = _told([way]), _told(ways)
        if was == now:
            yield f"{was} is got or sent in another way now"
        else:
            yield f"asks for {now} now, not {was}"


def _ways(contract: Contract, operation: Served) -> list[Way]:
    document = contract.document
    raw = document["paths"][operation.path][operation.method]
    schemes = document.get("components", {}).get("securitySchemes", {})
    given: list[Mapping[str, list[str]]] = raw.get("security", document.get("security", []))
    return [frozenset(_need(schemes, *item) for item in one.items()) for one in given or [{}]]


def _need(schemes: Mapping[str, Any], name: str, scopes: list[str]) -> Need:
    scheme = _without_scopes(schemes.get(name, {}))
    label = f"{name} ({scheme.get('type', 'not described')})"
    return Need(json.dumps(scheme, sort_keys=True), label, frozenset(scopes))


def _without_scopes(scheme: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in scheme.items() if k not in NO_MATTER and not k.startswith("x-")}
    flows = kept.get("flows", {})
    if flows:
        kept["flows"] = {
            name: {k: v for k, v in flow.items() if k != "scopes"} for name, flow in flows.items()
        }
    return kept


def _enough(had: Way, asked: Way) -> bool:
    """Whether who has the credentials of *had* has all that are *asked*."""
    return all(
        any(one.scheme == need.scheme and need.scopes <= one.scopes for one in had)
        for need in asked
    )


def _told(ways: list[Way]) -> str:
    return " or ".join(
        " and ".join(sorted(" ".join([one.label, *sorted(one.scopes)]) for one in way)) or "nothing"
        for way in ways
    )
