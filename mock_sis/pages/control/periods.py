"""Grading periods: their dates and state; close, reopen, another end, days of grace."""

from collections.abc import Callable

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.periods import Period
from mock_sis.pages.asked import exchange
from mock_sis.pages.control.replies import answer, day, whole_number
from mock_sis.pages.words import closes_words, short, spoken_day, state_words
from mock_sis.powerschool.term_bins import term_bins
from mock_sis.sis import periods_of, registrar_of
from mock_sis.world.world import World

MOST_GRACE = 60
CLOSED = (
    "The next night sends nothing for it: no new assignment, no change, no score. What stands in"
    " the gradebooks stays."
)
OPEN = "The next night sends what became due in it and did not get through."

pages = flask.Blueprint("periods", __name__, url_prefix="/periods")


@pages.get("/")
def page() -> str:
    """Every grading period of the district."""
    asked = exchange()
    world, today = asked.world, asked.world.today()
    locks = _locks(world) if asked.call.server == "powerschool" else {}
    rows = [
        {
            "period": period,
            "state": state_words(period, today, world.zone),
            "dates": f"{spoken_day(period.start)} to {spoken_day(period.end)}",
            "closes": closes_words(period, world.zone),
            "lock": locks.get(period.id, ""),
        }
        for period in periods_of(world)
    ]
    return flask.render_template("control/periods.html", rows=rows, most_grace=MOST_GRACE)


@pages.post("/<period>/close")
def close(period: str) -> Response:
    """Now, whatever the calendar says."""
    registrar = registrar_of(exchange().world)
    return _acted(period, lambda: registrar.close_period(period))


@pages.post("/<period>/reopen")
def reopen(period: str) -> Response:
    """Until it is closed by hand."""
    registrar = registrar_of(exchange().world)
    return _acted(period, lambda: registrar.reopen_period(period))


@pages.post("/<period>/dates")
def dates(period: str) -> Response:
    """Another last day, and other days of grace."""
    registrar = registrar_of(exchange().world)

    def act() -> None:
        grace = whole_number("grace_days", most=MOST_GRACE)
        registrar.change_period(period, end=day("end"), grace_days=grace)

    return _acted(period, act)


def _acted(period: str, act: Callable[[], None]) -> Response:
    world = exchange().world

    def told_about() -> str:
        act()
        now = next(one for one in periods_of(world) if one.id == period)
        return _sentence(now, world)

    return answer(told_about, flask.url_for(".page"))


def _sentence(period: Period, world: World) -> str:
    title, state = short(period.title), state_words(period, world.today(), world.zone)
    said = f"{title} is {state}; its last day is {spoken_day(period.end)}."
    if not period.hand and period.state != "closed":
        said += f" It closes at {closes_words(period, world.zone)}."
    return f"{said} {CLOSED if period.state == 'closed' else OPEN if period.hand else ''}".strip()


def _locks(world: World) -> dict[str, str]:
    """PowerSchool's words for each period, by its first reporting term."""
    found: dict[str, str] = {}
    for one in term_bins(world):
        if one.period:
            found.setdefault(one.period, lock_words(one.locked, one.offset))
    return found


def lock_words(locked: int | None, offset: int) -> str:
    """PowerSchool's word for it: an administrator's lock, or that it locks by itself."""
    if locked is not None:
        return "locked by an administrator" if locked else "unlocked by an administrator"
    days = f"{offset} {'day' if offset == 1 else 'days'} after its end" if offset else "at its end"
    return f"locks by itself {days}"
