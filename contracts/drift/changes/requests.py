"""What a request must fulfil in a later version that it did not have to before."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.drift.changes.bounds import asked_more
from contracts.drift.changes.change import Change, is_used, listed, wider
from contracts.drift.changes.places import FREE, Place, located, places
from contracts.drift.usage import Used


def parameters(name: str, before: Any, after: Any, used: Used | None) -> Iterator[Change]:
    """Parameters that are gone, needed, or take less."""
    here = {(one["in"], one["name"]): one for one in before.get("parameters", ())}
    there = {(one["in"], one["name"]): one for one in after.get("parameters", ())}
    for key, one in there.items():
        needed = one.get("required", False)
        if needed and not here.get(key, {}).get("required", False):
            lacking = used is not None and key[1] not in used.parameters
            yield Change(name, f"the {key[0]} parameter {key[1]} is needed now", lacking)
    for key, one in here.items():
        sends = used is not None and key[1] in used.parameters
        label = f"the {key[0]} parameter {key[1]}"
        if key not in there:
            yield Change(name, f"{label} is gone", sends)
            continue
        was, now = places(one.get("schema", {})), places(there[key].get("schema", {}))
        for at in was.keys() & now.keys():
            for sentence in _narrower(was[at], now[at]):
                inside = f" at {at}" if at else ""
                yield Change(name, f"{label}{inside} {sentence}", sends)


def body(name: str, before: Any, after: Any, used: Used | None) -> Iterator[Change]:
    """Media types that are not taken any more, and what a body must be or have now."""
    here, there = before.get("requestBody", {}), after.get("requestBody", {})
    if there.get("required") and not here.get("required"):
        lacking = used is not None and not used.sent
        yield Change(name, "a body must be sent now", lacking)
    for media, content in here.get("content", {}).items():
        if media not in there.get("content", {}):
            yield Change(name, f"a body as {media} is taken no more", used is not None)
            continue
        earlier = places(content.get("schema"))
        later = places(there["content"][media].get("schema"))
        yield from _schema(name, earlier, later, used)


def _schema(
    name: str, earlier: Mapping[str, Place], later: Mapping[str, Place], used: Used | None
) -> Iterator[Change]:
    sent = located(used.sent if used else (), earlier.keys() | later.keys())
    for at, place in later.items():
        was = earlier.get(at)
        sends = is_used(at, sent)
        if place.required and at and not (was and was.required):
            yield Change(name, f"{at} must be sent now", used is not None and not sends)
        if was is None:
            continue
        for sentence in _narrower(was, place):
            yield Change(name, f"{at or '/'} {sentence}", sends)
        if place.closed:
            yield from _no_more_members(name, at, earlier, later, used)


def _no_more_members(
    name: str,
    at: str,
    earlier: Mapping[str, Place],
    later: Mapping[str, Place],
    used: Used | None,
) -> Iterator[Change]:
    """What an object that takes only the listed members (`additionalProperties`) takes no more."""
    sent = used.sent if used else frozenset()
    if not earlier[at].closed:
        below = (one.removeprefix(f"{at}/") for one in sent if one.startswith(f"{at}/"))
        inside = {f"{at}/{one.partition('/')[0]}" for one in below}
        what = f"{at or '/'} takes no other members now (additionalProperties)"
        yield Change(name, what, bool(inside - later.keys()))
    for one in earlier.keys() - later.keys():
        if one and one.rpartition("/")[0] == at and one != f"{at}/{FREE}":
            yield Change(name, f"{one} is taken no more", is_used(one, sent))


def _narrower(was: Place, now: Place) -> Iterator[str]:
    """What of a value that was good is good no more."""
    refused = was.types - now.types - wider(now.types)
    if now.types and (refused or not was.types):
        yield f"must be {listed(now.types)} now, not {listed(was.types)}"
        return  # bounds of another type say nothing
    if now.words is not None and (was.words is None or was.words - now.words):
        lost = sorted((was.words or set()) - now.words)
        yield f"takes fewer words: not {', '.join(lost) or 'any word'}"
    for asked, before in asked_more(was.bounds, now.bounds):
        yield f"must have {asked} now" + (f", not {before}" if before else "")
