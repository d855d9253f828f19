"""The addresses of the class list and of each gradebook."""

import flask

from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.pages.asked import exchange
from mock_sis.pages.gradebook.classes import classes
from mock_sis.pages.gradebook.grid import grid
from mock_sis.sis import gradebook_of, sis_of

pages = flask.Blueprint("gradebook", __name__)


@pages.get("/pages")
def class_list() -> str:
    """Every class, or those whose name, number or teacher holds what was asked for."""
    asked = flask.request.args.get("q", "")
    found = classes(gradebooks(), asked.strip())
    return flask.render_template("gradebook/classes.html", asked=asked, **found)


@pages.get("/pages/classes/<section>")
def gradebook(section: str) -> str:
    """One gradebook; of one grading period on request."""
    shown = grid(gradebooks(), section, flask.request.args.get("period", ""))
    return flask.render_template("gradebook/grid.html", grid=shown)


def gradebooks() -> Gradebook:
    """The gradebooks of the SIS whose mock is asked; Otus shows Skyward's."""
    asked = exchange()
    return gradebook_of(asked.world, sis_of(asked.call.server))
