"""Readers for the data sets that nobody here wrote (../shared/data, or PASSBACK_DATA).

A test that asks for one skips, with a reason, where the folder is not there. Each set's own README
says where it is from and under which licence.
"""

import csv
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

ED_FI = {"ed": "http://ed-fi.org/5.2.0"}


def data_set(name: str) -> Path:
    """The folder of one set; skips the calling test where it is absent."""
    shared = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("PASSBACK_DATA", shared)) / name
    if not folder.is_dir():
        pytest.skip(f"the data set {name} is not here: set PASSBACK_DATA to the folder that has it")
    return folder


def table(name: str, file: str) -> list[dict[str, str]]:
    """The rows of one CSV file of a set."""
    with (data_set(name) / file).open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


@dataclass(frozen=True, kw_only=True)
class GradingPeriod:
    """A grading period of a school of Grand Bend; both days are inside it."""

    school: str
    title: str
    start: date
    end: date


def grand_bend_periods() -> list[GradingPeriod]:
    """Eighteen: six for each of three schools, in the order of their days."""
    tree = ET.parse(data_set("edfi-grandbend") / "EducationOrgCalendar.xml").getroot()
    found = [
        GradingPeriod(
            school=_text(element, ".//ed:SchoolId"),
            title=_text(element, "ed:GradingPeriod").rpartition("#")[2],
            start=date.fromisoformat(_text(element, "ed:BeginDate")),
            end=date.fromisoformat(_text(element, "ed:EndDate")),
        )
        for element in tree.findall("ed:GradingPeriod", ED_FI)
    ]
    return sorted(found, key=lambda period: (period.school, period.start))


def _text(element: ET.Element, path: str) -> str:
    found = element.find(path, ED_FI)
    assert found is not None
    assert found.text is not None
    return found.text


def grand_bend_due_dates() -> list[tuple[str, date]]:
    """(title, due date) of 24 assignments; five titles stand twice."""
    return [
        (row["Title"], date.fromisoformat(row["DueDateTime"][:10]))
        for row in table("edfi-grandbend", "assignments.csv")
    ]


def two_decimal_scores() -> list[Decimal]:
    """4,018 scores from 0 to 100, with two decimals at most."""
    return [
        Decimal(row[column])
        for row in table("synthetic-math-dept", "student_readiness_extract.csv")
        for column in ("assignment_01_score", "assignment_02_score")
    ]


def names_of_many_alphabets() -> list[tuple[str, str]]:
    """(given, family) of 130 simulated students; nine with letters beyond ASCII."""
    return [(row["Name"], row["Surname"]) for row in table("moodle-la-course", "Students.csv")]


def resubmissions() -> Iterator[tuple[str, str, str, str]]:
    """(what, student, local time, event) of one course, in the order of the log."""
    for row in table("moodle-la-course", "SubmissionEvents.csv"):
        yield row["Event.context"], row["user"], row["timecreated"], row["Event.name"]
