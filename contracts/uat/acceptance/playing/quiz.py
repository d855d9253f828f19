"""An assessment of a scenario: what Otus has, and how its column is found in a gradebook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.uat.acceptance.chosen import ChosenClass, Person

LIMIT, CUT = 50, 46
"""Characters that a title in the SIS stays below, and how many remain of a longer one (A14)."""


def day_words(day: date) -> str:
    """Such as "Mon Oct 12"."""
    return f"{day:%a %b} {day.day}"


def short(title: str) -> str:
    """A title as the SIS gets it."""
    return title if len(title) < LIMIT else f"{title[:CUT]}…"


@dataclass(slots=True)
class Quiz:
    """An assessment that a scenario assigned.

    Attributes:
        also: a second class that has it.
        titles: every title that it has had, in Otus or by a teacher's hand in the SIS.
        students: whose cells are evidence.
        looks: (moment, columns found) in order; a column is its fields and its cells.
    """

    id: str
    to: ChosenClass
    also: ChosenClass | None
    first_title: str
    titles: list[str] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)
    students: list[Person] = field(default_factory=list)
    looks: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.titles.append(self.first_title)

    @property
    def title(self) -> str:
        """As it is called now."""
        return self.titles[-1]

    @property
    def where(self) -> str:
        """The classes that have it."""
        return " and ".join(one.title for one in (self.to, self.also) if one)

    def shown(self, student: Person) -> None:
        """Take the student's cell into the evidence."""
        if student not in self.students:
            self.students.append(student)

    def in_gradebook(self, view: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Its columns in a gradebook, by title alone: with `cells`, student -> what is shown."""
        names = {short(title) for title in self.titles}
        found = [column for column in view["columns"] if column["title"] in names]
        return [{**column, "cells": _cells(view, column["id"])} for column in found]


def _cells(view: Mapping[str, Any], column: str) -> dict[str, str]:
    return {
        row["student"]: cell["display"]
        for row in view["rows"]
        for cell in row["cells"]
        if cell["column"] == column
    }
