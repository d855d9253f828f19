"""Scores as a teacher enters them: one cell of the grid, or a whole column at once."""

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from werkzeug.datastructures import MultiDict

from mock_sis.gradebook.columns import Cell, Column, decimal_text
from mock_sis.gradebook.entry import Entry
from mock_sis.gradebook.reads import Reads
from mock_sis.gradebook.statuses import COMMENT
from mock_sis.pages.gradebook.dress import Dress
from mock_sis.pages.gradebook.entries import Fields, NotAnEntryError, filled, typed

Form = MultiDict[str, str]


class Row(NamedTuple):
    """One student's fields as they stand in the form; `was`: as they stood when it was opened."""

    student: str
    name: str
    number: str
    fields: Fields
    was: str
    note: str


class Sheet(Protocol):
    """What a form of scores asks of a grid; `Grid` has it."""

    book: Reads
    dress: Dress
    students: Sequence[sqlite3.Row]

    def student(self, id: str) -> sqlite3.Row:  # noqa: A002
        """Who sits in the class today; Unknown when nobody of that id does."""

    def column(self, id: int) -> Column:  # noqa: A002
        """One of its columns; Unknown when it has none of that id."""

    def cell(self, student: str, column: int) -> Cell | None:
        """One cell; None when nobody wrote it."""

    def note(self, student: str, column: Column) -> str:
        """Who wrote a cell, or why it is empty."""


class Scoring:
    """One column of a grid, in a form."""

    def __init__(self, sheet: Sheet, column: int) -> None:
        self.sheet = sheet
        self.column = sheet.column(column)

    def rows(self, form: Form | None = None) -> list[Row]:
        """Every student; *form*: what was typed, where it was not saved."""
        return [self.row(student["id"], form) for student in self.sheet.students]

    def row(self, student: str, form: Form | None = None) -> Row:
        """One student's fields."""
        who = self.sheet.student(student)
        stored = self._stored(student)
        sent = form is not None and f"score-{student}" in form
        return Row(
            student=student,
            name=f"{who['family']}, {who['given']}",
            number=who["number"],
            fields=_typed(form, student) if form is not None and sent else stored,
            was=form.get(f"was-{student}", "") if form is not None and sent else _text(stored),
            note=self.sheet.note(student, self.column),
        )

    def filled(self, form: Form) -> Form:
        """The form with one score in every empty field; nothing is saved yet."""
        full = form.copy()
        for student in self.sheet.students:
            if not form.get(f"score-{student['id']}", "").strip():
                full[f"score-{student['id']}"] = form.get("fill", "")
        return full

    def entries(self, form: Form) -> list[Entry]:
        """What differs from what the form was opened with. NotAnEntryError: by whose name."""
        students = [row["id"] for row in self.sheet.students]
        sent = [student for student in students if f"score-{student}" in form]
        return [made for student in sent for made in self._entries(student, form)]

    def typed(self, student: str, text: str) -> Entry:
        """The entry of a text as typed into the grid."""
        cell = self.sheet.cell(student, self.column.id)
        return typed(self.sheet.dress, self.sheet.book.statuses, student, text, cell)

    def _entries(self, student: str, form: Form) -> list[Entry]:
        was = _fields(form.get(f"was-{student}", "")) or self._stored(student)
        try:
            made = filled(self.sheet.dress, student, was, _typed(form, student))
        except NotAnEntryError as error:
            raise NotAnEntryError(f"{self.row(student).name}: {error}") from error
        return [made] if made else []

    def _stored(self, student: str) -> Fields:
        cell = self.sheet.cell(student, self.column.id)
        if cell is None:
            return Fields("", frozenset(), "")
        return Fields(
            "" if cell.value is None else decimal_text(cell.value),
            frozenset(self.sheet.book.statuses.of(cell.extra, cell.status)),
            str(cell.extra.get(COMMENT) or ""),
        )

    def neighbours(self, student: str) -> tuple[sqlite3.Row | None, sqlite3.Row | None]:
        """The students before and after, as the page lists them."""
        at = [row["id"] for row in self.sheet.students].index(student)
        around = [None, *self.sheet.students, None]
        return around[at], around[at + 2]


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
