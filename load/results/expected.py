"""What the gradebooks must show after a night, by Otus's feed and the SIS's roster alone.

It shares no code with the agent. It knows the work that `load.workload` writes: points assessments
that all pass, graded, not yet graded, or missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from mock_sis.credentials import CLIENT_ID, TOKEN_PATHS

Record = dict[str, Any]
PAGE = 10_000


@dataclass(slots=True)
class ExpectedColumn:
    """One column that must be there; students are those of the SIS.

    Attributes:
        only: to whom it is assigned; None: to the whole section.
        graded: student -> score.
        open: students whose work is handed in and not graded.
        late: whether its due date has passed.
    """

    title: str
    section: str
    only: set[str] | None
    graded: dict[str, Decimal]
    open: set[str]
    late: bool

    def scores(self, enrolled: list[str]) -> dict[str, Decimal]:
        """The scores of those *enrolled*: work not handed in is 0 once late; others show `*`."""
        found = {}
        for student in enrolled:
            if self.only is not None and student not in self.only:
                continue
            if student in self.graded:
                found[student] = self.graded[student]
            elif self.late and student not in self.open:
                found[student] = Decimal(0)
        return found


@dataclass(slots=True)
class Expected:
    """Section -> the columns that must be there."""

    sections: dict[str, list[ExpectedColumn]] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterator[tuple[str, Record]], tonight: date) -> "Expected":
        """Read a whole feed: students and classes come before what refers to them."""
        people: dict[str, str] = {}
        classes: dict[str, str] = {}
        columns: dict[str, list[ExpectedColumn]] = {}
        expected = cls()
        for kind, record in records:
            if kind == "student":
                people[record["id"]] = record["sisId"]
            elif kind == "class":
                classes[record["id"]] = record["sectionId"]
            elif kind == "assessment":
                columns[record["id"]] = [
                    expected.add(_column(record["title"], entry, classes, people, tonight))
                    for entry in record["classes"]
                ]
            elif kind == "score":
                for column in columns[record["assessmentId"]]:
                    _score(column, people[record["studentId"]], record)
        return expected

    def add(self, column: ExpectedColumn) -> ExpectedColumn:
        """Take in a column."""
        self.sections.setdefault(column.section, []).append(column)
        return column


def _column(
    title: str, entry: Record, classes: dict[str, str], people: dict[str, str], tonight: date
) -> ExpectedColumn:
    named = entry["students"]
    return ExpectedColumn(
        title=title,
        section=classes[entry["classId"]],
        only=None if named is None else {people[s["studentId"]] for s in named},
        graded={},
        open=set(),
        late=date.fromisoformat(entry["dueDate"]) < tonight,
    )


def _score(column: ExpectedColumn, student: str, record: Record) -> None:
    if record["points"] is not None:
        column.graded[student] = Decimal(str(record["points"]))
    elif record["progress"] != "not_submitted":
        column.open.add(student)


def feed(otus: str, http: httpx.Client, secret: str) -> Iterator[tuple[str, Record]]:
    """Every record that Otus serves, as (kind, record)."""
    form = {"grant_type": "client_credentials"}
    token = http.post(otus + TOKEN_PATHS["otus"], auth=(CLIENT_ID, secret), data=form)
    head = {"Authorization": f"Bearer {token.raise_for_status().json()['access_token']}"}
    cursor, more = "", True
    while more:
        parameters = {"limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
        answer = http.get(f"{otus}/v1/changes", params=parameters, headers=head)
        page = answer.raise_for_status().json()
        yield from ((c["kind"], c["record"]) for c in page["changes"] if c["op"] == "put")
        cursor, more = page["cursor"], page["more"]
