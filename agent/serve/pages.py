"""The addresses below `/agent`."""

from collections.abc import Callable, Sequence

import flask
from werkzeug.wrappers import Response

from agent.serve.district import District


def blueprint_of(districts: Callable[[], Sequence[District]]) -> flask.Blueprint:
    """The agent's pages of these districts."""
    agent = flask.Blueprint("agent", __name__, url_prefix="/agent", static_folder="static")

    @agent.get("/")
    def home() -> str | Response:
        """Every district; of a single one its Tonight."""
        found = districts()
        if len(found) == 1:
            return flask.redirect(flask.url_for("agent.preview", key=found[0].key), 303)
        return flask.render_template("agent/home.html", districts=found)

    @agent.get("/<key>/tonight")
    def preview(key: str) -> str:
        """What tonight's run would do."""
        district = next((each for each in districts() if each.key == key), None)
        if district is None:
            flask.abort(404)
        return flask.render_template("agent/tonight.html", district=district)

    return agent
