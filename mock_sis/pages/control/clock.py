"""The clock of a district: how late it is there, stopped or running, and moving it on."""

from collections.abc import Sequence
from datetime import datetime

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.periods import Period, all_periods
from mock_sis.pages.asked import exchange
from mock_sis.pages.control.moves import moves
from mock_sis.pages.control.replies import NotDoneError, answer, field
from mock_sis.pages.words import short, spoken, state_words
from mock_sis.world.clock import ClockBackwardsError
from mock_sis.world.world import World

MOST_YEARS = 10
BACKWARDS = (
    "the clock cannot go back; it is {now} in the district. To go back, restore a snapshot or"
    " reset the world"
)

pages = flask.Blueprint("clock", __name__)


@pages.get("/")
def page() -> str:
    """How late it is, and where the clock can go."""
    world = exchange().world
    now = world.local_now()
    return flask.render_template(
        "control/clock.html",
        at=spoken(now),
        earliest=f"{now:%Y-%m-%dT%H:%M}",
        moves=[(m.key, m.words, spoken(m.at)) for m in moves(now, world.zone, _periods(world))],
    )


@pages.post("/clock")
def move() -> Response:
    """On to a moment that the page offers, or to the one that was typed."""
    world = exchange().world

    def act() -> str:
        before = _periods(world)
        try:
            world.set_clock(_asked(world))
        except ClockBackwardsError as error:
            raise NotDoneError(BACKWARDS.format(now=spoken(world.local_now()))) from error
        return f"It is {spoken(world.local_now())} in the district. {_changes(world, before)}"

    return answer(act, flask.url_for(".page"))


@pages.post("/clock/stop")
def stop() -> Response:
    """Stand still, so that everything that follows happens at one moment."""
    return _let(frozen=True, said="The clock stands still until you move it or let it run.")


@pages.post("/clock/run")
def run() -> Response:
    """Go on, second by second."""
    return _let(frozen=False, said="The clock runs.")


def _let(*, frozen: bool, said: str) -> Response:
    world = exchange().world

    def act() -> str:
        world.set_clock(frozen=frozen)
        return said

    return answer(act, flask.url_for(".page"))


def _asked(world: World) -> datetime:
    key, now = field("to"), world.local_now()
    if key:
        found = {m.key: m.at for m in moves(now, world.zone, _periods(world))}
        if key not in found:
            raise NotDoneError("that moment does not lie ahead any more")
        return found[key]
    try:
        asked = datetime.fromisoformat(field("moment")).replace(tzinfo=world.zone)
    except ValueError as error:
        raise NotDoneError("give a date and a time, like 2026-10-30 22:00") from error
    if asked.year > now.year + MOST_YEARS:
        raise NotDoneError(f"the clock moves on {MOST_YEARS} years at most")
    return asked


def _periods(world: World) -> list[Period]:
    return all_periods(world.db, world.now(), world.zone)


def _changes(world: World, before: Sequence[Period]) -> str:
    """Which grading periods opened or closed on the way."""
    was = {period.id: period.state for period in before}
    today = world.today()
    changed = [
        f"{short(period.title)} is {state_words(period, today, world.zone)}."
        for period in _periods(world)
        if period.state is not was.get(period.id)
    ]
    return " ".join(changed) or "Every grading period is as it was."
