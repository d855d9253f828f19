"""The registrar and students: find one, let one leave a class, change classes, or join one."""

import flask
from werkzeug.wrappers import Response

from mock_sis.pages.asked import exchange
from mock_sis.pages.control import people
from mock_sis.pages.control.replies import NotDoneError, answer, field
from mock_sis.pages.words import short
from mock_sis.sis import registrar_of

LEFT = (
    "The next night sends nothing more for them there, and reports what it holds back; the scores"
    " in the gradebook stay."
)
JOINED = "The next night sends what Otus has for them in this class."

pages = flask.Blueprint("registrar", __name__, url_prefix="/registrar")


@pages.get("/")
def page() -> str:
    """Students and classes whose name or number holds what was asked for."""
    world, asked = exchange().world, flask.request.args.get("q", "").strip()
    return flask.render_template(
        "control/registrar.html",
        asked=asked,
        students=people.found(world, "student", asked),
        classes=people.found(world, "section", asked),
        most=people.MOST_FOUND,
    )


@pages.get("/students/<student>")
def student(student: str) -> str:
    """One student: the classes of today, and what can be changed."""
    world = exchange().world
    row = people.student(world, student)
    own = people.classes_of(world, student)
    ids = {one["id"] for one in own}
    others = [one for one in people.offered(world, row["school"]) if one["id"] not in ids]
    return flask.render_template("control/student.html", student=row, own=own, others=others)


@pages.post("/students/<student>/drop")
def drop(student: str) -> Response:
    """Out of one class, or of all."""
    world, chosen = exchange().world, field("class")

    def act() -> str:
        name = short(people.student(world, student)["name"])
        where = short(people.section(world, chosen)["title"]) if chosen else ""
        left = registrar_of(world).drop(student, chosen or None)
        if not left:
            raise NotDoneError(f"{name} is in no such class today")
        return f"{name} left {where or f'all classes ({left})'}; yesterday was the last day. {LEFT}"

    return answer(act, _back(student))


@pages.post("/students/<student>/transfer")
def transfer(student: str) -> Response:
    """Out of one class and into another, on one day."""
    world, leave, to = exchange().world, field("from"), field("to")

    def act() -> str:
        name = short(people.student(world, student)["name"])
        new, old = people.section(world, to), people.section(world, leave)
        if leave not in {row["id"] for row in people.classes_of(world, student)}:
            raise NotDoneError(f"{name} is not in {short(old['title'])} today")
        if leave == to:
            raise NotDoneError("choose two different classes")
        registrar_of(world).transfer(student, to, leave=leave)
        was, now = short(old["title"]), short(new["title"])
        return (
            f"{name} moved from {was} to {now} today. The scores in {was} stay there; the next"
            f" night sends nothing more to it, and to {now} what Otus has for them in that class."
        )

    return answer(act, _back(student))


@pages.post("/students/<student>/enroll")
def enroll(student: str) -> Response:
    """Into a class, or back into it."""
    world, to = exchange().world, field("to")

    def act() -> str:
        name = short(people.student(world, student)["name"])
        title = short(people.section(world, to)["title"])
        if to in {row["id"] for row in people.classes_of(world, student)}:
            raise NotDoneError(f"{name} is in {title} already")
        registrar_of(world).enroll(student, to)
        return f"{name} is in {title} from today on. {JOINED}"

    return answer(act, _back(student))


def _back(student: str) -> str:
    return flask.url_for(".student", student=student)
