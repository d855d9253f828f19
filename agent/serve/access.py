"""Who may use the pages: one check before every page and every button, whichever part serves it.

The token comes once, as `?token=`; the browser keeps a signed cookie, and its address is then one
without the token. A page of another origin changes nothing, even in a browser that has the cookie.
"""

import hashlib
import hmac
from collections.abc import Collection
from urllib.parse import urlencode, urlsplit

import flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response

LOOPBACK = ("localhost", "127.0.0.1")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ENTERED = "entered"
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


def guard(app: flask.Flask, *, token: str, hosts: Collection[str]) -> None:
    """Put the checks before everything that *app* serves now or is given later.

    Args:
        token: what lets a person in; whoever has it may do everything.
        hosts: names and IPv4 addresses under which the pages may be asked, besides loopback;
            without a port. A name of somebody else's that leads here (DNS rebinding) is none.
    """
    # Made from the token: who entered before a restart with the same token need not enter again.
    app.secret_key = hashlib.sha256(b"passback pages: " + token.encode()).digest()
    app.session_interface = _CookieOfAPort()
    app.config.update(
        TRUSTED_HOSTS=[*LOOPBACK, *hosts],
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the cookie
    )
    app.before_request(lambda: _checked(token))
    app.after_request(_guarded)
    app.register_error_handler(CSRFError, _outdated)
    CSRFProtect(app)


def _checked(token: str) -> Response | tuple[str, int] | None:
    request = flask.request
    if isinstance(request.routing_exception, SecurityError):
        # Without a host there are no addresses, so a page with links cannot be made.
        return flask.Response(UNKNOWN_HOST, 400, mimetype="text/plain")
    given = request.args.get("token")
    if given is not None and request.method in SAFE and _same(given, token):
        flask.session[ENTERED] = True
        return flask.redirect(_without_token(), 303)
    if _is_static():
        return None
    if not flask.session.get(ENTERED):
        return flask.render_template("agent/no_access.html"), 401
    if request.method not in SAFE and _foreign():
        flask.abort(403)
    return None


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


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
