"""What a teacher enters for one student: a score, statuses, a comment, or only some of these."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

KEEP: Any = object()
"""Of a part of a cell: it stays as it is."""


class Entry(NamedTuple):
    """For one cell; `words` are statuses, and None empties a value or a comment."""

    student: str
    value: Decimal | None = KEEP
    words: Collection[str] = KEEP
    comment: str | None = KEEP


class StrangeWordError(ValueError):
    """A status that this SIS does not have."""
