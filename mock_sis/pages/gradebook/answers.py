"""The answers of a class's pages: what each template is given, and with which status."""

from collections.abc import Callable
from typing import Any

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.columns import Column
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.teacher import Teacher
from mock_sis.pages.gradebook.classes import about
from mock_sis.pages.gradebook.dress import DRESSES
from mock_sis.pages.gradebook.forms import AssignmentForm
from mock_sis.pages.gradebook.grid import Grid, grid
from mock_sis.pages.gradebook.refusals import plain
from mock_sis.pages.gradebook.scoring import Form, Scoring
from mock_sis.world.enforcement import Refused

Answer = str | Response | tuple[str, int]
REFUSED = 422


def period() -> str:
    """The grading period that was asked for."""
    return flask.request.args.get("period", "")


def page(book: Gradebook, name: str, section: str, **shown: Any) -> str:
    """A page of one class."""
    shown = {"period": period(), "panel": None, **shown, "class_": about(book, section)}
    return flask.render_template(f"gradebook/{name}.html", **shown)


def assignment_page(
    book: Gradebook,
    section: str,
    form: AssignmentForm,
    known: Column | None = None,
    refused: Refused | None = None,
) -> Answer:
    """The form of an assignment, with all that was typed."""
    error = told(book, section, refused) if refused else ""
    shown = page(
        book,
        "assignment",
        section,
        form=form,
        fields=form.ordered(DRESSES[book.sis]),
        column=known,
        head=Grid(book, section).head(known) if known else None,
        error=error,
    )
    return shown, REFUSED if error or form.errors else 200


def column_page(section: str, scoring: Scoring, form: Form | None) -> Answer:
    """The form of a column's scores; *form*: what was typed and not saved."""
    rows = scoring.rows(form)
    head = scoring.grid.head(scoring.column)
    shown = page(scoring.grid.book, "column", section, error=scoring.error, rows=rows, head=head)
    return shown, REFUSED if scoring.error else 200


def score_page(section: str, scoring: Scoring, student: str) -> Answer:
    """The grid with the panel of one cell."""
    book = scoring.grid.book
    panel = {
        "error": scoring.error,
        "row": scoring.row(student, flask.request.form or None),
        "cell": scoring.grid.shown(student, scoring.column),
        "head": scoring.grid.head(scoring.column),
        **scoring.beside(student),
    }
    shown = page(book, "grid", section, grid=grid(book, section, period()), panel=panel)
    return shown, REFUSED if scoring.error else 200


def typed(section: str, scoring: Scoring, student: str, text: str) -> Response:
    """The answer to the script: the cell as it is now, or why it was not saved."""
    if not scoring.save_typed(student, text):
        answer = flask.jsonify(error=scoring.error)
        answer.status_code = REFUSED
        return answer
    made = Grid(scoring.grid.book, section, period())
    line, cell = made.line(made.student(student)), made.shown(student, scoring.column)
    last = Teacher(made.book).last(section)
    return flask.jsonify(
        text=cell.text,
        flags=cell.flags,
        kind=cell.kind,
        own=cell.own,
        note=cell.note,
        average=line.average,
        averages=line.averages,
        undo=last.sentence if last else "",
    )


def acted(book: Gradebook, section: str, do: Callable[[Teacher], Any], done: str) -> Response:
    """Do something, and lead back to the list of assignments, which says what became of it."""
    try:
        do(Teacher(book))
    except Refused as refused:
        flask.flash(told(book, section, refused), "error")
    else:
        flask.flash(done)
    return flask.redirect(flask.url_for("gradebook.assignments", section=section))


def undone(book: Gradebook, section: str) -> str:
    """Take the teacher's last act back and say so; Refused: its grading period is closed."""
    teacher = Teacher(book)
    last = teacher.last(section)
    if last is None:
        return "There is nothing to undo."
    if teacher.undo(last):
        return f"Undone: {last.sentence}."
    return f"Not undone, because it was changed since: {last.sentence}."


def told(book: Gradebook, section: str, refused: Refused) -> str:
    """Why nothing was saved."""
    return plain(refused, DRESSES[book.sis], section)
