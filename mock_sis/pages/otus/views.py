"""The addresses of the Otus pages that show; those that change are in `changes`."""

import flask

from mock_sis.otus.acts import Otus
from mock_sis.pages.asked import exchange
from mock_sis.pages.otus.classes import class_list, class_page

pages = flask.Blueprint("otus", __name__)


@pages.get("/pages", endpoint="class_list")
def show_classes() -> str:
    """Every class, or those whose name, id or teacher holds what was asked for."""
    asked = flask.request.args.get("q", "")
    found = class_list(exchange().world, asked.strip())
    return flask.render_template("otus/classes.html", asked=asked, **found)


@pages.get("/pages/classes/<class_id>", endpoint="class_page")
def show_class(class_id: str) -> str:
    """One class: assessments by students."""
    world = exchange().world
    record = Otus(world).record("class", class_id)
    return flask.render_template("otus/class.html", **class_page(world, record))


@pages.get("/pages/group", endpoint="group")
def show_group() -> str:
    """The teacher group."""
    return flask.render_template("otus/classes.html", asked="", classes=[], more=0)
