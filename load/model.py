"""What the gradebooks must show after a night, by Otus's feed and the SIS's roster alone.

A small model that shares no code with the agent. It knows the work that `stock` writes: points
assessments that all pass, graded, not yet graded, or missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import httpx

Record = dict[str, Any]
PAGE = 10_000


@dataclass(slots=True)
class Due:
    """One column that must be there: SIS student -> mark; everybody else shows `*`."""

    title: str
    section: str
    only: set[str] | None
    graded: dict[str, Decimal]
    open: set[str]
    late: bool

    def marks(self, sitting: list[str]) -> dict[str, Decimal]:
        """The marks of those who sit in the section: work not handed in is 0 once it is late."""
        found = {}
        for student in sitting:
            if self.only is not None and student not in self.only:
                continue
            if student in self.graded:
                found[student] = self.graded[student]
            elif self.late and student not in self.open:
                found[student] = Decimal(0)
        return found


@dataclass(slots=True)
class Model:
    """Section -> the columns that are due there."""

    sections: dict[str, list[Due]] = field(default_factory=dict)

    @classmethod
    def of(cls, feed: Iterator[tuple[str, Record]], tonight: date) -> "Model":
        """Read a whole feed: people and classes come before what refers to them."""
        people: dict[str, str] = {}
        classes: dict[str, str] = {}
        works: dict[str, list[Due]] = {}
        model = cls()
        for kind, record in feed:
            if kind == "student":
                people[record["id"]] = record["sisId"]
            elif kind == "class":
                classes[record["id"]] = record["sectionId"]
            elif kind == "assessment":
                works[record["id"]] = [
                    model.add(_due(record["title"], entry, classes, people, tonight))
                    for entry in record["classes"]
                ]
            elif kind == "score":
                for due in works[record["assessmentId"]]:
                    _score(due, people[record["studentId"]], record)
        return model

    def add(self, due: Due) -> Due:
        """Take in a column that is due."""
        self.sections.setdefault(due.section, []).append(due)
        return due


def _due(
    title: str, entry: Record, classes: dict[str, str], people: dict[str, str], tonight: date
) -> Due:
    named = entry["students"]
    return Due(
        title=title,
        section=classes[entry["classId"]],
        only=None if named is None else {people[s["studentId"]] for s in named},
        graded={},
        open=set(),
        late=date.fromisoformat(entry["dueDate"]) < tonight,
    )


def _score(due: Due, student: str, record: Record) -> None:
    if record["points"] is not None:
        due.graded[student] = Decimal(str(record["points"]))
    elif record["progress"] != "not_submitted":
        due.open.add(student)


def snapshot(otus: str, http: httpx.Client, secret: str) -> Iterator[tuple[str, Record]]:
    """Every record that Otus serves, as (kind, record)."""
    form = {"grant_type": "client_credentials"}
    token = http.post(f"{otus}/oauth/token", auth=("passback", secret), data=form)
    head = {"Authorization": f"Bearer {token.raise_for_status().json()['access_token']}"}
    cursor, more = "", True
    while more:
        asked = {"limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
        answer = http.get(f"{otus}/v1/changes", params=asked, headers=head)
        page = answer.raise_for_status().json()
        yield from ((c["kind"], c["record"]) for c in page["changes"] if c["op"] == "put")
        cursor, more = page["cursor"], page["more"]
