"""In what the SIS differ, as facts in one place, for rules that are the same on each.

A test marked `@BOTH` runs once on each SIS; `-k skyward` or `-k powerschool` chooses one. Without
the mark a test runs on the SIS of its folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

Fault = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is so of one SIS and not of the other, in the `tiny` world.

    Attributes:
        name: its `sis.kind`.
        books: section whose gradebook is looked at -> classes that share it (linked gradebooks).
        categories: type -> category of a column as the gradebook names it.
        homework: a category that a teacher may choose by hand.
        in_current_period: a due date must lie in the period that contains tonight (A11).
        all_who_teach: everybody who teaches the class must be in the group (A8), and not who
            assigned it (A7).
        takes_back: the agent can empty a cell; where it cannot, a person is asked to (C6, B4).
        create, update, score, clear, columns: the operations of a night, as the journal names them;
            None: it has none.
        batched: scores go in batches, all or none of one.
    """

    name: str
    books: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, str]
    homework: str
    in_current_period: bool
    all_who_teach: bool
    takes_back: bool
    create: str
    update: str
    score: str
    clear: str | None
    columns: str
    batched: bool


SKYWARD = Kind(
    name="skyward",
    books={"200001": ("c-1001", "c-1002"), "200003": ("c-1003",)},
    categories={"Quiz": "130001", "Test": "130002"},
    homework="130003",
    in_current_period=True,
    all_who_teach=False,
    takes_back=True,
    create="putLineItem",
    update="putLineItem",
    score="putResult",
    clear="deleteResult",
    columns="getLineItemsForClass",
    batched=False,
)
POWERSCHOOL = Kind(
    name="powerschool",
    books={"200001": ("c-1001",), "200002": ("c-1002",), "200003": ("c-1003",)},
    categories={"Quiz": "135001", "Test": "135002"},
    homework="135003",
    in_current_period=False,
    all_who_teach=True,
    takes_back=False,
    create="createAssignment",
    update="replaceAssignment",
    score="putScores",
    clear=None,
    columns="listAssignments",
    batched=True,
)
KINDS = {kind.name: kind for kind in (SKYWARD, POWERSCHOOL)}
BOTH = pytest.mark.parametrize("kind", list(KINDS))
