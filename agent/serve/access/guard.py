"""One check before every page and every button, whichever part serves it.

A token comes by the form, or once as `?token=`; the browser keeps a signed cookie, and its address
is then one without the token. A page of another origin changes nothing, even in a browser that has
the cookie.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response

from agent.serve.access import rights
from agent.serve.access.people import People, Visitor
from agent.serve.access.register import Register
from agent.serve.access.scope import Scope, scope_of
from agent.serve.access.sign_in import SignIn
from agent.serve.district import District
from agent.serve.pages.site import ledger
from agent.settings import ServeSettings

LOOPBACK = ("localhost", "127.0.0.1")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LIFETIME = timedelta(hours=12)
"""After which a person signs in again."""
UNKNOWN_HOST = "These pages do not answer under this name. Use the address that Passback printed.\n"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class _CookieOfAPort(SecureCookieSessionInterface):
    """Names the cookie by the port: a browser sends a host's cookies to all of its ports."""

    def get_cookie_name(self, app: flask.Flask) -> str:
        """The name of the cookie."""
        del app
        return f"passback_pages_{flask.request.environ.get('SERVER_PORT', '')}"

    def get_cookie_secure(self, app: flask.Flask) -> bool:
        """Whether the cookie goes over HTTPS only."""
        del app
        return flask.request.is_secure


class Guard:
    """The checks, and what they found out about a request: `flask.g` has visitor, person, scope.

    Args:
        districts: asked at each request; where it gives the same tuple, nothing is looked up anew.
        token: makes its holder administrator of every district; "": there is no such token.
        staff: see `Register`.
        clock: seconds that only go forward, for the pauses between failed tries to sign in.
    """

    def __init__(
        self,
        districts: Callable[[], Sequence[District]],
        *,
        token: str,
        staff: Callable[[], ServeSettings],
        clock: Callable[[], float],
    ) -> None:
        self._every, self._staff = districts, staff
        self._known = Register((), staff())
        self._people = People(token)
        self._sign_in = SignIn(self._people, self._register, clock)
        # Made from the token: who entered before a restart with the same one need not do so again.
        own = hashlib.sha256(b"passback pages: " + token.encode()).digest()
        self._secret = own if token else secrets.token_bytes(32)

    def put_before(self, app: flask.Flask, hosts: Collection[str]) -> None:
        """Check everything that *app* serves now or is given later.

        *hosts*: names and IPv4 addresses under which the pages may be asked, besides loopback;
        without a port. A name of somebody else's that leads here (DNS rebinding) is none.
        """
        app.secret_key = self._secret
        app.session_interface = _CookieOfAPort()
        app.config.update(
            TRUSTED_HOSTS=[*LOOPBACK, *hosts],
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Strict",
            PERMANENT_SESSION_LIFETIME=LIFETIME,
            WTF_CSRF_TIME_LIMIT=None,  # as long as the cookie
        )
        app.before_request(self._check)
        app.after_request(_guarded)
        app.register_error_handler(CSRFError, _outdated)
        app.register_blueprint(self._sign_in.blueprint())
        CSRFProtect(app)

    def _check(self) -> Response | tuple[str, int] | None:
        """What is answered instead of what was asked for; None: nothing stands against it."""
        request = flask.request
        if isinstance(request.routing_exception, SecurityError):
            # Without a host there are no addresses, so a page with links cannot be made.
            return flask.Response(UNKNOWN_HOST, 400, mimetype="text/plain")
        self._take_scheme()
        if _is_static():
            return None
        given = request.args.get("token")
        entered = given is not None and request.method in SAFE and self._sign_in.by_token(given)
        flask.g.visitor = visitor = self._visitor()
        if entered:
            return flask.redirect(_without_token(), 303)
        before = request.endpoint in rights.BEFORE_SIGN_IN
        if visitor is None and not before:
            return self._sign_in.page(401)
        if request.method not in SAFE and _foreign():
            flask.abort(403)
        if visitor is None or not request.endpoint or request.endpoint in rights.EVERYBODY:
            return None
        return None if before else self._refused(request.endpoint, visitor)

    def _register(self) -> Register:
        """The districts that are served and their people, the same for all of a request."""
        if "register" not in flask.g:
            districts, staff, known = self._every(), self._staff(), self._known
            same = districts is known.districts and staff is known.staff
            if not same or not isinstance(districts, tuple):  # a list may have changed inside
                self._known = known = Register(districts, staff)
            flask.g.register = known
        found: Register = flask.g.register
        return found

    def _visitor(self) -> Visitor | None:
        register = self._register()
        headers, peer = flask.request.headers, flask.request.remote_addr or ""
        found = self._people.by_header(headers, peer, register)
        return found or self._people.by_token(flask.session.get("who", ""), register)

    def _refused(self, endpoint: str, visitor: Visitor) -> tuple[str, int] | None:
        """What is answered where the person may not see this; a foreign district is not there."""
        key = flask.g.get("key")
        if key is None:
            flask.g.person = visitor.everywhere
            return None if visitor.everywhere else _not_yours()
        found = self._register().by_key.get(key) if key in visitor.roles else None
        flask.g.district = found or flask.abort(404)
        flask.g.person = person = visitor.roles[key]
        flask.g.scope = Scope() if person.role == "administrator" else Scope((), ())
        if flask.g.scope.whole:
            return None
        if endpoint not in rights.TEACHERS or flask.request.method not in SAFE:
            return _not_yours()
        with ledger() as opened:
            flask.g.scope = scope_of(opened, person)
            if not flask.g.scope.covers(opened, flask.request.view_args or {}):
                flask.abort(404)
        return None

    def _take_scheme(self) -> None:
        """Believe a trusted proxy that the browser came over HTTPS."""
        request = flask.request
        peer, scheme = request.remote_addr or "", request.headers.get("X-Forwarded-Proto")
        if scheme == "https" and self._register().trusts(peer):
            request.scheme = request.environ["wsgi.url_scheme"] = "https"


def _not_yours() -> tuple[str, int]:
    text = "This page is for the administrators of a district. Choose one of those above."
    return flask.render_template("agent/message.html", title="Not for you", text=text), 403


def _without_token() -> str:
    """The address that was asked for, whole, so that no path can lead to another host."""
    kept = [(n, v) for n, v in flask.request.args.items(multi=True) if n != "token"]
    return flask.request.base_url + (f"?{urlencode(kept)}" if kept else "")


def _is_static() -> bool:
    """Whether a file of a package is asked for, which says nothing of the district."""
    endpoint = flask.request.endpoint or ""
    return endpoint.rpartition(".")[2] == "static" and flask.request.method in SAFE


def _foreign() -> bool:
    """Whether the browser says that the request comes from another origin's page."""
    headers = flask.request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return True
    origin = headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != flask.request.host


def _outdated(error: CSRFError) -> tuple[str, int]:
    """A button of a page that is from before a restart."""
    del error
    text = "This page is out of date. Go back, load it again, and press the button once more."
    return flask.render_template("agent/message.html", title="Not done", text=text), 400


def _guarded(response: flask.Response) -> flask.Response:
    """Nothing from elsewhere is loaded, no other page shows this one, and no page is kept."""
    response.headers.update(HEADERS)
    if not _is_static():
        response.headers["Cache-Control"] = "no-store"
    return response
