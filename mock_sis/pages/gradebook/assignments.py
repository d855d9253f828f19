"""The addresses of a class's assignments: their list, and how a teacher changes them."""

from collections.abc import Callable
from typing import Any

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.columns import Column, Unknown
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.teacher import Teacher
from mock_sis.pages.asked import exchange
from mock_sis.pages.gradebook.classes import page
from mock_sis.pages.gradebook.dress import DRESSES
from mock_sis.pages.gradebook.forms import AssignmentForm, changes_of, draft_of, form_of
from mock_sis.pages.gradebook.grid import Grid, listed
from mock_sis.pages.gradebook.refusals import plain, say
from mock_sis.sis import gradebook_of
from mock_sis.world.enforcement import Refused

Answer = str | Response
ALL = "/pages/classes/<section>/assignments"
ONE = f"{ALL}/<int:column>"

pages = flask.Blueprint("assignments", __name__)


@pages.get(ALL)
def every(section: str) -> str:
    """Every assignment, deleted ones too."""
    book = gradebooks()
    return page(book, "assignments", section, assignments=listed(book, section))


@pages.route(f"{ALL}/new", methods=["GET", "POST"])
def new(section: str) -> Answer:
    """Add an assignment by hand."""
    book = gradebooks()
    book.section(section)
    form = form_of(book, section)
    if form.validate_on_submit():
        return wrote(
            book,
            section,
            form,
            None,
            lambda t: f"{t.add(draft_of(form, section)).title} was added.",
        )
    return assignment_page(book, section, form)


@pages.route(ONE, methods=["GET", "POST"])
def edit(section: str, column: int) -> Answer:
    """Change an assignment."""
    book = gradebooks()
    known = column_of(book, section, column)
    form = form_of(book, known.section, known)
    if not form.validate_on_submit():
        return assignment_page(book, section, form, known)
    changes = changes_of(form, known)
    if not changes:
        say("Nothing was changed.")
        return to_grid(section)
    return wrote(
        book, section, form, known, lambda t: f"{t.edit(column, changes).title} was saved."
    )


@pages.post(f"{ONE}/delete")
def delete(section: str, column: int) -> Response:
    """Take an assignment away, with its scores."""
    title = column_of(gradebooks(), section, column).title
    return acted(section, lambda t: t.delete(column), f"{title} was deleted.")


@pages.post(f"{ONE}/restore")
def restore(section: str, column: int) -> Response:
    """Bring a deleted assignment back, with its scores."""
    title = column_of(gradebooks(), section, column, deleted=True).title
    return acted(section, lambda t: t.restore(column), f"{title} is back.")


# ---- inside -------------------------------------------------------------------------------------


def assignment_page(
    book: Gradebook,
    section: str,
    form: AssignmentForm,
    known: Column | None = None,
    error: str = "",
) -> Answer:
    """The form of an assignment, with all that was typed."""
    fields = form.ordered(DRESSES[book.sis])
    head = Grid(book, section).head(known) if known else None
    parts = {"form": form, "fields": fields, "column": known, "head": head, "error": error}
    return page(book, "assignment", section, **parts)


def column_of(book: Gradebook, section: str, id_: int, *, deleted: bool = False) -> Column:
    """An assignment of this gradebook; Unknown when it is in another one."""
    known = book.column(id_, deleted=deleted)
    if known.section not in book.linked(section):
        raise Unknown("assignment", id_)
    return known


def wrote(
    book: Gradebook,
    section: str,
    form: AssignmentForm,
    known: Column | None,
    write: Callable[[Teacher], str],
) -> Answer:
    """Save an assignment and go back to the grid, or show the form with why not."""
    try:
        say(write(Teacher(book)))
    except Refused as refused:
        return assignment_page(book, section, form, known, plain(refused, DRESSES[book.sis]))
    return to_grid(section)


def acted(section: str, do: Callable[[Teacher], Any], done: str) -> Response:
    """Do something, and lead back to the list of assignments, which says what became of it."""
    book = gradebooks()
    try:
        do(Teacher(book))
    except Refused as refused:
        say(plain(refused, DRESSES[book.sis]), "error")
    else:
        say(done)
    return flask.redirect(flask.url_for("gradebook.assignments.every", section=section))


def gradebooks() -> Gradebook:
    """The gradebooks of the SIS whose mock is asked."""
    return gradebook_of(exchange().world, exchange().call.server)


def to_grid(section: str) -> Response:
    """Back to the gradebook."""
    return flask.redirect(flask.url_for("gradebook.gradebook", section=section))
