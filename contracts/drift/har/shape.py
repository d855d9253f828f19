"""The structure of JSON without its values, and how two structures differ.

Elements of a list are one shape together: a member that some have and some lack may be missing.
What an empty list would hold is not known, and not compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contracts.scenarios.normal import DATE, INSTANT

_TYPES: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("null", (type(None),)),
    ("truth", (bool,)),
    ("number", (int, float, Decimal)),
    ("object", (dict,)),
    ("list", (list,)),
)


@dataclass(slots=True)
class Shape:
    """What was seen at one place.

    Attributes:
        kinds: null, truth, number, text, date, instant, word (an enum value of the contract),
            object, list.
        members: of the objects seen here.
        always: members that every one of them had.
        items: of the lists seen here; None as long as all were empty.
    """

    kinds: set[str] = field(default_factory=set)
    members: dict[str, "Shape"] = field(default_factory=dict)
    always: set[str] = field(default_factory=set)
    items: "Shape | None" = None


def shape(value: Any, words: frozenset[str], into: Shape | None = None) -> Shape:
    """The shape of *value*; of several values, when given where to add it."""
    found = into or Shape()
    kind = _kind(value, words)
    if isinstance(value, dict):
        new = "object" not in found.kinds
        found.always = set(value) if new else found.always & set(value)
        for name, inner in value.items():
            found.members[name] = shape(inner, words, found.members.get(name))
    elif isinstance(value, list):
        for inner in value:
            found.items = shape(inner, words, found.items)
    found.kinds.add(kind)
    return found


def differences(recorded: Shape, mock: Shape, at: str = "") -> Iterator[tuple[str, str]]:
    """(place, how the mock's answer differs from the recorded one)."""
    yield from ((at or "/", what) for what in _kinds(recorded.kinds, mock.kinds))
    if {"object"} <= recorded.kinds & mock.kinds:
        for name in recorded.members.keys() - mock.members.keys():
            yield f"{at}/{name}", "recorded, and not in the mock's answer"
        for name in mock.always - recorded.members.keys():
            yield f"{at}/{name}", "in the mock's answer, and not recorded"
        for name in sorted(recorded.members.keys() & mock.members.keys()):
            yield from differences(recorded.members[name], mock.members[name], f"{at}/{name}")
    if recorded.items is not None and mock.items is not None:
        yield from differences(recorded.items, mock.items, f"{at}/*")


def _kinds(recorded: set[str], mock: set[str]) -> Iterator[str]:
    texts = {"text", "word", "date", "instant"}
    if "null" in recorded - mock:
        yield "recorded as null, which the mock's never is"
    if "null" in mock - recorded and mock != {"null"}:
        yield "null in the mock's answer, and never recorded so"
    here = {"text" if kind in texts else kind for kind in recorded - {"null"}}
    there = {"text" if kind in texts else kind for kind in mock - {"null"}}
    if here and there and here != there:
        yield f"recorded as {' or '.join(sorted(here))}, the mock's is {' or '.join(sorted(there))}"
    elif mock & texts == {"word"} and "text" in recorded:
        yield "recorded with a word that the contract does not list"
    elif here == there == {"text"} and "text" in recorded and mock & texts <= {"date", "instant"}:
        yield f"recorded as text, the mock's is {' or '.join(sorted(mock & texts))}"
    elif {"date", "instant"} & recorded and {"date", "instant"} & mock and not recorded & mock:
        yield f"recorded as {' '.join(recorded & texts)}, the mock's is {' '.join(mock & texts)}"


def _kind(value: Any, words: frozenset[str]) -> str:
    for kind, types in _TYPES:
        if isinstance(value, types):
            return kind
    text = str(value)
    if text in words:
        return "word"
    if INSTANT.fullmatch(text):
        return "instant"
    return "date" if DATE.fullmatch(text) else "text"
