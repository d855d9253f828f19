"""In what the SIS differ, as facts in one place, for rules that are the same on each.

A test marked `@BOTH` runs once on each SIS; `-k skyward` or `-k powerschool` chooses one. Without
the mark a test runs on the SIS of its folder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

Scores = list[tuple[str, Any]]


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
        keeps_assigned: a column has the day on which it was assigned.
        takes_back: the agent can empty a cell; where it cannot, a person is asked to (C6, B4).
        repeats_creates: a column that is sent twice is one column, so that it may be.
        create, update, score, clear, rosters: the operations of a night, by the names that
            they have in the journal; None: there is none.
        batch: scores in one request at most.
        write_path: what the path of every write holds.
        score_path: what the path of a write of scores holds.
        create_by: method and part of the path of what makes a column (and may replace it).
        columns_path: what the path holds of a look at the columns of the first gradebook.
        marks_path: the same of a look at the marks of a column.
        scores_in: the body of such a write -> student and points of each score in it.
    """

    name: str
    books: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, str]
    homework: str
    in_current_period: bool
    all_who_teach: bool
    keeps_assigned: bool
    takes_back: bool
    repeats_creates: bool
    create: str
    update: str
    score: str
    clear: str | None
    rosters: str
    batch: int
    write_path: str
    score_path: str
    create_by: tuple[str, str]
    columns_path: str
    marks_path: str
    scores_in: Callable[[Any], Scores]

    @property
    def outside_group(self) -> str:
        """The code of what somebody outside the teacher group keeps back (A7, A8)."""
        return "class_teachers_not_in_group" if self.all_who_teach else "assigner_not_in_group"

    def writes(self, method: str, path: str) -> bool:
        """Whether such a request writes into a gradebook."""
        return method in {"POST", "PUT"} and self.write_path in path

    def makes(self, method: str, path: str) -> bool:
        """Whether such a request makes a column."""
        return method == self.create_by[0] and self.create_by[1] in path

    def scoring(self, scores: int) -> list[str]:
        """The operations that bring so many scores into one column."""
        return [self.score] * -(-scores // self.batch)


def _one_result(body: Any) -> Scores:
    result = body["result"]
    return [(result["student"]["sourcedId"], result["score"])]


def _a_batch(body: Any) -> Scores:
    rows = body["assignment_scores"]
    return [(str(row["studentsdcid"]), row["scorepoints"]) for row in rows]


SKYWARD = Kind(
    name="skyward",
    books={"200001": ("c-1001", "c-1002"), "200003": ("c-1003",)},
    categories={"Quiz": "130001", "Test": "130002"},
    homework="130003",
    in_current_period=True,
    all_who_teach=False,
    keeps_assigned=True,
    takes_back=True,
    repeats_creates=True,
    create="putLineItem",
    update="putLineItem",
    score="putResult",
    clear="deleteResult",
    rosters="getAllEnrollments",
    batch=1,
    write_path="/ims/",
    score_path="/results/",
    create_by=("PUT", "/lineItems/"),
    columns_path="/classes/200001/lineItems",
    marks_path="/results",
    scores_in=_one_result,
)
POWERSCHOOL = Kind(
    name="powerschool",
    books={"200001": ("c-1001",), "200002": ("c-1002",), "200003": ("c-1003",)},
    categories={"Quiz": "135001", "Test": "135002"},
    homework="135003",
    in_current_period=False,
    all_who_teach=True,
    keeps_assigned=False,
    takes_back=False,
    repeats_creates=False,
    create="createAssignment",
    update="replaceAssignment",
    score="putScores",
    clear=None,
    rosters="listSectionEnrollments",
    batch=25,
    write_path="/ws/xte/",
    score_path="/ws/xte/score",
    create_by=("POST", "/ws/xte/section/assignment"),
    columns_path="section_ids=200001",
    marks_path="/ws/schema/table/assignmentscore",
    scores_in=_a_batch,
)
KINDS = {kind.name: kind for kind in (SKYWARD, POWERSCHOOL)}
BOTH = pytest.mark.parametrize("kind", list(KINDS))
