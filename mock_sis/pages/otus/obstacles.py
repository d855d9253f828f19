"""What in Otus itself keeps an assessment from passing back, in the words of the two guides.

Pure: records in, sentences out. What depends on the SIS or on the district's policy (categories,
grading periods, the effective date) is not here: Otus does not know it.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from mock_sis.pages.otus.people import Person, class_teachers

Record = Mapping[str, Any]
WEEK = timedelta(days=7)


class Obstacle(NamedTuple):
    """One reason; `sis` is the only SIS that it concerns, or empty for both."""

    text: str
    sis: str = ""

    def __str__(self) -> str:
        return f"{self.sis}: {self.text}" if self.sis else self.text


def class_obstacles(class_: Record, known: Mapping[str, Person]) -> list[Obstacle]:
    """What keeps back every assessment of a class."""
    found = []
    if class_["sectionId"] is None:
        found.append(Obstacle("The class is not linked to a section of the SIS."))
    outside = [each.name for each in class_teachers(class_, known) if not each.in_group]
    if outside:
        found.append(
            Obstacle(
                f"{' and '.join(outside)} must join the teacher group: the main teacher and"
                " every co-teacher have to be in it.",
                "PowerSchool",
            )
        )
    return found


def assessment_obstacles(
    assessment: Record, part: Record, known: Mapping[str, Person], today: date
) -> list[Obstacle]:
    """What keeps an assessment in one class back by itself."""
    return [
        *_of_settings(assessment, part),
        *_of_assigner(assessment, known),
        *_of_dates(assessment, part, today),
    ]


def obstacles(
    assessment: Record, part: Record, class_: Record, known: Mapping[str, Person], today: date
) -> list[Obstacle]:
    """What keeps an assessment in one class back, besides the rules of SIS and district."""
    found = assessment_obstacles(assessment, part, known, today)
    return [*found, *class_obstacles(class_, known)]


def included(assessment: Record) -> bool:
    """Whether its score counts in the final grade: if nobody chose, all do but a plus (+)."""
    chosen: bool | None = assessment["includeInFinalGrade"]
    return assessment["kind"] != "plus" if chosen is None else chosen


def computed_due(assessment: Record, part: Record) -> tuple[date, str] | None:
    """The due date that is computed where none is given, and from what; None: from nothing."""
    sources = (
        [("submission date", assessment["submissionDate"])]
        if assessment["kind"] == "plus"
        else [
            ("assigned date", part["assignedDate"]),
            ("day on which it was made", assessment["createdAt"]),
        ]
    )
    for name, stored in sources:
        day = _day(stored)
        if day is not None:
            return day + WEEK, name
    return None


def _of_settings(assessment: Record, part: Record) -> Iterator[Obstacle]:
    if assessment["gradingScale"] != "points":
        yield Obstacle("The grading scale is standards-based; only a points scale passes back.")
    total = part.get("totalPoints", assessment["totalPoints"])
    if not isinstance(total, int | Decimal) or total <= 0 or total % 1:
        yield Obstacle("Total points must be a whole number above 0.")
    if not included(assessment):
        yield Obstacle("“Include Score in Final Grade” is off.")


def _of_assigner(assessment: Record, known: Mapping[str, Person]) -> Iterator[Obstacle]:
    assigner = known.get(assessment["assignedBy"] or "")
    if assigner is None or assigner.sis_id is None:
        yield Obstacle("The person who assigned it is not in the SIS.")
    elif not assigner.in_group:
        yield Obstacle(f"{assigner.name}, who assigned it, is not in the teacher group.", "Skyward")


def _of_dates(assessment: Record, part: Record, today: date) -> Iterator[Obstacle]:
    if part["dueDate"] is None and computed_due(assessment, part) is None:
        yield Obstacle("It has no due date, and no date from which one could be computed.")
    assigned = _day(part["assignedDate"])
    if assigned is not None and assigned > today:
        yield Obstacle(f"It is assigned on {assigned:%b} {assigned.day}, which is still to come.")


def _day(stored: str | None) -> date | None:
    """The date of a stored date or instant; None for a broken one."""
    try:
        return datetime.fromisoformat(stored).date() if stored else None
    except ValueError:
        return None
