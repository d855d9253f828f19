"""Scores as a teacher enters them: one cell of the grid, or a whole column at once."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from mock_sis.gradebook.columns import Column, Unknown, decimal_text
from mock_sis.gradebook.statuses import COMMENT
from mock_sis.gradebook.teacher import Entry, StrangeWordError, Teacher
from mock_sis.pages.gradebook.entries import Fields, NotAnEntryError, filled, typed
from mock_sis.pages.gradebook.grid import Grid
from mock_sis.pages.gradebook.refusals import plain
from mock_sis.world.enforcement import Refused

Form = MultiDict[str, str]


class Row(NamedTuple):
    """One student's fields as they stand in the form; `was`: as they stood when it was opened."""

    student: str
    name: str
    number: str
    fields: Fields
    was: str
    note: str


class Scoring:
    """One column of a grid, in a form."""

    def __init__(self, grid: Grid, column: int) -> None:
        self.grid = grid
        self.column: Column = grid.column(column)
        self.error = ""

    def rows(self, form: Form | None = None) -> list[Row]:
        """Every student; *form*: what was typed, where it was not saved."""
        return [self.row(student["id"], form) for student in self.grid.students]

    def row(self, student: str, form: Form | None = None) -> Row:
        """One student's fields."""
        who = self.grid.student(student)
        stored = self._stored(student)
        sent = form is not None and f"score-{student}" in form
        return Row(
            student=student,
            name=f"{who['family']}, {who['given']}",
            number=who["number"],
            fields=_typed(form, student) if form is not None and sent else stored,
            was=form.get(f"was-{student}", "") if form is not None and sent else _text(stored),
            note=self.grid.shown(student, self.column).note,
        )

    def filled(self, form: Form) -> Form:
        """The form with one score in every empty field; nothing is saved yet."""
        full = form.copy()
        for student in self.grid.students:
            if not form.get(f"score-{student['id']}", "").strip():
                full[f"score-{student['id']}"] = form.get("fill", "")
        return full

    def save(self, form: Form) -> int | None:
        """Save what differs in every row or none; how many; None: `error` or a row's says why."""
        entries: list[Entry] = []
        try:
            for student in self.grid.students:
                if f"score-{student['id']}" in form:
                    entries += self._entries(student["id"], form)
        except NotAnEntryError as error:
            self.error = f"Nothing was saved: {error}"
            return None
        return len(entries) if self._enter(entries) else None

    def save_typed(self, student: str, text: str) -> bool:
        """Save a text as typed into the grid; False: `error` says why not."""
        self.grid.student(student)
        cell = self.grid.cell(student, self.column.id)
        try:
            entry = typed(self.grid.dress, self.grid.book.statuses, student, text, cell)
        except NotAnEntryError as error:
            self.error = f"Not saved: {error}"
            return False
        return self._enter([entry])

    def _entries(self, student: str, form: Form) -> list[Entry]:
        was = _fields(form.get(f"was-{student}", "")) or self._stored(student)
        try:
            made = filled(self.grid.dress, student, was, _typed(form, student))
        except NotAnEntryError as error:
            raise NotAnEntryError(f"{self.row(student).name}: {error}") from error
        return [made] if made else []

    def _enter(self, entries: Sequence[Entry]) -> bool:
        if not entries:
            return True
        try:
            Teacher(self.grid.book).enter(self.column.id, entries)
        except Refused as refused:
            self.error = plain(refused, self.grid.dress, self.column.section)
        except StrangeWordError as error:
            self.error = f"Nothing was saved: {error}."
        return not self.error

    def _stored(self, student: str) -> Fields:
        cell = self.grid.cell(student, self.column.id)
        if cell is None:
            return Fields("", frozenset(), "")
        return Fields(
            "" if cell.value is None else decimal_text(cell.value),
            frozenset(self.grid.book.statuses.of(cell.extra, cell.status)),
            str(cell.extra.get(COMMENT) or ""),
        )

    def beside(self, student: str) -> dict[str, Mapping[str, Any] | None]:
        """The students before and after, as the page lists them."""
        ids = [row["id"] for row in self.grid.students]
        if student not in ids:
            raise Unknown("student", student)
        at = ids.index(student)
        rows = [dict(row) for row in self.grid.students]
        return {
            "previous": rows[at - 1] if at else None,
            "next": rows[at + 1] if at + 1 < len(rows) else None,
        }


def _typed(form: Form, student: str) -> Fields:
    return Fields(
        form.get(f"score-{student}", ""),
        frozenset(form.getlist(f"words-{student}")),
        form.get(f"comment-{student}", "").replace("\r\n", "\n"),
    )


def _text(fields: Fields) -> str:
    """Fields as one hidden field of the form."""
    return json.dumps([fields.score, sorted(fields.words), fields.comment])


def _fields(text: str) -> Fields | None:
    try:
        score, words, comment = json.loads(text)
        return Fields(str(score), frozenset(map(str, words)), str(comment))
    except (ValueError, TypeError):
        return None
