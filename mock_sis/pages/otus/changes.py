"""The addresses that change an assessment: what it is, whom it is assigned to, its scores."""

from collections.abc import Mapping
from typing import Any

import flask
from werkzeug.wrappers import Response

from mock_sis.otus.acts import Otus
from mock_sis.pages.asked import exchange
from mock_sis.pages.otus.assessment import (
    assessment_page,
    assigned_form,
    chosen_class,
    facts_change,
    facts_form,
    known_people,
    known_types,
    new_form,
    new_record,
    part_change,
)
from mock_sis.pages.otus.forms import ADMINISTRATOR, score_row
from mock_sis.pages.otus.messages import saved, scores_saved
from mock_sis.pages.otus.obstacles import obstacles
from mock_sis.pages.otus.reads import scores_of, students_of
from mock_sis.pages.otus.records import assigned_part
from mock_sis.world.world import World

Record = dict[str, Any]
pages = flask.Blueprint("changes", __name__)


# ---- a new one ----------------------------------------------------------------------------------


@pages.route("/pages/classes/<class_id>/new", methods=["GET", "POST"])
def add(class_id: str) -> str | Response:
    """A new assessment, ordinary or plus (+), for one class."""
    world = exchange().world
    class_ = Otus(world).record("class", class_id)
    people = known_people(world, None, class_)
    posted = flask.request.method == "POST"
    form = new_form(class_, people, world.today(), flask.request.form if posted else None)
    if not posted or not form.validate():
        return flask.render_template(
            "otus/new.html", class_=class_, form=form, types=known_types(world)
        )
    otus = Otus(world)
    made = otus.add_assessment(new_record(form, class_id, _administrator(otus, form)))
    return _told(world, made, class_, "The next night will create it in the gradebook.")


# ---- what it is ---------------------------------------------------------------------------------


@pages.post("/pages/assessments/<id_>")
def edit(id_: str) -> str | Response:
    """Title, type, scale, points, Include Score in Final Grade, who assigned it."""
    world, otus = exchange().world, Otus(exchange().world)
    assessment, class_ = _asked(otus, id_)
    form = facts_form(assessment, known_people(world, assessment, class_), flask.request.form)
    if not form.validate():
        return _again(world, assessment, class_, facts=form)
    change = facts_change(form, assessment, _administrator(otus, form))
    changed = otus.change_assessment(id_, change)
    return _told(world, changed, class_, "The next night will send what has changed.")


@pages.post("/pages/assessments/<id_>/delete")
def delete(id_: str) -> Response:
    """Out of every class."""
    otus = Otus(exchange().world)
    assessment, class_ = _asked(otus, id_)
    otus.delete_assessment(id_)
    flask.flash(
        f"{assessment['title']} ({id_}) is deleted in Otus. What the SIS has of it stays there."
    )
    return _to_class(class_)


@pages.post("/pages/assessments/<id_>/again")
def assign_again(id_: str) -> Response:
    """Unassign it and assign it again: the id changes."""
    otus = Otus(exchange().world)
    assessment, class_ = _asked(otus, id_)
    made = otus.assign_again(id_)
    flask.flash(
        f"{assessment['title']} was unassigned and assigned again. Its id was {id_} and is"
        f" {made['id']} now, and nobody has a score. The next night will create a second"
        " assignment; the old one stays in the SIS."
    )
    return _to_assessment(made["id"], class_)


# ---- whom it is assigned to ---------------------------------------------------------------------


@pages.post("/pages/assessments/<id_>/dates")
def assign(id_: str) -> str | Response:
    """Dates and students in one class."""
    world, otus = exchange().world, Otus(exchange().world)
    assessment, class_ = _asked(otus, id_)
    if class_ is None:
        flask.abort(404)
    part = assigned_part(assessment, class_["id"])
    sitting = students_of(world, assessment, class_)
    form = assigned_form(part, sitting, world.zone, flask.request.form)
    if not form.validate():
        return _again(world, assessment, class_, assigned=form)
    wanted = part_change(form, part, world)
    changed = otus.change_assessment(id_, {"classes": _with(assessment, class_["id"], [wanted])})
    return _told(world, changed, class_, "The next night will send what has changed.")


@pages.post("/pages/assessments/<id_>/classes")
def assign_class(id_: str) -> Response:
    """To one more class: assigned today, with the due date that the class in view has."""
    world, otus = exchange().world, Otus(exchange().world)
    assessment, class_ = _asked(otus, id_)
    other = otus.record("class", flask.request.form.get("to", ""))
    kept = [part for part in assessment["classes"] if part["classId"] != other["id"]]
    due = assigned_part(assessment, class_["id"])["dueDate"] if class_ else None
    part = {
        "classId": other["id"],
        "assignedDate": world.today().isoformat(),
        "dueDate": due,
        "students": None,
    }
    changed = otus.change_assessment(id_, {"classes": [*kept, part]})
    return _told(world, changed, other, f"The next night will create it in {other['title']}.")


@pages.post("/pages/assessments/<id_>/unassign")
def unassign(id_: str) -> Response:
    """From one class; the scores of its students stay until it is deleted."""
    otus = Otus(exchange().world)
    assessment, class_ = _asked(otus, id_)
    if class_ is None:
        flask.abort(404)
    otus.change_assessment(id_, {"classes": _with(assessment, class_["id"], [])})
    flask.flash(
        f"{assessment['title']} is no longer assigned to {class_['title']}. What the SIS has of it"
        " stays there."
    )
    return _to_class(class_)


def _with(assessment: Record, class_id: str, parts: list[Record]) -> list[Record]:
    """The classes of an assessment, with *parts* in the place of one."""
    found: list[Record] = []
    for part in assessment["classes"]:
        found += parts if part["classId"] == class_id else [part]
    return found


# ---- scores -------------------------------------------------------------------------------------


@pages.post("/pages/assessments/<id_>/scores")
def save_scores(id_: str) -> str | Response:
    """Every row that was changed; none when one of them cannot be."""
    world, otus = exchange().world, Otus(exchange().world)
    assessment, class_ = _asked(otus, id_)
    if class_ is None:
        flask.abort(404)
    before = scores_of(world, id_)
    rows = {
        student.id: score_row(student.id, before.get(student.id), flask.request.form)
        for student in students_of(world, assessment, class_)
    }
    changed = {student: row for student, row in rows.items() if row.changed}
    wrong = [row for row in changed.values() if not row.validate()]
    if wrong:
        return _again(world, assessment, class_, rows=rows)
    with world.db.write():
        after = {s: otus.put_score(id_, s, **row.wanted()) for s, row in changed.items()}
    for text in scores_saved([(before.get(s), record) for s, record in after.items()]):
        flask.flash(text)
    if not after:
        flask.flash("Nothing was changed.")
    elif found := _obstacles(world, assessment, class_):
        flask.flash(saved(found, ""))
    return _to_assessment(id_, class_)


# ---- in common ----------------------------------------------------------------------------------


def _asked(otus: Otus, id_: str) -> tuple[Record, Record | None]:
    assessment = otus.record("assessment", id_)
    return assessment, chosen_class(otus, assessment, flask.request.args.get("class", ""))


def _administrator(otus: Otus, form: Any) -> str:
    """Somebody outside the SIS, where the form asks for one."""
    return otus.administrator() if form.assigned_by.data == ADMINISTRATOR else ""


def _again(world: World, assessment: Record, class_: Record | None, **typed: Any) -> str:
    """The page with what was typed and what is wrong with it."""
    page = assessment_page(world, assessment, class_, **typed)
    return flask.render_template("otus/assessment.html", **page, refused=True)


def _obstacles(world: World, assessment: Record, class_: Mapping[str, Any]) -> Any:
    part = assigned_part(assessment, class_["id"])
    people = known_people(world, assessment, dict(class_))
    return obstacles(assessment, part, class_, people, world.today())


def _told(world: World, changed: Record, class_: Record | None, otherwise: str) -> Response:
    """Say what the next night makes of a change, and show it."""
    found = _obstacles(world, changed, class_) if class_ else []
    flask.flash(f"Saved. {saved(found, otherwise)}")
    return _to_assessment(changed["id"], class_)


def _to_assessment(id_: str, class_: Record | None) -> Response:
    where = {"class": class_["id"]} if class_ else {}
    return flask.redirect(flask.url_for("otus.assessment_page", id_=id_, **where))


def _to_class(class_: Record | None) -> Response:
    if class_ is None:
        return flask.redirect(flask.url_for("otus.class_list"))
    return flask.redirect(flask.url_for("otus.class_page", class_id=class_["id"]))
