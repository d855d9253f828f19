"""The addresses of the pages. Each reads the world of its request and changes nothing."""

from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo

import flask
from a2wsgi import WSGIMiddleware
from werkzeug.wrappers import Response

from mock_sis.gradebook.columns import Unknown
from mock_sis.http.exchange import Asgi, Exchange
from mock_sis.pages.classes import classes
from mock_sis.pages.grid import grid
from mock_sis.sis import gradebook_of, sis_of
from mock_sis.world.clock import instant

PAGE = 100
NAMES = {"otus": "Otus", "powerschool": "PowerSchool", "skyward": "Skyward"}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

pages = flask.Blueprint("pages", __name__)


@cache
def pages_app() -> Asgi:
    """The Flask pages as an ASGI app; the world comes with each request's scope."""
    wsgi: Any = flask_app()
    made: Any = WSGIMiddleware(wsgi)
    return cast("Asgi", made)


def flask_app() -> flask.Flask:
    """All pages, below `/pages`."""
    app = flask.Flask("mock_sis.pages", static_url_path="/pages/static")
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages)
    return app


@pages.get("/")
def root() -> Response:
    """A person who types the mock's address finds the classes."""
    return flask.redirect(flask.url_for("pages.all_classes"))


@pages.get("/pages")
def all_classes() -> str:
    """Every class, or those whose name, number or teacher holds what was asked for."""
    exchange = current()
    asked = flask.request.args.get("q", "")
    book = gradebook_of(exchange.world, sis_of(exchange.call.server))
    found = classes(book, asked.strip())
    return flask.render_template("classes.html", asked=asked, **found)


@pages.get("/pages/classes/<section>")
def gradebook(section: str) -> str:
    """One gradebook; of one grading period on request."""
    exchange = current()
    book = gradebook_of(exchange.world, sis_of(exchange.call.server))
    shown = grid(book, section, flask.request.args.get("period", ""))
    return flask.render_template("gradebook.html", grid=shown)


@pages.get("/pages/log")
def log() -> str:
    """This server's API log, newest call first; a world's other servers have their own."""
    exchange = current()
    failed = flask.request.args.get("failed") == "1"
    before = flask.request.args.get("before", type=int)
    journal = exchange.hosted.journal
    own = exchange.call.server
    entries = journal.latest(own, before=before, failed=failed, limit=PAGE)
    shown = [{**entry, "at": local(entry["at"], exchange.world.zone)} for entry in entries]
    older = entries[-1]["seq"] if len(entries) == PAGE else None
    return flask.render_template("log.html", entries=shown, failed=failed, older=older)


@pages.app_context_processor
def frame() -> dict[str, Any]:
    """What every page shows around its own."""
    exchange = current()
    now = exchange.world.now().astimezone(exchange.world.zone)
    return {
        "server": NAMES[exchange.call.server],
        "sis": NAMES[sis_of(exchange.call.server)],
        "world": exchange.hosted.name,
        "now": f"{now:%A}, {now:%B} {now.day}, {now:%Y}, {now:%H:%M}",
        "frozen": exchange.world.clock.frozen,
    }


@pages.app_errorhandler(Unknown)
@pages.app_errorhandler(404)
def missing(_error: Exception) -> tuple[str, int]:
    """A page of its own for what is not there."""
    return flask.render_template("missing.html"), 404


@pages.after_app_request
def guarded(response: flask.Response) -> flask.Response:
    """Nothing from elsewhere is loaded, no other page shows this one, and nothing is kept."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    if flask.request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def current() -> Exchange:
    """The exchange that the middleware made of this request."""
    exchange: Exchange = flask.request.environ["asgi.scope"]["passback"]
    return exchange


def local(stored: str, zone: ZoneInfo) -> str:
    """A stored instant as the district's clock shows it."""
    return f"{instant(stored).astimezone(zone):%Y-%m-%d %H:%M:%S}"
