"""The end state, seen from outside: each gradebook with work against what must stand in it.

That no column stands in any other gradebook follows from the creates that the mock's journal
counts. Findings name assessments and sections, never a student.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from load.model import Due, Model

MOST_PLACES = 20
HAND = "Notebook"
"""How the titles begin that the teachers of the background traffic type."""

View = Mapping[str, Any]


@dataclass(slots=True)
class Verdict:
    """Counts, and the first places where something is not as it must be.

    Attributes:
        columns, marks: what must be there.
        seen: marks that are there and right.
        lost: marks, and columns, that are not there.
        doubled: columns too many.
        wrong: marks with another value, or where none belongs.
    """

    columns: int = 0
    marks: int = 0
    seen: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    places: list[str] = field(default_factory=list)

    def note(self, count: int, words: str) -> int:
        """Remember a place; answers *count*."""
        if count and len(self.places) < MOST_PLACES:
            self.places.append(f"{count} {words}")
        return count


def compare(model: Model, look: Callable[[str], View]) -> Verdict:
    """Look into every gradebook that has work."""
    verdict = Verdict()
    for section, dues in model.sections.items():
        view = look(section)
        by_title: dict[str, list[View]] = {}
        for column in view["columns"]:
            by_title.setdefault(column["title"], []).append(column)
        for due in dues:
            _column(verdict, view, due, by_title.get(due.title, []))
        known = {due.title for due in dues} | _linked(model, view)
        strays = [t for t in by_title if t not in known and not t.startswith(HAND)]
        verdict.wrong += verdict.note(len(strays), f"columns that nobody asked for in {section}")
    return verdict


def _linked(model: Model, view: View) -> set[str]:
    return {due.title for other in view["linked"] for due in model.sections.get(other, ())}


def _column(verdict: Verdict, view: View, due: Due, columns: list[View]) -> None:
    where = f"for {due.title} in {due.section}"
    sitting = [row["student"] for row in view["rows"] if row["section"] == due.section]
    marks = due.marks(sitting)
    verdict.columns += 1
    verdict.marks += len(marks)
    if not columns:
        verdict.lost += verdict.note(1 + len(marks), f"column and marks lost {where}")
        return
    verdict.doubled += verdict.note(len(columns) - 1, f"columns too many {where}")
    shown = _shown(view, columns[0]["id"])
    lost = sum(student not in shown for student in marks)
    right = sum(shown.get(student) == mark for student, mark in marks.items())
    strays = sum(student not in marks for student in shown)
    verdict.seen += right
    verdict.lost += verdict.note(lost, f"marks lost {where}")
    verdict.wrong += verdict.note(len(marks) - lost - right + strays, f"marks wrong {where}")


def _shown(view: View, column: str) -> dict[str, Decimal]:
    return {
        row["student"]: Decimal(str(cell["score"]))
        for row in view["rows"]
        for cell in row["cells"]
        if cell["column"] == column and cell["score"] is not None
    }
