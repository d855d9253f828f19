"""Who may use the control plane and the pages: everyone on a loopback bind, else who has the token.

A browser shows the token once, as `?token=`, and keeps it in a cookie; its address, which it would
remember and pass on, is then one without it. A web page of another origin may not change anything,
wherever the mock listens.
"""

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote, unquote_plus, urlsplit

from mock_sis.http.exchange import Asgi, Exchange, Receive, Scope, Send
from mock_sis.http.response import response
from mock_sis.http.types import Answer, Call, Problem, problem_json

COOKIE = "passback_token"
SAFE = {"GET", "HEAD"}


class Guard:
    """Passes on what may pass. *token* None asks for none."""

    def __init__(self, inner: Asgi, *, token: str | None) -> None:
        self._inner = inner
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 401 or 403, or turn `?token=` into a cookie."""
        exchange: Exchange = scope["passback"]
        call = exchange.call
        if call.method not in SAFE and foreign(call):
            answer = problem_json(Problem(403, "another web page may not do this"))
            await response(answer)(scope, receive, send)
        elif self._token is None or self._has(bearer(call)):
            await self._inner(scope, receive, send)
        elif call.method in SAFE and self._has(parse_qs(call.query).get("token", [""])[0]):
            await response(into_cookie(self._token, call))(scope, receive, send)
        elif self._has(cookie(call)):
            await self._inner(scope, receive, send)
        else:
            needed = Problem(401, "the token that the mock printed at its start is needed")
            answer = problem_json(needed)
            asking = {**answer.headers, "WWW-Authenticate": "Bearer"}
            await response(answer._replace(headers=asking))(scope, receive, send)

    def _has(self, sent: str) -> bool:
        return hmac.compare_digest(sent.encode(), (self._token or "").encode())


def foreign(call: Call) -> bool:
    """Whether a browser says that the request comes from another origin's page."""
    if call.headers.get("sec-fetch-site", "").lower() == "cross-site":
        return True
    origin = call.headers.get("origin")
    own = urlsplit(call.base.lower())
    return origin is not None and origin.lower() != f"{own.scheme}://{own.netloc}"


def into_cookie(token: str, call: Call) -> Answer:
    """The same address without the token, which goes into a cookie."""
    secure = "; Secure" if urlsplit(call.base).scheme == "https" else ""
    parts = [p for p in call.query.split("&") if unquote_plus(p.partition("=")[0]) != "token"]
    path = quote(urlsplit(call.base).path + call.path)
    headers = {
        "Location": path + ("?" + "&".join(parts) if parts else ""),
        "Set-Cookie": f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Answer(None, 303, headers)


def bearer(call: Call) -> str:
    """The bearer token of the request, or ""."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def cookie(call: Call) -> str:
    """The token in the request's cookie, or ""."""
    try:
        found = SimpleCookie(call.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
