"""What a schema asks of a value beyond its type, and where one version asks more than another."""

from collections.abc import Iterator, Mapping
from typing import Any

Bounds = dict[str, set[Any]]
"""Keyword -> its values: several where several parts of a schema speak of one place."""

AT_MOST = ("maxLength", "maximum", "maxItems", "maxProperties")
AT_LEAST = ("minLength", "minimum", "minItems", "minProperties")
LENGTHS = {"minLength", "minItems", "minProperties"}
OTHERS = (
    *("pattern", "format", "multipleOf"),
    *("uniqueItems", "exclusiveMaximum", "exclusiveMinimum"),
)
"""Keywords of which another value, or one where there was none, is taken as asking more."""


def bounds_of(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(keyword, value) of each bound; a switch that is off and a length of 0 are none."""
    for keyword in (*AT_MOST, *AT_LEAST, *OTHERS):
        value = schema.get(keyword)
        if value is None or value is False or (value == 0 and keyword in LENGTHS):
            continue
        yield keyword, value


def asked_more(before: Bounds, after: Bounds) -> Iterator[tuple[str, str]]:
    """(what *after* asks that *before* did not, what *before* asked: empty where nothing)."""
    for keywords, strictest in ((AT_MOST, min), (AT_LEAST, max)):
        for keyword in keywords:
            if keyword in after:
                now = strictest(after[keyword])
                was = strictest(before[keyword]) if keyword in before else None
                if was is None or strictest(now, was) != was:
                    yield f"{keyword} {now}", "" if was is None else str(was)
    for keyword in OTHERS:
        if after.get(keyword, set()) - before.get(keyword, set()):
            yield f"{keyword} {_said(after[keyword])}", _said(before.get(keyword, ()))


def _said(values: Any) -> str:
    return " and ".join(sorted(map(str, values)))
