"""The addresses of the class list and of each gradebook."""

from collections.abc import Callable, Sequence

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.acts import last_act
from mock_sis.gradebook.columns import Column
from mock_sis.gradebook.entry import Entry, StrangeWordError
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.teacher import Teacher
from mock_sis.pages.asked import exchange
from mock_sis.pages.gradebook.classes import classes, page, students
from mock_sis.pages.gradebook.dress import DRESSES
from mock_sis.pages.gradebook.entries import NotAnEntryError
from mock_sis.pages.gradebook.grid import Grid, grid
from mock_sis.pages.gradebook.refusals import plain, say
from mock_sis.pages.gradebook.scoring import Form, Scoring
from mock_sis.sis import gradebook_of
from mock_sis.world.enforcement import Refused

Answer = str | Response
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


# ---- scores -------------------------------------------------------------------------------------


@pages.route(f"{ASSIGNMENT}/scores", methods=["GET", "POST"])
def column_scores(section: str, column: int) -> Answer:
    """The scores of all students in one assignment."""
    scoring, form = Scoring(Grid(gradebooks(), section), column), flask.request.form
    if flask.request.method == "GET":
        return column_page(section, scoring)
    if "filling" in form:
        return column_page(section, scoring, scoring.filled(form))
    error = saved(scoring, lambda: scoring.entries(form))
    if error:
        return column_page(section, scoring, form, error)
    return flask.redirect(flask.url_for("gradebook.column_scores", section=section, column=column))


@pages.route(SCORE, methods=["GET", "POST"])
def score(section: str, column: int, student: str) -> Answer:
    """One cell: a panel beside the grid, which works without script; the script gets JSON."""
    made, form = Grid(gradebooks(), section, period()), flask.request.form
    made.student(student)
    scoring = Scoring(made, column)
    if flask.request.method == "GET":
        return score_page(made, scoring, student)
    if "typed" in form:
        error = saved(scoring, lambda: [scoring.typed(student, form["typed"])], quiet=True)
        return cell_answer(section, scoring.column, student, error)
    error = saved(scoring, lambda: scoring.entries(form))
    if error:
        return score_page(made, scoring, student, form, error)
    following = scoring.neighbours(student)[1] if "next" in form else None
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
    last = last_act(book, section)
    try:
        if last is None:
            say("There is nothing to undo.")
        elif Teacher(book).undo(last):
            say(f"Undone: {last.sentence}.")
        else:
            say(f"Not undone, because it was changed since: {last.sentence}.", "error")
    except Refused as refused:
        say(plain(refused, DRESSES[book.sis]), "error")
    return to_grid(section)


# ---- answers ------------------------------------------------------------------------------------


def column_page(
    section: str, scoring: Scoring, form: Form | None = None, error: str = ""
) -> Answer:
    """The form of a column's scores; *form*: what was typed and not saved."""
    book = gradebooks()
    head = Grid(book, section).head(scoring.column)
    rows = scoring.rows(form)
    return page(book, "column", section, error=error, rows=rows, head=head)


def score_page(
    made: Grid, scoring: Scoring, student: str, form: Form | None = None, error: str = ""
) -> Answer:
    """The grid with the panel of one cell."""
    book, section = gradebooks(), made.section
    previous, following = scoring.neighbours(student)
    panel = {
        "error": error,
        "row": scoring.row(student, form),
        "head": made.head(scoring.column),
        "previous": previous,
        "next": following,
    }
    return page(book, "grid", section, grid=grid(book, section, period()), panel=panel)


def cell_answer(section: str, column: Column, student: str, error: str) -> Response:
    """For the script: the cell as it is now, or why nothing was saved."""
    if error:
        return flask.jsonify(error=error)
    book = gradebooks()
    made = Grid(book, section, period())
    line, cell = made.line(made.student(student)), made.shown(student, column)
    last = last_act(book, section)
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


# ---- inside -------------------------------------------------------------------------------------


def gradebooks() -> Gradebook:
    """The gradebooks of the SIS whose mock is asked."""
    return gradebook_of(exchange().world, exchange().call.server)


def period() -> str:
    """The grading period that was asked for."""
    return flask.request.args.get("period", "")


def to_grid(section: str) -> Response:
    """Back to the gradebook, in the grading period that was shown."""
    return flask.redirect(
        flask.url_for("gradebook.gradebook", section=section, period=period() or None)
    )


def saved(scoring: Scoring, read: Callable[[], Sequence[Entry]], *, quiet: bool = False) -> str:
    """Save scores, all or none; why they were not saved, or nothing."""
    book = gradebooks()
    try:
        entries = read()
        if entries:
            Teacher(book).enter(scoring.column.id, entries)
    except (NotAnEntryError, StrangeWordError) as error:
        return f"Nothing was saved: {error}"
    except Refused as refused:
        return plain(refused, DRESSES[book.sis])
    if not quiet:
        scores = "1 score" if len(entries) == 1 else f"{len(entries)} scores"
        say(f"{scores} saved." if entries else "Nothing was changed.")
    return ""
