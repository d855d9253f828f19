"""What PowerSchool refuses: terms, reporting terms and their locks, each teacher's own categories.

The keys of the switches are those of the rules that every SIS has, so that one test can turn off
the same refusal in both.
"""

from datetime import date

from mock_sis.gradebook.checks import Checks
from mock_sis.gradebook.columns import Actor, Column, Draft
from mock_sis.gradebook.periods import PeriodState
from mock_sis.powerschool.terms import term_of

TITLE_LIMIT = 50
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
        unlocked = self._world.db.one(
            "SELECT 1 FROM unlocked WHERE section = ? AND period = ?", section, period.id
        )
        if not unlocked:
            self._refuse("A12", f"reporting term {period.title} is locked for section {section}")

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
