"""PowerSchool's tokens: opaque, long-lived, and `expires_in` is a string of digits."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from mock_sis.call import Answer, Call, Problem
from mock_sis.powerschool.plugin import SERVER, Plugins
from mock_sis.tokens import Tokens, credentials
from mock_sis.world import World

LIFETIME = 2_504_956
GRANT = "client_credentials"
FRESH = {"Cache-Control": "no-store"}
ERRORS = {400: "invalid_request", 401: "invalid_client"}


def new_token() -> str:
    """What a token looks like."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


class Doorkeeper:
    """Gives out tokens."""

    def __init__(
        self, world: World, plugins: Plugins, *, new: Callable[[], str] = new_token
    ) -> None:
        self._tokens = Tokens(world, SERVER)
        self._plugins = plugins
        self._new = new

    def issue(self, body: Mapping[str, Any] | None, call: Call) -> Answer:
        """A token for the credentials of an installed plugin."""
        sent = credentials(call, body)
        if sent.grant != GRANT:
            error = "unsupported_grant_type" if sent.grant else "invalid_request"
            return Answer({"error": error}, 400, FRESH)
        plugin = self._plugins.find(sent.client)
        if plugin is None or sent.secret != plugin.secret:
            return Answer({"error": "invalid_client"}, 401, FRESH)
        seconds = int(self._plugins.setting("token_seconds", LIFETIME))
        token = self._tokens.issue(
            plugin.client, lifetime=timedelta(seconds=seconds), token=self._new()
        )
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": str(seconds)}
        return Answer(answer, 200, FRESH)


def token_error(problem: Problem) -> Answer:
    """What the token endpoint says when something else went wrong."""
    return Answer({"error": ERRORS.get(problem.status, "server_error")}, problem.status, FRESH)
