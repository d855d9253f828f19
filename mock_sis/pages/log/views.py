"""The addresses of the API log."""

from collections.abc import Mapping, Sequence
from typing import Any

import flask
from werkzeug.wrappers import Response

from mock_sis.pages.asked import exchange
from mock_sis.pages.log import vendor_columns
from mock_sis.pages.log.names import WorldNames
from mock_sis.pages.log.reading import Asked, as_csv, every, hours, local, page
from mock_sis.sis import sis_of

SWITCH = "allow_grade_passback"

pages = flask.Blueprint("log", __name__)


@pages.get("/pages/log")
def log() -> str:
    """This server's API log, newest call first; a world's other servers have their own."""
    found, asked, names = exchange(), _asked(), _names()
    before = flask.request.args.get("before", type=int)
    shown, older = page(found.hosted.journal, asked, names, before)
    return flask.render_template(
        "log/log.html",
        asked=asked,
        hours=hours(shown, names, found.world.zone),
        shown=[{**entry, "at": _time(entry)} for entry in shown],
        older=older,
        operations=found.hosted.journal.operations(asked.server),
        **_vendor(asked.server, shown),
    )


@pages.get("/pages/log.csv")
def download() -> flask.Response:
    """The same calls as a file, all of them."""
    found, names = exchange(), _names()
    rows = as_csv(every(found.hosted.journal, _asked(), names), names, found.world.zone)
    answer = flask.Response(rows, mimetype="text/csv")
    name = f"{found.call.server}-api-log.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.post("/pages/log/empty")
def empty() -> Response:
    """Forget every call of this world, so that the next night stands alone in the log."""
    exchange().hosted.journal.clear()
    flask.flash("The log is empty now.")
    return flask.redirect(flask.url_for("log.log"))


@pages.post("/pages/log/passback")
def switch_passback() -> Response:
    """As Skyward's administrator: allow grade passback, or stop it."""
    found = exchange()
    if found.call.server != "skyward":
        flask.abort(404)
    allowed = flask.request.form.get("allowed") == "yes"
    settings = found.world.setting("skyward", {})
    found.world.configure(skyward={**settings, SWITCH: allowed})
    flask.flash(
        "Grade passback is allowed. The next night can write."
        if allowed
        else "Grade passback is not allowed. Skyward refuses what the next night writes."
    )
    return flask.redirect(flask.url_for("log.log"))


def _asked() -> Asked:
    given = flask.request.args
    return Asked(
        server=exchange().call.server,
        failed=given.get("failed") == "1",
        writes=given.get("writes") == "1",
        operation=given.get("operation", ""),
        words=given.get("q", "").strip(),
    )


def _names() -> WorldNames:
    found = exchange()
    return WorldNames(found.world, sis_of(found.call.server))


def _vendor(server: str, shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The table of the vendor's own page, and the switch of Skyward."""
    as_vendor = server in vendor_columns.COLUMNS and flask.request.args.get("as") == "table"
    rows = [vendor_columns.cells(server, entry, _time(entry)) for entry in shown]
    switch = exchange().world.setting("skyward", {}).get(SWITCH, True)
    return {
        "table_title": vendor_columns.TITLES.get(server),
        "columns": vendor_columns.COLUMNS.get(server) if as_vendor else None,
        "rows": rows if as_vendor else [],
        "passback_allowed": switch if server == "skyward" else None,
    }


def _time(entry: Any) -> str:
    return f"{local(entry['at'], exchange().world.zone):%Y-%m-%d %H:%M:%S}"
