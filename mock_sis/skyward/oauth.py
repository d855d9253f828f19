"""Skyward's tokens: SMS 2.0 and Qmlativ ask for them in different ways, and all of them work.

The key and secret may stand in a form, in a JSON body, in the query string, in a Basic header, or
as user name and password of the password grant. An empty Basic header beside them is overlooked.
"""

import base64
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from mock_sis.credentials import CLIENT_ID, CLIENT_SECRET
from mock_sis.http.tokens import LIFETIME, Credentials, Tokens, credentials, known_client
from mock_sis.http.types import Answer, Call, Problem
from mock_sis.skyward.oauth1 import Signatures
from mock_sis.world.world import World

SERVER = "skyward"
GRANTS = {"client_credentials", "password"}
FRESH = {"Cache-Control": "no-store"}
ERRORS = {400: "invalid_request", 401: "invalid_client", 415: "invalid_request"}


class TokenEndpoint:
    """Gives out tokens, and says whose a token is."""

    def __init__(
        self, world: World, *, random: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    ) -> None:
        self._world = world
        self._tokens = Tokens(world, SERVER)
        self._signatures = Signatures(world, {CLIENT_ID: CLIENT_SECRET})
        self._random = random

    def issue(self, body: Mapping[str, Any] | None, call: Call) -> Answer:
        """A token for known credentials; `expires_in` is a number here."""
        sent = credentials(call, body)
        if sent.grant not in GRANTS:
            error = "unsupported_grant_type" if sent.grant else "invalid_request"
            return Answer({"error": error}, 400, FRESH)
        if not any(known_client(offer) for offer in _offers(sent, body, call)):
            return Answer({"error": "invalid_client"}, 401, FRESH)
        shaped = self._setting("token") == "jwt"
        token = self._tokens.issue(CLIENT_ID, sent.scope, token=self._jwt() if shaped else None)
        answer = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(LIFETIME.total_seconds()),
        }
        return Answer({**answer, **({"scope": sent.scope} if sent.scope else {})}, 200, FRESH)

    def authorize(self, call: Call) -> str:
        """Whose token a call bears, or whose signature where OAuth 1.0a is allowed."""
        if call.signed and self._setting("oauth1"):
            return self._signatures.consumer(call)
        return self._tokens.authorize(call)

    def _setting(self, name: str) -> Any:
        return self._world.setting(SERVER, {}).get(name)

    def _jwt(self) -> str:
        """Looks like a JWT and carries `exp`; nobody can check its signature."""
        now = self._world.now()
        claims = {
            "sub": CLIENT_ID,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "jti": self._random(),
        }
        return f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}.{self._random()}"


def token_error(problem: Problem) -> Answer:
    """What a token endpoint says when something else went wrong."""
    error = ERRORS.get(problem.status, "server_error")
    return Answer({"error": error, "error_description": problem.detail}, problem.status, FRESH)


def _offers(sent: Credentials, body: Mapping[str, Any] | None, call: Call) -> Iterator[Credentials]:
    fields = {**dict(parse_qsl(call.query)), **(body or {})}
    pairs = [("client_id", "client_secret")]
    if sent.grant == "password":
        pairs.append(("username", "password"))
    yield sent
    for client, secret in pairs:
        yield Credentials(fields.get(client), fields.get(secret), sent.grant, sent.scope)


def _part(content: Mapping[str, Any]) -> str:
    raw = json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
