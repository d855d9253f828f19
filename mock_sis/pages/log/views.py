"""The addresses of the API log."""

from zoneinfo import ZoneInfo

import flask
from werkzeug.wrappers import Response

from mock_sis.pages.asked import exchange
from mock_sis.world.clock import instant

PAGE = 100

pages = flask.Blueprint("log", __name__)


@pages.get("/pages/log")
def log() -> str:
    """This server's API log, newest call first; a world's other servers have their own."""
    asked = exchange()
    failed = flask.request.args.get("failed") == "1"
    before = flask.request.args.get("before", type=int)
    entries = asked.hosted.journal.latest(
        asked.call.server, before=before, failed=failed, limit=PAGE
    )
    shown = [{**entry, "at": local(entry["at"], asked.world.zone)} for entry in entries]
    older = entries[-1]["seq"] if len(entries) == PAGE else None
    return flask.render_template("log/log.html", entries=shown, failed=failed, older=older)


@pages.post("/pages/log/empty")
def empty() -> Response:
    """Forget every call of this world, so that the next night stands alone in the log."""
    exchange().hosted.journal.clear()
    flask.flash("The log is empty now.")
    return flask.redirect(flask.url_for("log.log"))


def local(stored: str, zone: ZoneInfo) -> str:
    """A stored instant as the district's clock shows it."""
    return f"{instant(stored).astimezone(zone):%Y-%m-%d %H:%M:%S}"
