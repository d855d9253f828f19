"""The registrar and classes: who co-teaches, merging two classes, one gradebook for several."""

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.pages.asked import exchange
from mock_sis.pages.control import people
from mock_sis.pages.control.replies import NotDoneError, answer, confirmation, field
from mock_sis.pages.words import short
from mock_sis.sis import gradebook_of, registrar_of, sis_of
from mock_sis.world.world import World

IN_GROUP = "{} is in the teacher group of Otus, so nothing is held back because of this."
NOT_IN_GROUP = {
    "powerschool": "{} is not in the teacher group of Otus: the next night sends nothing for this"
    " class until they are.",
    "skyward": "{} is not in the teacher group of Otus: what they assign is not sent until they"
    " are.",
}

pages = flask.Blueprint("classes", __name__, url_prefix="/registrar/classes")


@pages.get("/<section>")
def page(section: str) -> str:
    """One class: its teachers, and the classes that it can be joined with."""
    asked, book = exchange(), _book()
    row = people.section(asked.world, section)
    own = people.teachers_of(asked.world, section)
    ids = {one["id"] for one in own}
    linked = book.linked(section)
    others = [c for c in people.offered(asked.world, row["school"]) if c["id"] != section]
    return flask.render_template(
        "control/class.html",
        section=row,
        teachers=[
            {**dict(one), "in_group": people.in_group(asked.world, one["id"])} for one in own
        ],
        staff=[t for t in people.staff(asked.world, row["school"]) if t["id"] not in ids],
        others=others,
        unlinked=[one for one in others if one["id"] not in linked],
        linked=[book.section(one)["title"] for one in linked if one != section],
        links=book.links,
    )


@pages.post("/<section>/teachers")
def join(section: str) -> Response:
    """A co-teacher, or a new main teacher."""
    world, teacher, main = exchange().world, field("teacher"), field("main") == "yes"

    def act() -> str:
        title = short(people.section(world, section)["title"])
        name = short(people.teacher(world, teacher)["name"])
        registrar_of(world).add_teacher(section, teacher, main=main)
        what = "is the main teacher of" if main else "co-teaches"
        return f"{name} {what} {title} from today on, in Otus too. {_group(world, teacher, name)}"

    return answer(act, _back(section))


@pages.post("/<section>/teachers/<teacher>/leave")
def leave(section: str, teacher: str) -> Response:
    """A co-teacher."""
    world = exchange().world

    def act() -> str:
        title = short(people.section(world, section)["title"])
        name = short(people.teacher(world, teacher)["name"])
        registrar_of(world).remove_teacher(section, teacher)
        return (
            f"{name} left {title}, in Otus too. From the next night on this class does not wait"
            " for them to be in the teacher group."
        )

    return answer(act, _back(section))


@pages.get("/<section>/merge")
def ask_merge(section: str) -> str:
    """Whether they mean it: there is no way back but a snapshot."""
    world = exchange().world
    old = people.section(world, section)
    new = people.section(world, flask.request.args.get("into", ""))
    return confirmation(
        f"Merge {short(old['title'])} into {short(new['title'])}?",
        then="The first class ends today. Its students and assignments go to the second one; what"
        " is in a closed grading period stays where it is. Only a snapshot brings the class back.",
        button="Merge the classes",
        back=_back(section),
    )


@pages.post("/<section>/merge")
def merge(section: str) -> Response:
    """Close one class; its students and columns go to the other."""
    world, into = exchange().world, flask.request.args.get("into", "")

    def act() -> str:
        old, new = people.section(world, section), people.section(world, into)
        registrar_of(world).merge(section, into)
        was = short(old["title"])
        return (
            f"{was} was merged into {short(new['title'])}. Where Otus still has its class linked"
            f" with {was}, the next night sends nothing for it and says so."
        )

    return answer(act, flask.url_for("control.registrar.page"))


@pages.post("/<section>/link")
def link(section: str) -> Response:
    """One gradebook for both."""
    world, other = exchange().world, field("other")

    def act() -> str:
        titles = [short(people.section(world, one)["title"]) for one in (section, other)]
        if not _book().links:
            raise NotDoneError("PowerSchool has no linked gradebooks; merge the classes instead")
        if section == other:
            raise NotDoneError("choose another class")
        registrar_of(world).link([section, other])
        return (
            f"{titles[0]} and {titles[1]} share one gradebook now. The next night sends an"
            " assignment that both have once, and it shows in both."
        )

    return answer(act, _back(section))


@pages.post("/<section>/unlink")
def unlink(section: str) -> Response:
    """A gradebook of its own again."""
    world = exchange().world

    def act() -> str:
        title = short(people.section(world, section)["title"])
        registrar_of(world).unlink(section)
        return (
            f"{title} has a gradebook of its own now. Assignments stay in the class through which"
            " they came; the next night makes those that are missing here."
        )

    return answer(act, _back(section))


def _book() -> Gradebook:
    asked = exchange()
    return gradebook_of(asked.world, sis_of(asked.call.server))


def _group(world: World, teacher: str, name: str) -> str:
    if people.in_group(world, teacher):
        return IN_GROUP.format(name)
    return NOT_IN_GROUP[sis_of(exchange().call.server)].format(name)


def _back(section: str) -> str:
    return flask.url_for(".page", section=section)
