"""The addresses below `/fleet`: all districts, one district, workers, SIS hosts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import flask

from agent.errors import PassbackError
from agent.fleet.database.connection import Database, Row
from agent.fleet.pages import details, states, times
from agent.fleet.pages.overview import ALL, ROWS, SOMEBODY, Asked, overview
from agent.serve.pages.blueprint import give_key, take_key
from agent.serve.pages.paging import Page, asked_page, searched
from agent.serve.words import BUG, ENDINGS, LONGEST_REASON

fleet = flask.Blueprint("fleet", __name__, url_prefix="/fleet", template_folder="templates")
fleet.url_value_preprocessor(take_key)
fleet.url_defaults(give_key)

EXTENSION = "passback fleet"


@dataclass(frozen=True, slots=True)
class Shared:
    """What the pages of a fleet share; `clock`: the moment that pages show, and of an order."""

    database: Database
    clock: Callable[[], datetime]


def shared() -> Shared:
    """That of the app that serves this request."""
    return cast("Shared", flask.current_app.extensions[EXTENSION])


@fleet.app_context_processor
def entries() -> dict[str, Any]:
    """What stands above every page: of all districts for staff, and of the district at hand."""
    visitor, found = flask.g.get("visitor"), []
    if visitor is not None and visitor.everywhere:
        found += [
            ("All districts", flask.url_for("fleet.districts")),
            ("Workers", flask.url_for("fleet.workers")),
            ("SIS hosts", flask.url_for("fleet.hosts")),
        ]
    scope = flask.g.get("scope")
    if flask.g.get("district") and scope is not None and scope.whole:
        found.append(("Nights", flask.url_for("fleet.district", key=flask.g.district.key)))
    return {"entries": found}


@fleet.context_processor
def words() -> dict[str, Any]:
    """What the templates of the fleet use."""
    now = shared().clock()
    return {
        "LOOKS": states.STATES,
        "reason": states.reason,
        "todo": states.todo,
        "moment": times.moment,
        "span": times.span,
        "ago": lambda instant: times.ago(instant, now),
        "ending": lambda code: ENDINGS.get(code, BUG).title,
    }


@fleet.get("/districts")
def districts() -> str:
    """How many districts are in which state, and those that need somebody."""
    asked = Asked.of(flask.request.args)
    number = asked_page()
    found = overview(shared().database, shared().clock(), asked, (number - 1) * ROWS)
    page = Page(number, ROWS, found.matching)
    return flask.render_template(
        "fleet/districts.html",
        asked=asked,
        found=found,
        page=page,
        heaps=_heaps(found.counts),
        ALL=ALL,
        SOMEBODY=SOMEBODY,
        somebody=sum(found.counts.get(state, 0) for state in states.NEED_SOMEBODY),
        missing=_missing(_processes()),
    )


@fleet.get("/districts/<key>")
def district() -> str:
    """One district: how it stands and why, its last nights, its SIS host, its buttons."""
    return district_page()


def district_page(wrong: str = "") -> str:
    """The same; *wrong*: what is not right about a form that was sent."""
    found = details.details(shared().database, shared().clock(), flask.g.district.key)
    return flask.render_template(
        "fleet/district.html",
        found=found,
        wrong=wrong,
        form=flask.request.form,
        longest=LONGEST_REASON,
        everywhere=flask.g.visitor.everywhere is not None,
    )


@fleet.get("/workers")
def workers() -> str:
    """The processes of the fleet: which are there, seen when, and what they do."""
    found = _processes()
    return flask.render_template("fleet/workers.html", processes=found, missing=_missing(found))


@fleet.get("/hosts")
def hosts() -> str:
    """The SIS hosts: how many districts share each, and how many wait for it."""
    asked, number = searched(), asked_page()
    skip = (number - 1) * details.ROWS
    rows = details.hosts(shared().database, shared().clock(), asked, skip)
    page = Page(number, details.ROWS, rows[0]["total"] if rows else 0)
    return flask.render_template("fleet/hosts.html", rows=rows, asked=asked, page=page)


@fleet.errorhandler(PassbackError)
def unusable(error: PassbackError) -> tuple[str, int]:
    """The fleet's database is away."""
    why = str(error)
    text = f"{why[:1].upper()}{why[1:]}. No night begins meanwhile. Try again in a minute."
    return flask.render_template("agent/message.html", title="No answer", text=text), 503


def _heaps(counts: Mapping[str, int]) -> list[tuple[str, states.Looks, int]]:
    """What stands above the list: the usual states, and each other one that there is."""
    more = [state for state in states.STATES if counts.get(state) and state not in states.COUNTED]
    return [
        (state, states.STATES[state], counts.get(state, 0)) for state in (*states.COUNTED, *more)
    ]


def _processes() -> list[Row]:
    return details.processes(shared().database)


def _missing(processes: Sequence[Row]) -> list[str]:
    """The kinds of processes without which no night is done, and of which none is there."""
    alive = {row["kind"] for row in processes if row["alive"]}
    return [kind for kind in ("tick", "worker", "sweep") if kind not in alive]
