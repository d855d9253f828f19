"""The Flask app of the pages, put together: checks, look and addresses."""

import time
from collections.abc import Callable, Collection, Sequence
from types import TracebackType

import flask
from flask_bootstrap import Bootstrap5
from werkzeug.exceptions import HTTPException

from agent.log import lines as log
from agent.serve.access.guard import Guard
from agent.serve.district import District
from agent.serve.jobs import Jobs
from agent.serve.pages import addresses, exports, for_teachers, lists, to_decide
from agent.serve.pages.blueprint import agent
from agent.serve.pages.site import EXTENSION, Site
from agent.serve.schedule import page as schedule_page
from agent.settings import ServeSettings

WORDS = {
    400: "The address or the form cannot be used.",
    403: "Another web page may not do this. Open the page here and press its button.",
    404: "There is no such page. It may have been about something that is gone.",
    405: "This address is for a button, not for a page.",
    413: "That is more than this form takes.",
}

PARTS = (addresses, lists, exports, to_decide, for_teachers, schedule_page)
"""What adds its addresses to the blueprint `agent` as it is imported."""

NO_STAFF = ServeSettings()

ExcInfo = tuple[type[BaseException], BaseException, TracebackType]


def create_app(
    districts: Callable[[], Sequence[District]],
    jobs: Jobs | None,
    *,
    hosts: Collection[str],
    token: str = "",
    by_clock: bool = False,
    overview: str = "",
    first: str = "agent.preview",
    staff: Callable[[], ServeSettings] = lambda: NO_STAFF,
    clock: Callable[[], float] = time.monotonic,
) -> flask.Flask:
    """Make the app with the agent's pages; blueprints registered on it later pass the same checks.

    `app.config["NAVIGATION"]` takes pairs (title, address) for more entries above every page.

    Args:
        districts: asked at each request, so that districts may come and go.
        jobs: does what the buttons ask for; None: there are none, and ledgers are only read.
        hosts: see `access.guard.Guard.put_before`.
        token: makes its holder administrator of every district. Without it only those enter whom a
            district's configuration names (`[[serve.people]]`).
        by_clock: whether nights run by the clock, so that there is a page about it.
        overview, first: see `pages.site.Site`.
        staff: see `access.register.Register`.
        clock: see `access.guard.Guard`.
    """
    # Bootstrap-Flask puts its files below this path; there are no others here.
    app = _App(__name__, static_folder=None, static_url_path="/static")
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, NAVIGATION=[], MAX_CONTENT_LENGTH=1024 * 1024)
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Site(districts, jobs, by_clock, overview, first)
    Guard(districts, token=token, staff=staff, clock=clock).put_before(app, hosts)
    Bootstrap5(app)
    app.register_blueprint(agent)
    app.register_error_handler(HTTPException, _failed)
    return app


class _App(flask.Flask):
    """Flask, but its log of a fault of ours has no text that may hold a student's data."""

    def log_exception(self, exc_info: ExcInfo | tuple[None, None, None]) -> None:
        """Log what kind of error came from where."""
        if exc_info[1] is not None:
            log.fault("page", exc_info[1])


def _failed(error: HTTPException) -> tuple[str, int]:
    """A page in plain words instead of the server's own."""
    code = error.code or 500
    text = WORDS.get(code, "Something went wrong here, and it is not your fault.")
    return flask.render_template("agent/message.html", title=error.name, text=text), code
