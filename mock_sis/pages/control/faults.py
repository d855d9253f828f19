"""Faults in plain words: choose one, see how often each was met, stop them."""

from collections.abc import Mapping

import flask
from werkzeug.wrappers import Response

from mock_sis.pages.asked import NAMES, exchange
from mock_sis.pages.control.fault_choices import (
    CHOICES,
    SPANS,
    WRITES,
    Choice,
    Span,
    fault_words,
    when_words,
    window,
)
from mock_sis.pages.control.replies import NotDoneError, answer, field
from mock_sis.world.faults import Fault, Faults
from mock_sis.world.world import World

pages = flask.Blueprint("faults", __name__, url_prefix="/faults")


@pages.get("/")
def page() -> str:
    """What can go wrong, and what does."""
    world = exchange().world
    return flask.render_template(
        "control/faults.html",
        names=_offered(),
        choices={key: choice.words.format("the server") for key, choice in CHOICES.items()},
        spans={key: span.words for key, span in SPANS.items()},
        faults=[_shown(fault, world) for fault in Faults(world).all()],
    )


@pages.post("/")
def add() -> Response:
    """One that is chosen a second time counts anew."""
    world, server = exchange().world, field("server")
    key, chosen = field("what"), SPANS.get(field("when"))

    def act() -> str:
        choice = CHOICES.get(key)
        if choice is None or chosen is None or server not in _offered():
            raise NotDoneError("choose what goes wrong, where and when")
        fault = _add(world, f"{key}-{server}", choice, server, chosen)
        words = fault_words(fault, NAMES)
        when = when_words(fault, world.now(), world.zone)
        return (
            f"{words[0].upper()}{words[1:]}, {when}. The API log shows each call that meets it; the"
            " next night without it sends what was missed."
        )

    return answer(act, flask.url_for(".page"))


@pages.post("/stop")
def stop() -> Response:
    """One, or all."""
    world, id_ = exchange().world, field("id")

    def act() -> str:
        if not Faults(world).remove(id_ or None):
            raise NotDoneError("nothing goes wrong now")
        return (
            "This fault is over." if id_ else "All faults are over. Every call is answered again."
        )

    return answer(act, flask.url_for(".page"))


def _add(world: World, id_: str, choice: Choice, server: str, span: Span) -> Fault:
    if choice.writes_only and server == "otus":
        raise NotDoneError("nothing is written to Otus in a night; choose the SIS")
    try:
        since, until = window(span, world.now(), world.zone)
    except OverflowError as error:
        raise NotDoneError("the calendar ends before that") from error
    return Faults(world).add(
        choice.action,
        id=id_,
        server=server,
        operation=WRITES if choice.writes_only else None,
        nth=choice.nth,
        probability=choice.probability,
        since=since,
        until=until,
        status=choice.status,
        seconds=choice.seconds,
    )


def _offered() -> Mapping[str, str]:
    """The servers of a night as this mock knows them: the SIS first, then Otus."""
    own = exchange().call.server
    asked = ("skyward", "powerschool", "otus") if own == "otus" else (own, "otus")
    return {server: NAMES[server] for server in asked}


def _shown(fault: Fault, world: World) -> dict[str, str]:
    return {
        "id": fault.id,
        "words": fault_words(fault, NAMES),
        "when": when_words(fault, world.now(), world.zone),
        "met": f"{fault.hits} of {fault.seen} calls",
    }
