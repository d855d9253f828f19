"""OAuth client credentials: one bearer token shared by all threads, renewed before it runs out.

How a request is sent is not known here: whoever asks for a token passes in the way to ask for one.
"""

import base64
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Literal, NamedTuple
from urllib.parse import urlencode

import msgspec

from agent.errors import DeniedError, MaintenanceError, NoTokensError
from agent.http.responses import FailedError, Operation, Reply, judged


class Endpoint(NamedTuple):
    """Where tokens are given out: the contract's operationId, and the path below the base URL.

    The path may also be a whole URL, of another server.
    """

    operation: str
    path: str


Ask = Callable[[Endpoint, Mapping[str, str], bytes], Reply]
"""Post a form (endpoint, headers, body); a `FailedError` where no answer comes."""

_EARLY = 60.0
_LIFETIME = 3600.0
_FORM = "application/x-www-form-urlencoded"


class _Grant(msgspec.Struct):
    access_token: str
    expires_in: float | str | None = None


_DECODER = msgspec.json.Decoder(_Grant)


class ClientCredentials:
    """The client's id, its secret, and the token that they last bought.

    Args:
        client_secret: asked each time that a token is, so that another one may take its place.
        endpoints: where tokens may be given out; the first that exists is used from then on.
        style: where the credentials stand, in a Basic header or in the form.
        look_at: the settings that tell where tokens are, for an error.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: Callable[[], str],
        *,
        endpoints: tuple[Endpoint, ...],
        style: Literal["basic", "form"] = "basic",
        scope: str = "",
        look_at: str = "url",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoints = endpoints
        self._client = client_id, client_secret
        self._style, self._scope = style, scope
        self._look_at, self._clock = look_at, clock
        self._lock = Lock()
        self._held: tuple[str, float] | None = None

    def bearer(self, ask: Ask) -> str:
        """The `Authorization` header's value, valid for a while yet."""
        held = self._held
        if held is not None and self._clock() < held[1]:
            return held[0]
        return self.renew(ask, held[0] if held else None)

    def renew(self, ask: Ask, stale: str | None) -> str:
        """A value other than *stale*; of several threads with the same stale one, one asks."""
        with self._lock:
            held = self._held
            if held is None or held[0] == stale:
                held = self._held = self._buy(ask)
            return held[0]

    def _buy(self, ask: Ask) -> tuple[str, float]:
        client, secret = self._client
        headers, form = _request(client, secret(), self._style, self._scope)
        for endpoint in self._endpoints:
            reply = ask(endpoint, headers, form)
            if not _is_elsewhere(reply):
                held = self._grant(reply)
                self._endpoints = (endpoint,)
                return held
        raise self._nowhere(reply)

    def _grant(self, reply: Reply) -> tuple[str, float]:
        if not _judged(reply).ok:
            raise reply.error(DeniedError, "the client id and secret were refused")
        grant = reply.read(_DECODER)
        try:
            lifetime = _LIFETIME if grant.expires_in is None else float(grant.expires_in)
        except (ValueError, OverflowError):
            raise reply.not_understood("the answer holds no usable token") from None
        early = min(_EARLY, lifetime / 10)
        return f"Bearer {grant.access_token}", self._clock() + lifetime - early

    def _nowhere(self, reply: Reply) -> Exception:
        """The error for a server that gives out no tokens, by its last answer."""
        try:
            _judged(reply)
        except FailedError as failed:
            if isinstance(failed.error, MaintenanceError):
                return failed
        why = f"no token endpoint at this url; look at the {self._look_at}"
        return reply.error(NoTokensError, why)


def _is_elsewhere(reply: Reply) -> bool:
    """Whether tokens may be given out at another address; a web application answers anything."""
    return reply.status in {404, 405} or (reply.ok and reply.is_page)


def _judged(reply: Reply) -> Reply:
    return judged(reply, Operation(reply.operation, "POST"))


def _request(
    client_id: str, client_secret: str, style: str, scope: str
) -> tuple[dict[str, str], bytes]:
    headers = {"content-type": _FORM}
    form = {"grant_type": "client_credentials"}
    if style == "basic":
        pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        headers["authorization"] = f"Basic {pair}"
    else:
        form |= {"client_id": client_id, "client_secret": client_secret}
    if scope:
        form["scope"] = scope
    return headers, urlencode(form).encode()
