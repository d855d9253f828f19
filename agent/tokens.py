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

from agent.errors import DeniedError, NotUnderstoodError


class Endpoint(NamedTuple):
    """Where tokens are given out: the contract's operationId, and the path below the base URL."""

    operation: str
    path: str


Ask = Callable[[Endpoint, Mapping[str, str], bytes], tuple[int, bytes]]
"""Post a form: (endpoint, headers, body) -> (status, body)."""

Headers = Mapping[str, str]
JSON = "application/json"

_EARLY = 60.0
_LIFETIME = 3600.0
_FORM = "application/x-www-form-urlencoded"


class _Grant(msgspec.Struct):
    access_token: str
    expires_in: float | str | None = None


_DECODER = msgspec.json.Decoder(_Grant)


class ClientCredentials:
    """The client's id and secret, and the token that they last bought.

    Args:
        endpoints: where tokens may be given out; the first that exists is used from then on.
        style: where the credentials stand, in a Basic header or in the form.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        system: Literal["source", "sis"],
        endpoints: tuple[Endpoint, ...],
        style: Literal["basic", "form"] = "basic",
        scope: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self._endpoints = endpoints
        self._headers, self._form = _request(client_id, client_secret, style, scope)
        self._clock = clock
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
        for endpoint in self._endpoints:
            status, body = ask(endpoint, self._headers, self._form)
            if status != 404:
                self._endpoints = (endpoint,)
                return self._grant(endpoint, status, body)
        raise self._denied(self._endpoints[0], "no token endpoint at this url", 404)

    def _grant(self, endpoint: Endpoint, status: int, body: bytes) -> tuple[str, float]:
        if status >= 400:
            raise self._denied(endpoint, "the client id and secret were refused", status)
        try:
            grant = _DECODER.decode(body)
            lifetime = _LIFETIME if grant.expires_in is None else float(grant.expires_in)
        except (msgspec.DecodeError, ValueError, OverflowError, RecursionError):
            raise NotUnderstoodError(
                "the answer holds no usable token",
                system=self._system,
                operation=endpoint.operation,
                status=status,
            ) from None
        early = min(_EARLY, lifetime / 10)
        return f"Bearer {grant.access_token}", self._clock() + lifetime - early

    def _denied(self, endpoint: Endpoint, message: str, status: int) -> DeniedError:
        return DeniedError(
            message, system=self._system, operation=endpoint.operation, status=status
        )


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


def headers_of(bearer: str | None) -> tuple[Headers, Headers]:
    """The headers of a request without and with a body."""
    plain = {"accept": JSON, "accept-encoding": "gzip", "user-agent": "passback"}
    if bearer is not None:
        plain["authorization"] = bearer
    return plain, {**plain, "content-type": JSON}
