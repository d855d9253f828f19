"""Two versions of a contract, and what of the first a caller can no longer rely on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.drift.changes.places import Place, places
from contracts.drift.usage import Used
from contracts.spec import Contract, Served

ERRORS = "4"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was promised and is no more.

    Attributes:
        operation: its operationId in the earlier version.
        what: one sentence.
        felt: whether the agent uses what changed.
    """

    operation: str
    what: str
    felt: bool

    def __str__(self) -> str:
        """A line for a person."""
        return f"{'BREAKS' if self.felt else 'warns'}  {self.operation}: {self.what}"


def changes(before: Contract, after: Contract, usage: Mapping[str, Used]) -> list[Change]:
    """Every breaking change from *before* to *after*; what the agent feels first."""
    now = {(one.method, one.path): one for one in after.offered}
    found: list[Change] = []
    for operation in before.offered:
        name = operation.id
        used = usage.get(name)
        later = now.get((operation.method, operation.path))
        if later is None:
            where = f"{operation.method.upper()} {operation.path}"
            found.append(Change(name, f"{where} is gone", used is not None))
            continue
        if operation is not before.operations[name]:
            continue  # under another root it is the same
        pair = before.requests[name], after.requests[later.id]
        found += _parameters(name, *pair, used)
        found += _sent(name, *pair, used)
        found += _answers(operation, later, used)
    return sorted(found, key=lambda change: (not change.felt, change.operation, change.what))


def _parameters(name: str, before: Any, after: Any, used: Used | None) -> Iterator[Change]:
    here = {(one["in"], one["name"]): one for one in before.get("parameters", ())}
    there = {(one["in"], one["name"]): one for one in after.get("parameters", ())}
    for key, one in there.items():
        needed = one.get("required", False)
        if needed and not here.get(key, {}).get("required", False):
            sends = used is not None and key[1] not in used.parameters
            yield Change(name, f"the {key[0]} parameter {key[1]} is needed now", sends)
    for key, one in here.items():
        asked = used is not None and key[1] in used.parameters
        if key not in there:
            yield Change(name, f"the {key[0]} parameter {key[1]} is gone", asked)
            continue
        was, new = one.get("schema", {}), there[key].get("schema", {})
        lost = set(map(str, was.get("enum", ()))) - set(map(str, new.get("enum", ())))
        if was.get("type") != new.get("type"):
            yield Change(name, f"the {key[0]} parameter {key[1]} is {new.get('type')} now", asked)
        elif new.get("enum") and (lost or not was.get("enum")):
            told = f"takes fewer words: not {', '.join(sorted(lost)) or 'any word'}"
            yield Change(name, f"the {key[0]} parameter {key[1]} {told}", asked)


def _sent(name: str, before: Any, after: Any, used: Used | None) -> Iterator[Change]:
    here, there = before.get("requestBody", {}), after.get("requestBody", {})
    for media, content in here.get("content", {}).items():
        if media not in there.get("content", {}):
            yield Change(name, f"a body as {media} is taken no more", used is not None)
            continue
        later = places(there["content"][media].get("schema"))
        earlier = places(content.get("schema"))
        for at, place in later.items():
            was = earlier.get(at)
            sends = used is not None and _below(at, used.sent)
            if place.required and at and not (was and was.required):
                lacking = used is not None and not sends
                yield Change(name, f"{at} must be sent now", lacking)
            if was is not None:
                yield from _narrower(name, at, was, place, felt=sends)


def _narrower(name: str, at: str, was: Place, now: Place, *, felt: bool) -> Iterator[Change]:
    if was.types and now.types and was.types - now.types - _wider(now.types):
        told = f"{at or '/'} must be {_or(now.types)} now, not {_or(was.types)}"
        yield Change(name, told, felt)
    if now.words is not None and (was.words is None or was.words - now.words):
        lost = sorted((was.words or set()) - now.words)
        told = f"{at} takes fewer words: not {', '.join(lost) or 'any word'}"
        yield Change(name, told, felt)


def _answers(before: Served, after: Served, used: Used | None) -> Iterator[Change]:
    for status, contents in before.responses.items():
        met = used is not None and status in used.statuses
        if status not in after.responses:
            yield Change(before.id, f"status {status} is gone", met)
            continue
        for media, schema in contents.items():
            if media not in after.responses[status]:
                yield Change(before.id, f"{status} as {media} is gone", met)
                continue
            pair = places(schema), places(after.responses[status][media])
            yield from _answer(before.id, status, *pair, used if met else None)


def _answer(
    name: str,
    status: str,
    before: Mapping[str, Place],
    after: Mapping[str, Place],
    used: Used | None,
) -> Iterator[Change]:
    for at, was in before.items():
        reads = used is not None and _below(at, used.read)
        now = after.get(at)
        if now is None:
            if at.rpartition("/")[0] in after:
                yield Change(name, f"{at} is gone from {status}", reads)
            continue
        if was.types and now.types - was.types - _wider(was.types):
            told = (
                f"{at or '/'} of {status} may be {_or(now.types)} now, not {_or(was.types)} alone"
            )
            yield Change(name, told, reads)
        if was.words is not None and now.words is not None and was.words - now.words:
            lost = ", ".join(sorted(was.words - now.words))
            yield Change(name, f"{at} of {status} is no longer {lost}", reads)


def _below(at: str, used: frozenset[str]) -> bool:
    """Whether one of *used* is *at* or stands inside it."""
    return any(one == at or one.startswith(f"{at}/") for one in used)


def _wider(types: set[str]) -> set[str]:
    """What is taken for granted: a whole number is a number."""
    return {"integer"} if "number" in types else set()


def _or(types: set[str]) -> str:
    return " or ".join(sorted(types))
