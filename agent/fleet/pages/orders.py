"""The buttons of a district's page: pause, let run again, try again, run now."""

from datetime import date

import flask
from werkzeug.wrappers import Response

from agent.config import zone_of
from agent.errors import DecisionError
from agent.fleet.database import acts
from agent.fleet.pages.addresses import district_page, fleet, shared
from agent.serve.words import LONGEST_REASON

NO_REASON = "Say in a few words why, so that others know."


@fleet.post("/districts/<key>/pause")
def pause() -> Response | tuple[str, int]:
    """No night by the clock, until a person or a date ends that."""
    until = flask.request.form.get("until", "").strip()
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        wrong = "The date cannot be read. Give it as 2027-01-04, or leave it out."
        return district_page(wrong), 400
    today = shared().clock().astimezone(zone_of(flask.g.district.settings)).date()
    if day is not None and day <= today:
        wrong = "The first night that runs again must be one that is still to come."
        return district_page(wrong), 400
    return _ordered("pause", until=day) if _why() else (district_page(NO_REASON), 400)


@fleet.post("/districts/<key>/resume")
def resume() -> Response | tuple[str, int]:
    """Nights run again, also those of a district that was parked."""
    return _ordered("resume")


@fleet.post("/districts/<key>/run")
def run() -> Response | tuple[str, int]:
    """A run outside of the schedule."""
    return _ordered("run") if _why() else (district_page(NO_REASON), 400)


def _why() -> str:
    """The reason given."""
    return " ".join(flask.request.form.get("why", "").split())[:LONGEST_REASON]


def _ordered(what: str, until: date | None = None) -> Response | tuple[str, int]:
    """Do it in the name of the person behind the request."""
    key, by, now = flask.g.district.key, flask.g.person.name, shared().clock()
    try:
        with shared().database.transaction() as sql:
            acts.order(sql, what, key, by=by, why=_why(), now=now, until=until)
    except DecisionError as error:
        return district_page(f"Nothing was done: {error}."), 409
    return flask.redirect(flask.url_for("fleet.district", noted=what), 303)
