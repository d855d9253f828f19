"""The gradebooks as they are after a night, compared with what must be in them.

Only gradebooks with work are read. That no column is in any other follows from the creates that the
mock's journal counts. Findings name assessments and sections, never a student.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from load.results.expected import Expected, ExpectedColumn

MOST_PLACES = 20
TEACHERS_OWN = "Notebook"
"""How the titles begin that the teachers of the background traffic enter."""

View = Mapping[str, Any]


@dataclass(slots=True)
class Comparison:
    """Counts, and the first places where something is not as it must be.

    Attributes:
        columns, scores: what must be there.
        right: scores that are there and right.
        lost: scores, and columns, that are not there.
        doubled: columns too many.
        wrong: scores with another value, or where none belongs.
    """

    columns: int = 0
    scores: int = 0
    right: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    places: list[str] = field(default_factory=list)

    def note(self, count: int, words: str) -> int:
        """Keep a place, where *count* is not 0; return *count*."""
        if count and len(self.places) < MOST_PLACES:
            self.places.append(f"{count} {words}")
        return count


def compare(expected: Expected, read: Callable[[str], View]) -> Comparison:
    """Compare every gradebook that has work; *read* gives the gradebook of a section."""
    found = Comparison()
    for section, columns in expected.sections.items():
        view = read(section)
        by_title: dict[str, list[View]] = {}
        for column in view["columns"]:
            by_title.setdefault(column["title"], []).append(column)
        for column in columns:
            _column(found, view, column, by_title.get(column.title, []))
        known = {column.title for column in columns} | _linked(expected, view)
        others = [t for t in by_title if t not in known and not t.startswith(TEACHERS_OWN)]
        found.wrong += found.note(len(others), f"columns that nobody asked for in {section}")
    return found


def _linked(expected: Expected, view: View) -> set[str]:
    """The titles that linked sections bring."""
    return {column.title for other in view["linked"] for column in expected.sections.get(other, ())}


def _column(found: Comparison, view: View, column: ExpectedColumn, there: list[View]) -> None:
    """Compare one column; *there* are those with its title."""
    where = f"for {column.title} in {column.section}"
    enrolled = [row["student"] for row in view["rows"] if row["section"] == column.section]
    scores = column.scores(enrolled)
    found.columns += 1
    found.scores += len(scores)
    if not there:
        found.lost += found.note(1 + len(scores), f"column and scores lost {where}")
        return
    found.doubled += found.note(len(there) - 1, f"columns too many {where}")
    shown = _shown(view, there[0]["id"])
    lost = sum(student not in shown for student in scores)
    right = sum(shown.get(student) == score for student, score in scores.items())
    extra = sum(student not in scores for student in shown)
    found.right += right
    found.lost += found.note(lost, f"scores lost {where}")
    found.wrong += found.note(len(scores) - lost - right + extra, f"scores wrong {where}")


def _shown(view: View, column: str) -> dict[str, Decimal]:
    return {
        row["student"]: Decimal(str(cell["score"]))
        for row in view["rows"]
        for cell in row["cells"]
        if cell["column"] == column and cell["score"] is not None
    }
