"""Client-credentials tokens, kept in the world's file: they expire by the virtual clock.

The file holds digests only. Every dialect of a token endpoint is made of `credentials` and `issue`.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, unquote_plus

from mock_sis.credentials import CLIENT_ID, CLIENT_SECRET
from mock_sis.http.types import Call, Problem
from mock_sis.world.clock import text
from mock_sis.world.world import World

LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client sent to get a token, wherever in the request it stood."""

    client: str | None
    secret: str | None
    grant: str | None
    scope: str


class Tokens:
    """Issues and checks the tokens of one server of a world."""

    def __init__(
        self,
        world: World,
        server: str,
        *,
        new: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self._world = world
        self._server = server
        self._new = new

    def issue(
        self,
        client: str,
        scope: str = "",
        *,
        lifetime: timedelta = LIFETIME,
        token: str | None = None,
    ) -> str:
        """A fresh token, valid for *lifetime* of virtual time; *token* names it instead."""
        made = token or self._new()
        now = self._world.now()
        with self._world.db.write() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?, ?, ?)",
                (_digest(made), self._server, client, scope, text(now), text(now + lifetime)),
            )
        return made

    def client_of(self, token: str) -> str | None:
        """Whose token it is; None when it is unknown, expired or revoked."""
        row = self._world.db.one(
            "SELECT client FROM token WHERE digest = ? AND server = ? AND expires_at > ?",
            _digest(token),
            self._server,
            text(self._world.now()),
        )
        return row[0] if row else None

    def authorize(self, call: Call) -> str:
        """The client behind the call's Bearer token; Problem(401) when there is none."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Problem(401, "a bearer token is needed", headers=challenge())
        client = self.client_of(token.strip())
        if client is None:
            raise Problem(
                401, "the token is unknown or has expired", headers=challenge("invalid_token")
            )
        return client

    def revoke(self) -> None:
        """End every token of this server."""
        with self._world.db.write() as cursor:
            cursor.execute("DELETE FROM token WHERE server = ?", (self._server,))


def known_client(credentials: Credentials) -> bool:
    """Whether they are those that every mock takes."""
    return (credentials.client, credentials.secret) == (CLIENT_ID, CLIENT_SECRET)


def credentials(call: Call, body: Mapping[str, str] | None) -> Credentials:
    """Basic header first, then the form or JSON body, then the query string."""
    fields = {**dict(parse_qsl(call.query)), **(body or {})}
    client, secret = fields.get("client_id"), fields.get("client_secret")
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client, secret = _basic(value)
    return Credentials(client, secret, fields.get("grant_type"), fields.get("scope", ""))


def challenge(error: str = "") -> dict[str, str]:
    """The header of a 401."""
    return {"WWW-Authenticate": f'Bearer error="{error}"' if error else "Bearer"}


def _basic(value: str) -> tuple[str | None, str | None]:
    try:
        client, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, None
    return (unquote_plus(client), unquote_plus(secret)) if colon else (None, None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
