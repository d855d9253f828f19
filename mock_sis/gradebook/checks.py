"""What a gradebook refuses, each by the id of its rule; a switch of the world can let it pass."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from mock_sis.gradebook.columns import Actor, Column, Draft, Score
from mock_sis.gradebook.periods import Period, PeriodState
from mock_sis.gradebook.statuses import Statuses
from mock_sis.world.world import World

USABLE = """
SELECT id, title, code, position FROM category
WHERE sis = ?1 AND active = 1
  AND NOT EXISTS (SELECT 1 FROM category_off off
    WHERE off.sis = ?1 AND off.category = category.id AND off.teacher = ?3)
ORDER BY position, id"""


class Book(Protocol):
    """What the checks ask of a gradebook; `Reads` has it."""

    world: World

    def linked(self, section: str) -> tuple[str, ...]:
        """The sections that share a gradebook with *section*, itself included."""

    def periods(self, section: str) -> list[Period]:
        """The grading periods that apply to *section*."""

    def period_of(self, section: str, due: date | None) -> Period | None:
        """The one in which *due* lies."""

    def categories(self, section: str, teacher: str | None = None) -> list[sqlite3.Row]:
        """What may be used in *section* now, by the account of *teacher*."""

    def sitting(self, sections: Iterable[str], students: Iterable[str]) -> set[str]:
        """Which of *students* sit in one of *sections*."""

    def days(self) -> set[date]:
        """The days that count as today."""


class Checks:
    """The refusals of one SIS; every method raises `Refused` or returns."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._world = book.world
        self._refuse = book.world.enforcement.refuse

    def section(self, section: str) -> None:
        """A13: the class exists and is taught."""
        row = self._world.db.one("SELECT active FROM section WHERE id = ?", section)
        if row is None or not row["active"]:
            self._refuse("A13", f"there is no class {section}")

    def column(self, draft: Draft, *, by: Actor, known: Column | None = None) -> None:
        """A new column, or *known* becoming *draft*."""
        self.section(draft.section)
        if draft.due is None:
            self._refuse("A10", "an assignment needs a due date")
        if known is not None:
            self.writable(known.section, known.due)
        moved = known is None or known.due != draft.due
        if moved:
            self.writable(draft.section, draft.due)
            if by == "api":
                self._due(draft.section, draft.due)
        if known is None or known.category != draft.category:
            self._category(draft)
        self._total(draft.points)

    def writable(self, section: str, due: date | None) -> None:
        """A12: nothing is made, changed, scored or deleted in a closed grading period."""
        period = self._book.period_of(section, due)
        if period is not None and period.state is PeriodState.CLOSED:
            self._refuse("A12", f"grading period {period.title} is closed for class {section}")

    def scores(self, column: Column, scores: Sequence[Score], *, seated: bool = False) -> None:
        """Scores into a column; *seated*: of students who are known to sit there."""
        if not all(_possible(score.value) for score in scores):
            self._refuse("B9", "a score is a number that is not negative")
        self.writable(column.section, column.due)
        if seated:
            return
        students = {score.student for score in scores}
        if students - self._book.sitting(self._book.linked(column.section), students):
            self._refuse("B6", f"the student is not enrolled in class {column.section} today")

    def entry(self, column: Column, scores: Sequence[Score]) -> None:
        """What a teacher cannot enter by hand, whatever a program may send: nothing by default."""

    def _due(self, section: str, due: date | None) -> None:
        """A11."""
        if due is None:
            return
        periods = [period for period in self._book.periods(section) if period.holds(due)]
        if not any(period.holds(day) for period in periods for day in self._book.days()):
            self._refuse(
                "A11", f"due date {due} is outside the current grading period of class {section}"
            )

    def _category(self, draft: Draft) -> None:
        """A5. No category at all is the vendor's business."""
        known = {row["id"] for row in self._book.categories(draft.section)}
        if draft.category is not None and draft.category not in known:
            self._refuse("A5", f"category {draft.category} is not active for class {draft.section}")

    def _total(self, points: Decimal) -> None:
        """A2."""
        if points != points.to_integral_value() or points <= 0:
            self._refuse("A2", f"total points {points} is not a whole number above zero")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GradebookKind:
    """What the gradebooks of one SIS have of their own.

    Attributes:
        sis: its name in the world's file.
        links: whether sections can share a gradebook (D3).
        categories: a query for what may be used in a section: ?1 the SIS, ?2 the section, ?3 whose
            account decides; id, title, code, position, in order.
        statuses: where a teacher's words stand.
        checks: what it refuses.
    """

    sis: str
    links: bool = False
    categories: str = USABLE
    statuses: Statuses = field(default_factory=Statuses)
    checks: type[Checks] = Checks


def _possible(value: Decimal | None) -> bool:
    return value is None or (value.is_finite() and value >= 0)
