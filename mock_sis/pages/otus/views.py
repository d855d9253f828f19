"""The addresses of the Otus pages; those that change an assessment are in `changes`."""

import flask
from werkzeug.wrappers import Response

from mock_sis.otus.acts import Otus
from mock_sis.pages.asked import exchange, neighbours
from mock_sis.pages.otus.assessment import assessment_page, chosen_class
from mock_sis.pages.otus.classes import class_list, class_page
from mock_sis.pages.otus.group import changed, group_page
from mock_sis.pages.otus.roster import identified, student_list

pages = flask.Blueprint("otus", __name__)


@pages.get("/pages", endpoint="class_list")
def show_classes() -> str:
    """Every class, or those whose name, id or teacher holds what was asked for."""
    return flask.render_template("otus/classes.html", **class_list(exchange().world, _words()))


@pages.get("/pages/classes/<class_id>", endpoint="class_page")
def show_class(class_id: str) -> str:
    """One class: assessments by students."""
    world = exchange().world
    record = Otus(world).record("class", class_id)
    return flask.render_template("otus/class.html", **class_page(world, record, neighbours()))


@pages.get("/pages/assessments/<id_>", endpoint="assessment_page")
def show_assessment(id_: str) -> str:
    """One assessment, in the class that is asked for or its first one."""
    world = exchange().world
    otus = Otus(world)
    assessment = otus.record("assessment", id_)
    class_ = chosen_class(otus, assessment, flask.request.args.get("class", ""))
    return flask.render_template(
        "otus/assessment.html", **assessment_page(world, assessment, class_)
    )


@pages.get("/pages/group", endpoint="group")
def show_group() -> str:
    """The teacher group."""
    return flask.render_template("otus/group.html", **group_page(exchange().world, _words()))


@pages.post("/pages/group/<teacher>", endpoint="change_group")
def change_group(teacher: str) -> Response:
    """Put a teacher into the group, or take one out."""
    world, joined = exchange().world, flask.request.form.get("to") == "in"
    (Otus(world).join_group if joined else Otus(world).leave_group)(teacher)
    flask.flash(changed(world, teacher, joined=joined))
    return flask.redirect(flask.url_for("otus.group", q=_words() or None))


@pages.get("/pages/students", endpoint="students")
def show_students() -> str:
    """Students whose SIS id is missing, or who match what was asked for."""
    return flask.render_template("otus/students.html", **student_list(exchange().world, _words()))


@pages.post("/pages/students/<student>", endpoint="identify")
def identify(student: str) -> Response:
    """Set a student's SIS id, or take it away."""
    world, typed = exchange().world, flask.request.form.get("sis_id", "").strip()
    Otus(world).identify_student(student, typed or None)
    flask.flash(identified(world, student, typed))
    return flask.redirect(flask.url_for("otus.students", q=_words() or None))


def _words() -> str:
    return flask.request.args.get("q", "").strip()
