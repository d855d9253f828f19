"""Signing in with a token by a form or an address, and signing out."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

import flask
from werkzeug.wrappers import Response

from agent.log import lines as log
from agent.serve.access.people import People
from agent.serve.access.register import Register
from agent.serve.access.tokens import hash_of
from agent.serve.access.tries import Tries
from agent.serve.bind import is_address

WRONG = "This token is not known here. Copy it once more, whole and without spaces."
WAIT = "Several tokens were wrong. Wait {} seconds, then try again."


class SignIn:
    """Takes tokens; see `Guard` for the arguments."""

    def __init__(
        self,
        people: People,
        register: Callable[[], Register],
        clock: Callable[[], float],
    ) -> None:
        self._people = people
        self._register = register
        self._tries = Tries(clock)

    def blueprint(self) -> flask.Blueprint:
        """The addresses for signing in and out."""
        made = flask.Blueprint("access", __name__)
        made.add_url_rule("/sign-in", "sign_in", self._form, methods=["GET", "POST"])
        made.add_url_rule("/sign-out", "sign_out", self._sign_out, methods=["POST"])
        return made

    def by_token(self, given: str) -> bool:
        """Remember in the cookie whose token was given; False: nobody's, or too soon."""
        peer = self._peer()
        if self._tries.wait(peer) > 0:
            return False
        hashed = hash_of(given.strip())
        if self._people.by_token(hashed, self._register()) is None:
            log.warning("sign-in refused", peer=peer, tries=self._tries.failed(peer))
            return False
        self._tries.succeeded(peer)
        flask.session.clear()
        flask.session["who"] = hashed
        return True

    def page(self, status: int, told: str = "") -> tuple[str, int]:
        """The form; it leads back to what was asked for."""
        request = flask.request
        way_on = request.form.get("next") or _asked(request)
        pause = self._tries.wait(self._peer())
        told = WAIT.format(int(pause) + 1) if pause else told or _told(request)
        page = flask.render_template("agent/sign_in.html", told=told, way_on=way_on)
        return page, 429 if pause else status

    def _form(self) -> Response | tuple[str, int]:
        if flask.request.method != "POST":
            return self.page(200)
        if not self.by_token(flask.request.form.get("token", "")):
            return self.page(401, WRONG)
        return flask.redirect(_own(flask.request.form.get("next", "")), 303)

    def _sign_out(self) -> Response | str:
        by_proxy = flask.g.visitor.by == "proxy"
        flask.session.clear()
        if not by_proxy:
            return flask.redirect(flask.url_for("access.sign_in"), 303)
        text = "Your school's own sign-in lets you in here. Sign out there too."
        return flask.render_template("agent/message.html", title="Sign out there", text=text)

    def _peer(self) -> str:
        """Where the request comes from; of one by a trusted proxy what the proxy says."""
        request = flask.request
        peer = request.remote_addr or ""
        if self._register().trusts(peer):
            said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            return said if is_address(said) else peer
        return peer


def _told(request: flask.Request) -> str:
    """What a token in the address was, where one was given."""
    return WRONG if request.args.get("token") else ""


def _asked(request: flask.Request) -> str:
    """The path that was asked for, without a token; the first page where a button was pressed."""
    if request.method != "GET" or request.endpoint == "access.sign_in":
        return ""
    kept = [(n, v) for n, v in request.args.items(multi=True) if n != "token"]
    return quote(request.path) + (f"?{urlencode(kept)}" if kept else "")


def _own(path: str) -> str:
    """An address of ours: *path* comes from a form, and may not lead elsewhere."""
    usable = path.startswith("/") and path.isprintable()  # no header holds a new line
    return flask.request.host_url.rstrip("/") + (path if usable else "/agent/")
