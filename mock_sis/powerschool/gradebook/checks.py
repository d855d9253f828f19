"""PowerSchool's gradebooks: what is refused there, its words, and which categories may be used.

It refuses by terms, reporting terms and their locks, each teacher's own categories.

The keys of the switches are those of the rules that every SIS has, so that one test can turn off
the same refusal in both.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from mock_sis.gradebook.checks import Checks, GradebookKind
from mock_sis.gradebook.columns import Actor, Column, Draft, Score, decimal_text
from mock_sis.gradebook.periods import PeriodState
from mock_sis.gradebook.statuses import Statuses
from mock_sis.powerschool.gradebook.locks import is_unlocked
from mock_sis.powerschool.terms import term_of

TITLE_LIMIT = 50
USABLE = """
SELECT id, title, code, position FROM category
WHERE sis = ?1 AND active = 1
  AND NOT EXISTS (SELECT 1 FROM category_off off
    WHERE off.sis = ?1 AND off.category = category.id AND off.teacher = ?3)
  AND NOT EXISTS (SELECT 1 FROM category_excluded x JOIN section ON section.id = ?2
    WHERE x.category = category.id AND x.teacher = ?3
    AND x.place IN (section.id, section.school))
UNION ALL
SELECT CAST(id AS TEXT), title, title, 100000 + id FROM own_category own
WHERE teacher = ?3 AND active = 1
  AND NOT EXISTS (SELECT 1 FROM category_excluded x JOIN section ON section.id = ?2
    WHERE x.category = CAST(own.id AS TEXT) AND x.teacher = ?3
    AND x.place IN (section.id, section.school))
ORDER BY position, id"""
"""A teacher has categories of their own, and can keep one out of a section or a school."""

EXTRA_POINTS = "extracreditpoints"
TEACHER = "teacher"
"""Of a column's `extra`: who acted when it was made."""


class PowerSchoolChecks(Checks):
    """The refusals of PowerTeacher Pro; every method raises `Refused` or returns."""

    def column(self, draft: Draft, *, by: Actor, known: Column | None = None) -> None:
        """Also A14: a name that is too long is refused, not cut."""
        if len(draft.title) > TITLE_LIMIT:
            self._refuse("A14", f"the name is longer than {TITLE_LIMIT} characters")
        super().column(draft, by=by, known=known)

    def writable(self, section: str, due: date | None) -> None:
        """A12: nothing moves in a locked reporting term, unless this section was unlocked."""
        period = self._book.period_of(section, due)
        if period is None or period.state is not PeriodState.CLOSED:
            return
        if not is_unlocked(self._world, section, period.id):
            self._refuse("A12", f"reporting term {period.title} is locked for section {section}")

    def entry(self, column: Column, scores: Sequence[Score]) -> None:
        """Above the Max Entry: points and extra points."""
        most = column.points + Decimal(str(column.extra.get(EXTRA_POINTS) or 0))
        if any(score.value is not None and score.value > most for score in scores):
            self._refuse("D4", f"the score is above {decimal_text(most)}, the most that it can be")

    def _due(self, section: str, due: date | None) -> None:
        """A12: inside the section's term, and inside some reporting term of it."""
        term = term_of(self._world, section)
        if due is None or term is None:
            return
        if not term.start <= due <= term.end:
            self._refuse("A12", f"due date {due} is outside the term of section {section}")
        elif self._book.period_of(section, due) is None:
            self._refuse("A12", f"due date {due} lies in no reporting term of section {section}")

    def _category(self, draft: Draft) -> None:
        """A5: an active category of the teacher who acts, not kept out of the section."""
        rows = self._book.categories(draft.section, draft.extra.get(TEACHER))
        if draft.category not in {None, *(row["id"] for row in rows)}:
            self._refuse("A5", f"the teacher's category is not active for section {draft.section}")


POWERSCHOOL = GradebookKind(
    sis="powerschool",
    categories=USABLE,
    statuses=Statuses(
        members={
            "late": "islate",
            "missing": "ismissing",
            "incomplete": "isincomplete",
            "collected": "iscollected",
            "absent": "isabsent",
        }
    ),
    checks=PowerSchoolChecks,
)
