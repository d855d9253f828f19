"""The words of each SIS's gradebook, as its teachers know them, and dates as they stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """The words of one SIS.

    Attributes:
        empty: what a cell without a score shows.
        statuses: a word of the gradebook -> its label here.
        codes: what is typed into a cell for a word, in capitals.
        labels: a field of an assignment -> its label; one without a label is not offered.
        closed: the state of a grading period that takes nothing any more.
        locks: whether the administrator locks periods, with a countdown and exceptions.
        whole_class: whether one teacher outside the group blocks all of a class (A8, else A7).
    """

    classes: str
    book: str
    panel: str
    column: str
    add: str
    empty: str
    statuses: Mapping[str, str]
    codes: Mapping[str, str]
    labels: Mapping[str, str]
    period: str
    closed: str
    locks: bool = False
    whole_class: bool = False

    def typed(self, word: str) -> list[str]:
        """The codes of a word."""
        return [code for code, meant in self.codes.items() if meant == word]


POWERSCHOOL = Dress(
    classes="Classes",
    book="Scoresheet",
    panel="Score Inspector",
    column="Fill Scores",
    add="Create Assignment",
    empty="",
    statuses={
        "collected": "Collected",
        "late": "Late",
        "missing": "Missing",
        "exempt": "Exempt",
        "absent": "Absent",
        "incomplete": "Incomplete",
    },
    codes={
        **dict.fromkeys(("*", "LA"), "late"),
        **dict.fromkeys(("/", "MI"), "missing"),
        **dict.fromkeys((".", "COL"), "collected"),
        "EX": "exempt",
        "AB": "absent",
        "IN": "incomplete",
    },
    labels={
        "title": "Name",
        "category": "Category",
        "points": "Score (points possible)",
        "extra_points": "Extra Points",
        "weight": "Weight",
        "due": "Due Date",
        "description": "Description",
    },
    period="reporting term",
    closed="locked",
    locks=True,
    whole_class=True,
)
SKYWARD = Dress(
    classes="My Gradebook",
    book="Gradebook",
    panel="Score Entry",
    column="Quick Scoring",
    add="Add Assignment",
    empty="*",
    statuses={
        "missing": "Missing",
        "exempt": "No Count",
        "late": "Late",
        "incomplete": "Incomplete",
        "in progress": "In progress",
    },
    codes={"MI": "missing", "NC": "exempt", "LATE": "late"},
    labels={
        "category": "Category",
        "title": "Description",
        "description": "Detailed description",
        "assigned": "Assign Date",
        "due": "Due Date",
        "points": "Max Score",
    },
    period="grading period",
    closed="closed",
)
DRESSES: Mapping[str, Dress] = {"powerschool": POWERSCHOOL, "skyward": SKYWARD}


def day_text(day: date | None) -> str:
    """As a column's head shows it."""
    return f"{day:%b} {day.day}" if day else "no date"


def moment_text(at: datetime, zone: ZoneInfo) -> str:
    """An instant by the district's clock."""
    local = at.astimezone(zone)
    return f"{day_text(local)}, {local:%H:%M}"
