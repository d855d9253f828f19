"""The form of an assignment: the fields that the SIS has, in its order, under its labels."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from mock_sis.gradebook.columns import Column, Draft
from mock_sis.gradebook.reads import Reads
from mock_sis.pages.gradebook.dress import DRESSES, Dress

PLAIN = ("title", "category", "points", "assigned", "due", "description")
KEPT = {"weight": "weight", "extra_points": "extracreditpoints"}
"""Fields that the vendor's face keeps beside the column: form -> member of `extra`."""
USUAL = {"weight": Decimal(1), "extra_points": Decimal(0)}


class Plain:
    """WTForms' own messages, in the words of the pages."""

    words: Mapping[str, str] = {
        "Not a valid decimal value.": "Type a number.",
        "Not a valid date value.": "Type a date.",
        "Not a valid choice.": "Choose one from the list.",
    }

    def gettext(self, text: str) -> str:
        """The message for the page."""
        return self.words.get(text, text)

    def ngettext(self, one: str, several: str, number: int) -> str:
        """The message for the page, of one thing or of several."""
        return one if number == 1 else several


class AssignmentForm(FlaskForm):
    """Every field that some SIS has."""

    title = StringField(
        validators=[DataRequired("An assignment needs a name."), Length(max=255)],
        filters=[lambda text: text.strip() if text else text],
    )
    category = SelectField(validators=[InputRequired("Choose a category.")])
    points = DecimalField(
        places=None,
        validators=[
            InputRequired("How many points is it worth? Type a number."),
            NumberRange(min=Decimal("0.01"), max=9999, message="Type a number from 0.01 to 9,999."),
        ],
    )
    extra_points = DecimalField(
        places=None,
        validators=[Optional(), NumberRange(0, 9999, "Type a number from 0 to 9,999.")],
    )
    weight = DecimalField(
        places=None,
        validators=[
            Optional(),
            NumberRange(Decimal("0.01"), 100, "Type a number from 0.01 to 100."),
        ],
    )
    assigned = DateField(validators=[Optional()])
    due = DateField(validators=[InputRequired("An assignment needs a due date.")])
    description = TextAreaField(validators=[Length(max=4000)])

    class Meta:
        """How WTForms makes the form."""

        def get_translations(self, _form: object) -> Plain:
            """Where messages come from."""
            return Plain()

    def ordered(self, dress: Dress) -> list[Field]:
        """The fields that this SIS has, in its order."""
        return [self[name] for name in dress.labels]


def form_of(book: Reads, section: str, column: Column | None = None) -> AssignmentForm:
    """The form of a new assignment, or of one that is there."""
    dress = DRESSES[book.sis]
    form = AssignmentForm(data=_values(column, book.world.today()))
    for name in (*PLAIN, *KEPT):
        if name in dress.labels:
            form[name].label.text = dress.labels[name]
        else:
            del form[name]
    form.category.choices = _choices(book, section, column)
    return form


def draft_of(form: AssignmentForm, section: str) -> Draft:
    """A new assignment as the form has it."""
    return Draft(section=section, **_given(form, {}))


def changes_of(form: AssignmentForm, column: Column) -> Mapping[str, Any]:
    """Only what differs: a field that was left alone is not checked again."""
    given = _given(form, column.extra)
    return {name: value for name, value in given.items() if getattr(column, name) != value}


def _given(form: AssignmentForm, extra: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: form[name].data for name in PLAIN if name in form}
    given["description"] = (given["description"] or "").replace("\r\n", "\n")
    kept = {
        member: str(form[name].data)
        for name, member in KEPT.items()
        if name in form and _differs(form[name].data, extra.get(member, USUAL[name]))
    }
    return {**given, "extra": {**extra, **kept}}


def _differs(given: Decimal | None, known: Any) -> bool:
    return given is not None and Decimal(str(known)) != given


def _values(column: Column | None, today: date) -> dict[str, Any]:
    if column is None:
        return {"assigned": today, "due": today, **USUAL}
    kept = {
        name: Decimal(str(column.extra.get(member, USUAL[name]))) for name, member in KEPT.items()
    }
    return {name: getattr(column, name) for name in PLAIN} | kept


def _choices(book: Reads, section: str, column: Column | None) -> list[tuple[str, str]]:
    """The categories of the class; one that is switched off only where the column has it."""
    usable = [(row["id"], row["title"]) for row in book.categories(section)]
    if column is None or column.category in {id_ for id_, _ in usable}:
        return usable
    row = book.world.db.one(
        "SELECT title FROM category WHERE sis = ? AND id = ?", book.sis, column.category
    )
    title = f"{row['title']} (switched off)" if row else "No category"
    return [(column.category or "", title), *usable]
