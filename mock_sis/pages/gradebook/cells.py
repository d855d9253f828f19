"""One cell of the grid: what it shows, who wrote it and when, or why it is empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.gradebook.columns import Cell, Column, decimal_text
from mock_sis.gradebook.statuses import COMMENT, Statuses
from mock_sis.pages.gradebook.dress import Dress, day_text, moment_text
from mock_sis.pages.gradebook.sources import Source, Sources

NO_SCORE = "No score yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A cell as the page draws it.

    Attributes:
        kind: none, zero, extra or score.
        flags: its statuses, in the SIS's words.
        own: whether a teacher wrote over what Otus sends.
        note: who wrote it and when, or why it is empty.
    """

    column: int
    text: str
    kind: str
    flags: tuple[str, ...] = ()
    comment: str = ""
    own: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Draws the cells of one gradebook.

    Attributes:
        first_day: student -> the day from which they sit in the class.
    """

    dress: Dress
    statuses: Statuses
    sources: Sources
    first_day: Mapping[str, str | None]
    today: date
    zone: ZoneInfo

    def shown(self, student: str, column: Column, cell: Cell | None) -> Shown:
        """The cell of *student* in *column*."""
        value = cell.value if cell else None
        words = self.statuses.of(cell.extra, cell.status) if cell else []
        return Shown(
            column=column.id,
            text=self.dress.empty if value is None else decimal_text(value),
            kind=_kind(value, column),
            flags=tuple(self.dress.statuses.get(word, word) for word in words),
            comment=str(cell.extra.get(COMMENT) or "") if cell else "",
            own=cell is not None and column.by == "api" and cell.touched_by == "teacher",
            note=self._who(student, column, cell)
            if value is not None
            else self._why(student, column, cell),
        )

    def _who(self, student: str, column: Column, cell: Cell | None) -> str:
        assert cell is not None
        at = moment_text(cell.modified, self.zone)
        if cell.touched_by == "teacher":
            return f"Entered by the teacher, {at}."
        source = self.sources.of(column)
        if cell.value == 0 and source and not _graded(self.sources.score(source, student)):
            return f"A 0 for missing work, sent by Otus, {at}."
        return f"Sent by Otus, {at}."

    def _why(self, student: str, column: Column, cell: Cell | None) -> str:
        """Why there is no score, for all that this world knows."""
        if cell is not None and cell.touched_by == "teacher":
            return f"No score: left empty by the teacher, {moment_text(cell.modified, self.zone)}."
        if column.by != "api":
            return NO_SCORE
        source = self.sources.of(column)
        if source is None:
            return "No score yet. The assessment is not in Otus, or no longer."
        if not self.sources.known(student):
            return "No score: this student is not in Otus."
        if not self.sources.assigned(source, student):
            return "No score: not assigned to this student in Otus."
        return self._of_work(student, column, source)

    def _of_work(self, student: str, column: Column, source: Source) -> str:
        score = self.sources.score(source, student) or {}
        marks = set(score.get("marks") or ())
        if score.get("progress") == "turned_in":
            return "Withheld: turned in, and not all of it is graded in Otus."
        if _graded(score) and "excluded" in marks:
            return "No score: excluded in Otus, and such a score is not sent."
        if _graded(score):
            return "No score here yet: it is graded in Otus, and comes with the next night."
        if marks & {"excused", "excluded"}:
            return "No score: excused in Otus, so that no 0 is sent."
        return self._nothing_yet(student, column)

    def _nothing_yet(self, student: str, column: Column) -> str:
        if column.due is not None and column.due >= self.today:
            return f"No score yet: nothing handed in, and not due before {day_text(column.due)}."
        begin = self.first_day.get(student)
        if begin and column.due is not None and begin > column.due.isoformat():
            day = day_text(date.fromisoformat(begin))
            return f"No score: this student joined the class on {day}, after the due date."
        return "No score yet: nothing handed in, and the due date has passed."


def _kind(value: Any, column: Column) -> str:
    if value is None:
        return "none"
    return "zero" if value == 0 else "extra" if value > column.points else "score"


def _graded(score: Mapping[str, Any] | None) -> bool:
    return (
        score is not None and score.get("progress") == "graded" and score.get("points") is not None
    )
