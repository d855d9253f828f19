"""Servers that say the same in other words: each answer is rewritten as some real servers write.

Nothing of what is rewritten is against the standards, or not much: types with a charset, numbers as
text, null for what is not there, other forms of an instant, a mark before the JSON, no totals, and
bodies where none belongs. The night must come to what it comes to elsewhere.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.support.district import START, District
from tests.e2e.support.recording_proxy import Exchange, between

pytestmark = pytest.mark.slow

INSTANT = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z$")
MISSING = {
    "classes": ("location", "grades", "subjects", "metadata"),
    "enrollments": ("primary", "beginDate", "endDate", "metadata"),
    "academicSessions": ("parent", "children", "metadata"),
    "lineItems": ("description", "gradingPeriod", "academicSession", "scoreScale", "metadata"),
    "results": ("score", "comment", "textScore", "scoreScale", "metadata"),
    "categories": ("weight", "metadata"),
}


def each(value: Any, change: Callable[[Any], Any]) -> Any:
    """Every leaf of a JSON value, changed."""
    if isinstance(value, dict):
        return {name: each(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [each(inner, change) for inner in value]
    return change(value)


def number_as_text(leaf: Any) -> Any:
    return str(leaf) if isinstance(leaf, int | float) and not isinstance(leaf, bool) else leaf


def longer_instant(leaf: Any) -> Any:
    found = INSTANT.match(leaf) if isinstance(leaf, str) else None
    return f"{found[1]}.0000000+00:00" if found else leaf


def with_nulls(body: Any) -> Any:
    """What is not there is null, as serializers of one large vendor write it."""
    for plural, members in MISSING.items():
        for row in body.get(plural, ()) if isinstance(body, dict) else ():
            row.update({name: row.get(name) for name in members})
    return body


def respelled(exchange: Exchange) -> None:
    """An answer as another server would write it."""
    if not exchange.content or "json" not in exchange.headers.get("content-type", ""):
        return
    body = exchange.json
    if "access_token" not in body:
        body = each(with_nulls(body), lambda leaf: longer_instant(number_as_text(leaf)))
    exchange.content = b"\xef\xbb\xbf" + json.dumps(body, indent=1).encode()
    exchange.headers = {"content-type": "Application/JSON; charset=utf-8"}


def bare_success(exchange: Exchange) -> None:
    """Writes are answered with 200, a body of white space and a type that says text."""
    if exchange.method in {"PUT", "POST"} and "ims/oneroster" in exchange.path:
        exchange.answer(200, " \r\n", {"content-type": "text/plain"})


@pytest.mark.parametrize("alter", [respelled, bare_success])
def test_skyward_in_other_words_comes_to_the_same(
    district: District, alter: Callable[[Exchange], None]
):
    district.assess("a-1", classes=[district.assigned("c-1001"), district.assigned("c-1002")])
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3008", 8.5)
    with between(district, "sis") as relay:
        relay.alter = alter
        first = district.night(START)
        district.score("a-1", "s-3001", 17)
        second = district.night(START + timedelta(days=1))
        quiet = district.sync()
    assert (first.code, second.code, quiet.code, quiet.writes) == (0, 0, 0, 0)
    marks = district.marks("a-1")
    assert (marks["400001"], marks["400008"], marks["400002"]) == ("17", "8.5", "*")
    assert len(district.columns("200001")) == 1
