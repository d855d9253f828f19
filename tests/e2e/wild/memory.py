"""What a witness remembers of a place in a gradebook."""

from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Edit:
    """What a teacher put into a place.

    Attributes:
        person, stood: who had the cell and what Otus had, when the agent last acted upon it; None
            where it never did.
        night: how many good nights had been before it.
    """

    shown: Any
    person: str | None
    stood: Any
    night: int


@dataclass(frozen=True, slots=True)
class Ours:
    """What a night wrote into a cell, and for whom; `zero`: by B4, not for a score."""

    shown: str
    person: str | None
    zero: bool


class Note(NamedTuple):
    """What a teacher put beside a score."""

    words: frozenset[str]
    comment: str
