"""What an answer may be or lack in a later version that a reader could rely on before."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.drift.changes.bounds import asked_more
from contracts.drift.changes.change import Change, is_used, listed, wider
from contracts.drift.changes.places import FREE, Place, located, places
from contracts.drift.usage import Used
from contracts.spec import Served


def responses(before: Served, after: Served, used: Used | None) -> Iterator[Change]:
    """Statuses, media types and members that are gone, and members that may be something else."""
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
            yield from _schema(before.id, status, *pair, used if met else None)


def headers(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], used: Used | None
) -> Iterator[Change]:
    """Headers of each status that are gone, may be missing or may be something else.

    Which of them the agent reads was not measured: it feels those of every status that it met.
    """
    for status in before.keys() & after.keys():
        met = used is not None and status in used.statuses
        now = after[status].get("headers", {})
        for header, was in before[status].get("headers", {}).items():
            label = f"the header {header} of {status}"
            if header not in now:
                yield Change(name, f"{label} is gone", met)
                continue
            for sentence in _looser(_header(was), _header(now[header])):
                yield Change(name, f"{label} {sentence}", met)


def _header(header: Mapping[str, Any]) -> Place:
    place = places(header.get("schema", {}))[""]
    return replace(place, required=header.get("required", False))


def _schema(
    name: str,
    status: str,
    before: Mapping[str, Place],
    after: Mapping[str, Place],
    used: Used | None,
) -> Iterator[Change]:
    read = located(used.read if used else (), before.keys() | after.keys())
    for at, was in before.items():
        reads = is_used(at, read)
        now = after.get(at)
        if now is None:
            above, _, member = at.rpartition("/")
            if above in after and (member != FREE or was != Place()):
                yield Change(name, f"{at} is gone from {status}", reads)
            continue
        for sentence in _looser(was, now):
            yield Change(name, f"{at or '/'} of {status} {sentence}", reads)


def _looser(was: Place, now: Place) -> Iterator[str]:
    """What a value may be that it could not be before.

    Words and members that are only added are not told: a reader must expect more of them.
    """
    if was.required and not now.required:
        yield "may be missing now"
    if was.types and (not now.types or now.types - was.types - wider(was.types)):
        yield f"may be {listed(now.types)} now, not {listed(was.types)} alone"
        return  # words and bounds of another type say nothing
    if was.words is not None and now.words is not None and was.words - now.words:
        yield f"is no longer {', '.join(sorted(was.words - now.words))}"
    for promised, after in asked_more(now.bounds, was.bounds):
        yield f"is not held to {promised} now" + (f", but to {after}" if after else "")
