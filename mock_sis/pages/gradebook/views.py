"""The addresses of the class list and of each gradebook."""

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.columns import Column, Unknown
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.teacher import Teacher
from mock_sis.pages.asked import exchange
from mock_sis.pages.gradebook import answers
from mock_sis.pages.gradebook.answers import Answer, page, period
from mock_sis.pages.gradebook.classes import classes, listed, students
from mock_sis.pages.gradebook.dress import DRESSES
from mock_sis.pages.gradebook.forms import changes_of, draft_of, form_of
from mock_sis.pages.gradebook.grid import Grid, grid
from mock_sis.pages.gradebook.scoring import Scoring
from mock_sis.sis import gradebook_of, sis_of
from mock_sis.world.enforcement import Refused

CLASS = "/pages/classes/<section>"
ASSIGNMENT = f"{CLASS}/assignments/<int:column>"
SCORE = f"{ASSIGNMENT}/scores/<student>"

pages = flask.Blueprint("gradebook", __name__)


# ---- reading ------------------------------------------------------------------------------------


@pages.get("/pages")
def class_list() -> str:
    """Every class, or those whose name, number or teacher holds what was asked for."""
    asked, book = flask.request.args.get("q", ""), gradebooks()
    found = classes(book, asked.strip())
    words = DRESSES[book.sis]
    return flask.render_template("gradebook/classes.html", asked=asked, words=words, **found)


@pages.get(CLASS)
def gradebook(section: str) -> str:
    """One gradebook; of one grading period on request."""
    book = gradebooks()
    return page(book, "grid", section, grid=grid(book, section, period()))


@pages.get(f"{CLASS}/students")
def roster(section: str) -> str:
    """Who sits in the class, and who will or did."""
    book = gradebooks()
    book.section(section)
    sections = [(book.section(id_)["title"], students(book, id_)) for id_ in book.linked(section)]
    return page(book, "students", section, sections=sections)


@pages.get(f"{CLASS}/assignments")
def assignments(section: str) -> str:
    """Every assignment, deleted ones too."""
    book = gradebooks()
    return page(book, "assignments", section, assignments=listed(book, section))


# ---- assignments --------------------------------------------------------------------------------


@pages.route(f"{CLASS}/assignments/new", methods=["GET", "POST"])
def new(section: str) -> Answer:
    """Add an assignment by hand."""
    book = gradebooks()
    book.section(section)
    form = form_of(book, section)
    if form.validate_on_submit():
        try:
            made = Teacher(book).add(draft_of(form, section))
        except Refused as refused:
            return answers.assignment_page(book, section, form, None, refused)
        flask.flash(f"{made.title} was added.")
        return to_grid(section)
    return answers.assignment_page(book, section, form)


@pages.route(ASSIGNMENT, methods=["GET", "POST"])
def assignment(section: str, column: int) -> Answer:
    """Change an assignment."""
    book = gradebooks()
    known = column_of(book, section, column)
    form = form_of(book, known.section, known)
    if form.validate_on_submit():
        changes = changes_of(form, known)
        try:
            changed = Teacher(book).edit(column, changes) if changes else known
        except Refused as refused:
            return answers.assignment_page(book, section, form, known, refused)
        flask.flash(f"{changed.title} was saved." if changes else "Nothing was changed.")
        return to_grid(section)
    return answers.assignment_page(book, section, form, known)


@pages.post(f"{ASSIGNMENT}/delete")
def delete(section: str, column: int) -> Response:
    """Take an assignment away, with its scores."""
    book = gradebooks()
    title = column_of(book, section, column).title
    return answers.acted(book, section, lambda t: t.delete(column), f"{title} was deleted.")


@pages.post(f"{ASSIGNMENT}/restore")
def restore(section: str, column: int) -> Response:
    """Bring a deleted assignment back, with its scores."""
    book = gradebooks()
    title = column_of(book, section, column, deleted=True).title
    return answers.acted(book, section, lambda t: t.restore(column), f"{title} is back.")


# ---- scores -------------------------------------------------------------------------------------


@pages.route(f"{ASSIGNMENT}/scores", methods=["GET", "POST"])
def column_scores(section: str, column: int) -> Answer:
    """The scores of all students in one assignment."""
    scoring = Scoring(Grid(gradebooks(), section), column)
    form = flask.request.form
    if "filling" in form:
        return answers.column_page(section, scoring, scoring.filled(form))
    if flask.request.method == "POST":
        saved = scoring.save(form)
        if saved is not None:
            flask.flash(f"{counted(saved)} saved." if saved else "Nothing was changed.")
            return flask.redirect(
                flask.url_for("gradebook.column_scores", section=section, column=column)
            )
    return answers.column_page(section, scoring, form or None)


@pages.route(SCORE, methods=["GET", "POST"])
def score(section: str, column: int, student: str) -> Answer:
    """One cell: a panel beside the grid, which works without script; the script gets JSON."""
    scoring = Scoring(Grid(gradebooks(), section, period()), column)
    scoring.grid.student(student)
    form = flask.request.form
    if "typed" in form:
        return answers.typed(section, scoring, student, form["typed"])
    saved = scoring.save(form) if flask.request.method == "POST" else None
    if saved is None:
        return answers.score_page(section, scoring, student)
    flask.flash("Saved." if saved else "Nothing was changed.")
    following = scoring.beside(student)["next"] if "next" in form else None
    shown = following["id"] if following else student
    return flask.redirect(
        flask.url_for(
            "gradebook.score",
            section=section,
            column=column,
            student=shown,
            period=period() or None,
            _anchor=f"cell-{column}-{shown}",
        )
    )


@pages.post(f"{CLASS}/undo")
def undo(section: str) -> Response:
    """Take the teacher's last act in this gradebook back."""
    book = gradebooks()
    try:
        flask.flash(answers.undone(book, section))
    except Refused as refused:
        flask.flash(answers.told(book, section, refused), "error")
    return to_grid(section)


# ---- inside -------------------------------------------------------------------------------------


def gradebooks() -> Gradebook:
    """The gradebooks of the SIS whose mock is asked; Otus shows Skyward's."""
    asked = exchange()
    return gradebook_of(asked.world, sis_of(asked.call.server))


def column_of(book: Gradebook, section: str, id_: int, *, deleted: bool = False) -> Column:
    """An assignment of this gradebook; Unknown when it is in another one."""
    known = book.column(id_, deleted=deleted)
    if known.section not in book.linked(section):
        raise Unknown("assignment", id_)
    return known


def to_grid(section: str) -> Response:
    """Back to the gradebook, in the grading period that was shown."""
    return flask.redirect(
        flask.url_for("gradebook.gradebook", section=section, period=period() or None)
    )


def counted(scores: int) -> str:
    """How many scores, in words."""
    return "1 score" if scores == 1 else f"{scores} scores"
