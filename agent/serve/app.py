"""The Flask app of the pages: checks, look, and the addresses below `/agent`."""

from collections.abc import Callable, Collection, Sequence

import flask
from flask_bootstrap import Bootstrap5
from werkzeug.exceptions import HTTPException

from agent.serve import pages
from agent.serve.access import guard
from agent.serve.district import District

WORDS = {
    400: "The address or the form cannot be used.",
    403: "Another web page may not do this. Open the page here and press its button.",
    404: "There is no such page. It may have been about something that is gone.",
    405: "This address is for a button, not for a page.",
}


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
    app = flask.Flask(__name__, static_folder=None, static_url_path="/static")
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True, NAVIGATION=[], MAX_CONTENT_LENGTH=1024 * 1024)
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    guard(app, token=token, hosts=hosts)
    Bootstrap5(app)
    app.register_blueprint(pages.blueprint_of(districts))
    app.register_error_handler(HTTPException, _failed)
    return app


def _failed(error: HTTPException) -> tuple[str, int]:
    """A page in plain words instead of the server's own."""
    code = error.code or 500
    text = WORDS.get(code, "Something went wrong here, and it is not your fault.")
    return flask.render_template("agent/message.html", title=error.name, text=text), code
