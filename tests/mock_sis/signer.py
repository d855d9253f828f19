"""Signs calls as OAuth 1.0a has it, written from RFC 5849 and not from the mock's own reading."""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import Any

import httpx

PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
DIGESTS: dict[str, Any] = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
FORM = "application/x-www-form-urlencoded"


def escaped(text: str | bytes) -> str:
    """Section 3.6: everything but the unreserved characters, in capital hexadecimal."""
    raw = text.encode() if isinstance(text, str) else text
    return "".join(chr(byte) if byte in PLAIN else f"%{byte:02X}" for byte in raw)


def unescaped(text: str) -> bytes:
    """A name or a value of a form or query."""
    head, *rest = text.replace("+", " ").split("%")
    return head.encode() + b"".join(bytes.fromhex(part[:2]) + part[2:].encode() for part in rest)


def pairs(form: str) -> Iterator[tuple[str, str]]:
    """Names and values of a form or query, each escaped once."""
    for part in filter(None, form.split("&")):
        name, _, value = part.partition("=")
        yield escaped(unescaped(name)), escaped(unescaped(value))


def base_string(method: str, uri: str, *forms: str, **oauth: str) -> str:
    """Section 3.4.1, of a URI without query and forms still encoded."""
    listed = [(escaped(name), escaped(value)) for name, value in oauth.items()]
    for form in forms:
        listed += pairs(form)
    joined = "&".join("=".join(pair) for pair in sorted(listed))
    return f"{method}&{escaped(uri)}&{escaped(joined)}"


def signature(base: str, method: str, secret: str, token_secret: str = "") -> str:
    """Section 3.4.2."""
    key = f"{escaped(secret)}&{escaped(token_secret)}".encode()
    return base64.b64encode(hmac.digest(key, base.encode(), DIGESTS[method])).decode()


class Signs(httpx.Auth):
    """Signs every call of a client, each with a nonce of its own.

    Args:
        now: the time that it believes.
        tampered: parameters that are changed after the call was signed; None leaves one out.
        oauth: parameters that differ from the usual ones.
    """

    requires_request_body = True
    numbers = itertools.count(1)

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        secret: str = "passback-secret",
        tampered: dict[str, str | None] | None = None,
        **oauth: str,
    ) -> None:
        self.now, self.secret, self.tampered, self.oauth = now, secret, tampered or {}, oauth

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        sent = {
            "oauth_consumer_key": "passback",
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(self.now().timestamp())),
            "oauth_nonce": f"n{next(self.numbers)}",
            "oauth_version": "1.0",
        } | self.oauth
        path, _, query = request.url.raw_path.decode().partition("?")
        host = request.headers["host"].lower()
        port = ":443" if request.url.scheme == "https" else ":80"
        uri = f"{request.url.scheme}://{host.removesuffix(port)}{path}"
        form = request.content.decode() if request.headers.get("content-type") == FORM else ""
        base = base_string(request.method, uri, query, form, **sent)
        digest = sent["oauth_signature_method"]
        sent["oauth_signature"] = signature(
            base, digest if digest in DIGESTS else "HMAC-SHA1", self.secret
        )
        told = {name: value for name, value in (sent | self.tampered).items() if value is not None}
        listed = ", ".join(f'{name}="{escaped(value)}"' for name, value in told.items())
        request.headers["Authorization"] = f'OAuth realm="a, b", {listed}'
        yield request
