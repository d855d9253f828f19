"""The addresses of the page of a plugin's access."""

import flask
from werkzeug.wrappers import Response

from mock_sis.pages.asked import exchange
from mock_sis.pages.plugin.access import LEVELS, change, plugins, tables

pages = flask.Blueprint("plugin", __name__)


@pages.get("/pages/plugin")
def access() -> str:
    """What a plugin may read and write, table by table."""
    world = exchange().world
    chosen = _plugin()
    return flask.render_template(
        "plugin/access.html",
        plugins=plugins(world),
        chosen=chosen,
        tables=tables(world, chosen),
        levels=LEVELS,
    )


@pages.post("/pages/plugin/<table>")
def grant(table: str) -> Response:
    """As the administrator: change the access to one table and to its fields."""
    given = flask.request.form
    wanted = {name.removeprefix("access-"): given[name] for name in given if "access-" in name}
    if given.get("access") not in LEVELS:
        flask.abort(400)
    flask.flash(change(exchange().world, _plugin(), table, {**wanted, "": given["access"]}))
    return flask.redirect(flask.url_for("plugin.access", plugin=_plugin(), _anchor=table))


def _plugin() -> str:
    return flask.request.args.get("plugin") or plugins(exchange().world)[0]
