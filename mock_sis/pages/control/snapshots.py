"""Snapshots: save the world under a name, return to it, forget it; and the world's start."""

import flask
from werkzeug.wrappers import Response

from mock_sis.pages.asked import exchange
from mock_sis.pages.control.replies import NotDoneError, answer, confirmation, field
from mock_sis.pages.words import size_words, spoken
from mock_sis.world.clock import instant
from mock_sis.world.saving import restore_world, save_world
from mock_sis.world.snapshots import Snapshots

AGAIN = "The next night compares all of it with what it last sent."

pages = flask.Blueprint("snapshots", __name__, url_prefix="/snapshots")


@pages.get("/")
def page() -> str:
    """What was saved: when, and how big."""
    asked = exchange()
    rows = [
        {
            **one,
            "at": spoken(instant(one["at"]).astimezone(asked.world.zone)),
            "size": size_words(one["bytes"]),
        }
        for one in Snapshots(asked.world).list()
    ]
    return flask.render_template("control/snapshots.html", snapshots=rows)


@pages.post("/")
def save() -> Response:
    """Replaces one of the same name only when that is asked for."""
    asked, name = exchange(), "-".join(field("name").split())

    def act() -> str:
        if name in _names() and field("again") != "yes":
            raise NotDoneError(f"there is a snapshot {name} already; tick the box to replace it")
        save_world(asked.hosted, name)
        return f"Saved as {name}. Restore it to return to this moment, as often as you like."

    return answer(act, _back())


@pages.get("/<name>/restore")
def ask_restore(name: str) -> str:
    """Whether they mean it."""
    _must_be_there(name)
    return confirmation(
        f"Restore the snapshot {name}?",
        then="The whole district becomes what it was then: gradebooks, Otus, clock, faults and API"
        " log. What happened since is lost, unless you save it first.",
        button="Restore it",
        back=_back(),
    )


@pages.post("/<name>/restore")
def restore(name: str) -> Response:
    """Everything, the clock too."""
    asked = exchange()

    def act() -> str:
        if name not in _names():
            raise NotDoneError("there is no such snapshot")
        restore_world(asked.hosted, name)
        now = spoken(asked.world.local_now())
        return f"The district is what it was in {name}. It is {now} there. {AGAIN}"

    return answer(act, _back())


@pages.get("/<name>/delete")
def ask_delete(name: str) -> str:
    """Whether they mean it."""
    _must_be_there(name)
    return confirmation(
        f"Delete the snapshot {name}?",
        then="The district stays as it is; only the way back to that moment goes.",
        button="Delete it",
        back=_back(),
    )


@pages.post("/<name>/delete")
def delete(name: str) -> Response:
    """The world stays as it is."""
    world = exchange().world

    def act() -> str:
        if name not in _names():
            raise NotDoneError("there is no such snapshot")
        Snapshots(world).delete(name)
        return f"The snapshot {name} is gone."

    return answer(act, _back())


@pages.get("/reset")
def ask_reset() -> str:
    """Whether they mean it."""
    return confirmation(
        "Take this district back to its start?",
        then="Everything that happened in it is lost: scores, edits, clock, faults and API log."
        " Snapshots stay.",
        button="Take it back to its start",
        back=_back(),
    )


@pages.post("/reset")
def reset() -> Response:
    """To the state in which the world was made or uploaded."""
    asked = exchange()

    def act() -> str:
        asked.worlds.reset(asked.hosted)
        now = spoken(asked.world.local_now())
        return f"The district is back at its start. It is {now} there. {AGAIN}"

    return answer(act, _back())


def _names() -> set[str]:
    return {one["name"] for one in Snapshots(exchange().world).list()}


def _must_be_there(name: str) -> None:
    if name not in _names():
        flask.abort(404)


def _back() -> str:
    return flask.url_for(".page")
