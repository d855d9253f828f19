"""The Flask app of the pages, put together: checks, look, addresses, and the work behind them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from types import TracebackType

import flask
from flask_bootstrap import Bootstrap5
from werkzeug.exceptions import HTTPException

from agent.commands.build import run_context
from agent.commands.runs import noted
from agent.ledger import open_ledger, run_lock
from agent.serve.access import guard
from agent.serve.district import District
from agent.serve.jobs import Job, Jobs, log_fault
from agent.serve.pages.addresses import agent
from agent.serve.pages.site import EXTENSION, Site
from agent.serve.plan_reader import view_of
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.run import decide_night, run_night

WORDS = {
    400: "The address or the form cannot be used.",
    403: "Another web page may not do this. Open the page here and press its button.",
    404: "There is no such page. It may have been about something that is gone.",
    405: "This address is for a button, not for a page.",
    413: "That is more than this form takes.",
}


ExcInfo = tuple[type[BaseException], BaseException, TracebackType]


def create_app(
    districts: Callable[[], Sequence[District]], *, token: str, hosts: Collection[str]
) -> flask.Flask:
    """Make the app with the agent's pages; blueprints registered on it later pass the same checks.

    `app.config["NAVIGATION"]` takes pairs (title, address) for more entries above every page.

    Args:
        districts: asked at each request, so that districts may come and go.
        token: see `access.guard`, as for *hosts*.
    """
    # Bootstrap-Flask puts its files below this path; there are no others here.
    app = _App(__name__, static_folder=None, static_url_path="/static")
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, NAVIGATION=[], MAX_CONTENT_LENGTH=1024 * 1024)
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Site(districts, Jobs(Nights()))
    guard(app, token=token, hosts=hosts)
    Bootstrap5(app)
    app.register_blueprint(agent)
    app.register_error_handler(HTTPException, _failed)
    return app


class _App(flask.Flask):
    """Flask, but its log of a fault of ours has no text that may hold a student's data."""

    def log_exception(self, exc_info: ExcInfo | tuple[None, None, None]) -> None:
        """Log what kind of error came from where."""
        kind, _, place = exc_info
        log_fault("page", kind.__name__ if kind else "", place)


class Nights:
    """The work of jobs, over real connections and under the run lock, as commands do it."""

    def preview(self, district: District, job: Job) -> None:
        """The same as `passback plan`."""
        with _opened(district, job) as run, closing(PlanFile()) as plan_file:
            decided = decide_night(run, plan_file, forced=False)
            job.view = view_of(run, plan_file, decided.findings)

    def run(self, district: District, job: Job, forced: str | None) -> None:
        """The same as `passback sync`."""
        with _opened(district, job) as run:
            job.run = run.id
            night = partial(run_night, run, forced=forced is not None)
            noted(run, district.settings.district, job.events, night, forced=forced)


@contextmanager
def _opened(district: District, job: Job) -> Iterator[RunContext]:
    """What a run of *district* works with; no other run works on its ledger meanwhile."""
    settings, secrets = district.settings, district.environment
    with (
        run_lock(settings.ledger.url),
        closing(open_ledger(settings.ledger.url, settings.district)) as ledger,
        run_context(settings, ledger, job.events, job.began, environ=secrets) as run,
    ):
        yield run


def _failed(error: HTTPException) -> tuple[str, int]:
    """A page in plain words instead of the server's own."""
    code = error.code or 500
    text = WORDS.get(code, "Something went wrong here, and it is not your fault.")
    return flask.render_template("agent/message.html", title=error.name, text=text), code
