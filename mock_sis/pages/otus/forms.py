"""The forms of the Otus pages: what staff may type, and what they are told when it cannot be."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mock_sis.pages.otus.people import Person
from mock_sis.pages.otus.records import PROGRESS, points_text

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,4})?")
MARKS = ("missing", "late", "excused", "excluded")
SCALES = {"points": "Points", "standards": "Standards-based"}
KINDS = {"assessment": "Assessment", "plus": "Plus (+) assessment"}
INCLUDE = {
    "usual": "As usual: on, and off for a plus (+) assessment",
    "on": "On",
    "off": "Off",
}
DATE_WORDS = "Choose a date, such as 10/02/2026."


def stripped(typed: str | None) -> str | None:
    """Without spaces around it."""
    return typed and typed.strip()


class Checkboxes(SelectMultipleField):
    """Several of a list, a checkbox each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def number_of(text: str) -> Decimal | None:
    """The number that somebody typed; None for an empty field. ValueError: it is none."""
    typed = text.strip()
    if not typed:
        return None
    if not PLAIN_NUMBER.fullmatch(typed):
        raise ValueError(typed)
    return Decimal(typed)


class Day(DateField):
    """A date that may be left out."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, validators=[Optional()], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """In the words of this page where it is no date."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(DATE_WORDS) from error


class Facts(FlaskForm):
    """What an assessment is, in all its classes."""

    title = StringField(
        "Title",
        validators=[DataRequired("Give it a title."), Length(max=200)],
        filters=[stripped],
    )
    type = StringField(
        "Type",
        validators=[DataRequired("Give it a type, such as Quiz."), Length(max=60)],
        filters=[stripped],
    )
    grading_scale = RadioField("Grading scale", choices=SCALES, default="points")
    total_points = StringField("Total points")
    assigned_by = SelectField("Assigned by", validate_choice=True)
    submission_date = Day("Submission date")

    def validate_total_points(self, field: Any) -> None:
        """A number, whole or not, or nothing."""
        _must_be_a_number(field.data or "")


class EditFacts(Facts):
    """What an assessment is, with its switch as it stands."""

    included = BooleanField("Include Score in Final Grade")


class NewAssessment(Facts):
    """An assessment for one class, with its dates."""

    kind = RadioField("Kind", choices=KINDS, default="assessment")
    include = RadioField("Include Score in Final Grade", choices=INCLUDE, default="usual")
    assigned_date = Day("Assigned date")
    due_date = Day("Due date")


class Assigned(FlaskForm):
    """How an assessment is assigned to one class."""

    assigned_date = Day("Assigned date")
    due_date = Day("Due date")
    due_time = TimeField("Due time", validators=[Optional()])
    everyone = RadioField(
        "Assigned to",
        choices={"all": "Everyone in the class", "some": "Only the students chosen below"},
        default="all",
    )
    students = Checkboxes("Students")

    def validate_due_time(self, field: Any) -> None:
        """A time belongs to a date."""
        if field.data is not None and self.due_date.data is None and not self.due_date.errors:
            raise ValidationError("A time needs a due date.")

    def validate_students(self, field: Any) -> None:
        """Somebody must be chosen where only some are to have it."""
        if self.everyone.data == "some" and not field.data:
            raise ValidationError("Choose at least one student, or everyone in the class.")

    def due(self, zone: ZoneInfo) -> str | None:
        """As the feed has it: a date, or an instant where a time was given."""
        if self.due_date.data is None:
            return None
        if self.due_time.data is None:
            return str(self.due_date.data.isoformat())
        return datetime.combine(self.due_date.data, self.due_time.data, zone).isoformat()


class ScoreRow(Form):
    """One student's score. `was` is how it stood when the page was made."""

    points = StringField("Points")
    progress = SelectField("Progress", choices=PROGRESS)
    marks = Checkboxes("Marks", choices={each: each.capitalize() for each in MARKS})
    was = HiddenField()

    def validate_points(self, field: Any) -> None:
        """A number or nothing; whoever chooses "graded" gives one, unless it was just removed."""
        number = _must_be_a_number(field.data or "")
        if number is None and self.progress.data == "graded" and not self._was_graded:
            raise ValidationError("Type the points of a graded score.")

    @property
    def changed(self) -> bool:
        """Whether somebody changed something of this row."""
        return self.written() != (self.was.data or "")

    @property
    def _was_graded(self) -> bool:
        return str(self.was.data or "").startswith("graded|")

    def written(self) -> str:
        """The row as one text, to be compared."""
        typed = (self.points.data or "").strip()
        return "|".join([self.progress.data or "", typed, *sorted(self.marks.data or ())])

    def wanted(self) -> dict[str, Any]:
        """Arguments of `Otus.put_score`: points make a score graded, none make it not started."""
        points, progress = number_of(self.points.data or ""), self.progress.data
        if points is None and progress == "graded":
            progress = "not_submitted"
        if points is not None and progress == "not_submitted":
            progress = "graded"
        return {"points": points, "progress": progress, "marks": list(self.marks.data or ())}


def score_row(student: str, score: dict[str, Any] | None, formdata: Any = None) -> ScoreRow:
    """The row of a student, as the score stands or as it was typed."""
    row = ScoreRow(
        formdata,
        prefix=student,
        data={
            "points": points_text(score["points"]) if score else "",
            "progress": score["progress"] if score else "not_submitted",
            "marks": [mark for mark in score["marks"] if mark in MARKS] if score else [],
        },
    )
    if formdata is None:
        row.was.data = row.written()
    return row


def day_of(stored: str | None) -> date | None:
    """The date of a stored date or instant, for a field."""
    try:
        return datetime.fromisoformat(stored).date() if stored else None
    except ValueError:
        return None


def assigner_choices(people: Iterable[Person]) -> dict[str, str]:
    """Who may have assigned it: *people*, an administrator who is not in the SIS, nobody known."""
    names = {one.id: one.name for one in people}
    return {**names, ADMINISTRATOR: "An administrator who is not in the SIS", "": "Not known"}


ADMINISTRATOR = "administrator"
"""Stands for somebody outside the SIS where Otus has none yet."""


def _must_be_a_number(typed: str) -> Decimal | None:
    try:
        return number_of(typed)
    except ValueError as error:
        raise ValidationError("Type a number, such as 10 or 8.5.") from error
