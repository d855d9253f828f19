"""PowerSchool's tokens: opaque, long-lived, and `expires_in` is a string of digits.

A plugin has one token at a time. Whoever asks again before it runs out gets the same one, with the
seconds that are left.
"""

import math
import secrets
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mock_sis.http.tokens import Tokens, credentials
from mock_sis.http.types import Answer, Call, Problem
from mock_sis.powerschool.plugin import SERVER, Plugins
from mock_sis.world.world import World

LIFETIME = 2_592_000
"""Thirty days, unless the world says otherwise."""
GRANT = "client_credentials"
FRESH = {"Cache-Control": "no-store"}
ERRORS = {400: "invalid_request", 401: "invalid_client", 415: "invalid_request"}


def new_token() -> str:
    """What a token looks like."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


class TokenEndpoint:
    """Gives out tokens."""

    def __init__(
        self, world: World, plugins: Plugins, *, new: Callable[[], str] = new_token
    ) -> None:
        self._world = world
        self._tokens = Tokens(world, SERVER)
        self._plugins = plugins
        self._new = new
        self._current: dict[str, _Token] = {}

    def issue(self, body: Mapping[str, Any] | None, call: Call) -> Answer:
        """A token for the credentials of an installed plugin."""
        sent = credentials(call, body)
        if sent.grant != GRANT:
            error = "unsupported_grant_type" if sent.grant else "invalid_request"
            return Answer({"error": error}, 400, FRESH)
        plugin = self._plugins.find(sent.client)
        if plugin is None or sent.secret != plugin.secret:
            return Answer({"error": "invalid_client"}, 401, FRESH)
        token = self._token(plugin.client)
        left = max(1, math.ceil((token.ends - self._world.now()).total_seconds()))
        answer = {"access_token": token.text, "token_type": "Bearer", "expires_in": str(left)}
        return Answer(answer, 200, FRESH)

    def _token(self, client: str) -> "_Token":
        """The plugin's token while it is good, else a new one."""
        lifetime = timedelta(seconds=int(self._plugins.setting("token_seconds", LIFETIME)))
        known = self._current.get(client)
        if known and known.lifetime == lifetime and self._tokens.client_of(known.text) == client:
            return known
        text = self._tokens.issue(client, lifetime=lifetime, token=self._new())
        made = self._current[client] = _Token(text, self._world.now() + lifetime, lifetime)
        return made


class _Token(NamedTuple):
    text: str
    ends: datetime
    lifetime: timedelta


def token_error(problem: Problem) -> Answer:
    """What the token endpoint says when something else went wrong."""
    return Answer({"error": ERRORS.get(problem.status, "server_error")}, problem.status, FRESH)
