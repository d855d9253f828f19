"""The Flask app of all pages, with what each has around it: frame, headers, errors, CSRF tokens."""

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import flask
from a2wsgi import WSGIMiddleware
from flask.sessions import SecureCookieSessionInterface
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from mock_sis.gradebook.columns import Unknown
from mock_sis.http.exchange import Asgi
from mock_sis.pages.asked import NAMES, exchange, neighbours, start_page
from mock_sis.pages.control import (
    advanced,
    categories,
    classes,
    clock,
    faults,
    files,
    periods,
    snapshots,
    students,
)
from mock_sis.pages.gradebook.assignments import pages as assignment_pages
from mock_sis.pages.gradebook.views import pages as gradebook_pages
from mock_sis.pages.log.views import pages as log_pages
from mock_sis.pages.otus.changes import pages as otus_changes
from mock_sis.pages.otus.views import pages as otus_pages
from mock_sis.pages.plugin.views import pages as plugin_pages

MOST_BYTES = 1_000_000
"""Of a form; the one that takes a world's file has its own limit."""
PARTS = {
    "otus": (otus_pages, log_pages),
    "powerschool": (gradebook_pages, log_pages, plugin_pages),
    "skyward": (gradebook_pages, log_pages),
}
"""The pages of each server: Otus has classes of its own, at the same addresses as a SIS."""
NAVIGATION: Mapping[str, Mapping[str, str]] = {
    "otus": {
        "otus.class_list": "Classes",
        "otus.group": "Teacher group",
        "otus.students": "Students",
        "log.log": "API log",
        "control.clock.page": "Control",
    },
    "powerschool": {
        "gradebook.class_list": "Classes",
        "log.log": "API log",
        "plugin.access": "Plugin access",
        "control.clock.page": "Control",
    },
    "skyward": {
        "gradebook.class_list": "My Gradebook",
        "log.log": "API log",
        "control.clock.page": "Control",
    },
}
"""What the frame of each server leads to: endpoint and label, its first page first."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
gradebook_pages.register_blueprint(assignment_pages)
FRAMED = flask.Blueprint("pages", __name__)
CONTROL = flask.Blueprint("control", __name__, url_prefix="/pages/control")
for part in (clock, periods, students, classes, categories, faults, snapshots, files, advanced):
    CONTROL.register_blueprint(part.pages)
otus_pages.register_blueprint(otus_changes)


class SessionPerPort(SecureCookieSessionInterface):
    """Browsers send a cookie to every port of a host: each server has one of its own name."""

    def get_cookie_name(self, app: flask.Flask) -> str:
        """The name with the port that was asked."""
        return f"{super().get_cookie_name(app)}_{flask.request.environ.get('SERVER_PORT', '')}"


@cache
def pages_app(server: str) -> Asgi:
    """The Flask pages of *server* as an ASGI app; the world comes with each request's scope.

    It is made before workers are forked, so that they share the key that signs CSRF tokens.
    """
    wsgi: Any = flask_app(server)
    made: Any = WSGIMiddleware(wsgi)
    return cast("Asgi", made)


def flask_app(server: str) -> flask.Flask:
    """Its pages, below `/pages`; the component library's files are below `/bootstrap`."""
    app = flask.Flask("mock_sis.pages", static_url_path="/pages/static")
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="passback_pages",
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.session_interface = SessionPerPort()
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Bootstrap5(app)
    CSRFProtect(app)
    for blueprint in (FRAMED, CONTROL, *PARTS[server]):
        app.register_blueprint(blueprint)
    return app


@FRAMED.get("/")
def root() -> Response:
    """A person who types the mock's address finds the classes."""
    return flask.redirect(flask.url_for(next(iter(NAVIGATION[exchange().call.server]))))


@FRAMED.app_context_processor
def frame() -> dict[str, Any]:
    """What every page shows around its own."""
    asked = exchange()
    now = asked.world.local_now()
    return {
        "server": NAMES[asked.call.server],
        "dress": asked.call.server,
        "neighbours": neighbours(),
        "start_page": start_page(),
        "navigation": NAVIGATION[asked.call.server],
        "here": _here(NAVIGATION[asked.call.server]),
        "world": asked.hosted.name,
        "now": f"{now:%A}, {now:%B} {now.day}, {now:%Y}, {now:%H:%M}",
        "frozen": asked.world.clock.frozen,
    }


def _here(navigation: Mapping[str, str]) -> str:
    """The page of the bar that the asked one is, or belongs to."""
    whole = "".join(flask.request.blueprints[-1:])  # of nested ones, the outermost
    near = (endpoint for endpoint in navigation if endpoint.startswith(f"{whole}."))
    asked = flask.request.endpoint or ""
    return asked if asked in navigation else next(near, "")


@FRAMED.app_errorhandler(Unknown)
@FRAMED.app_errorhandler(404)
def missing(_error: Exception) -> tuple[str, int]:
    """A page of its own for what is not there."""
    return flask.render_template("missing.html"), 404


@FRAMED.app_errorhandler(CSRFError)
def unsigned(_error: CSRFError) -> tuple[str, int]:
    """A form without the token of this browser's session: nothing was changed."""
    return flask.render_template("unsigned.html"), 400


@FRAMED.after_app_request
def guarded(response: flask.Response) -> flask.Response:
    """Nothing from elsewhere is loaded, no other page shows this one, and nothing is kept."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    if not (flask.request.endpoint or "").endswith("static"):
        response.headers["Cache-Control"] = "no-store"
    return response
