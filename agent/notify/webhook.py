"""A notice as a POST of JSON, and the ping to a watcher; both over the agent's own transport.

A webhook is signed as https://www.standardwebhooks.com says, for which there are libraries.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from agent.errors import ConfigError
from agent.http.base_url import encoded, read_base_url
from agent.http.responses import FailedError, Operation, Reply
from agent.http.transport import Transport
from agent.http.waiting import RateLimiter
from agent.notify.notice import News
from agent.notify.sending import NotSentError, NotYetError, insist

_STEP = 15.0
"""Seconds for one request and its whole answer."""
_LATER = frozenset({408, 425, 429, *range(500, 600)})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True, kw_only=True)
class Call:
    """One request to an address that is a secret itself, so no text here shows it.

    Attributes:
        url: read when it is needed.
        again: whether it is sent once more where it may have arrived without an answer.
        below: added to the path of the address.
        request: makes headers and content, anew for each attempt.
    """

    system: Literal["webhook", "ping"]
    method: Literal["GET", "POST"]
    url: Callable[[], str]
    ca_file: str | None
    again: bool
    below: str = ""
    request: Callable[[], tuple[Mapping[str, str], bytes | None]] = lambda: ({}, None)
    connections: list[Transport] = field(default_factory=list)

    def send(self, seconds: float) -> None:
        """Send it; `NotSentError` says why not."""
        base, url = full_url(self.url(), self.system, self.below)
        transport = Transport(
            base,
            self.system,
            connections=1,
            rate_limiter=RateLimiter(time.sleep, time.monotonic),
            ca_file=self.ca_file,
            max_answer_mb=1,
            max_seconds=min(_STEP, seconds),
        )
        try:
            insist(lambda: self._attempt(transport, url), seconds)
        finally:
            transport.close()

    def hang_up(self) -> None:
        """Nothing: a request ends by itself in that time."""

    def _attempt(self, transport: Transport, url: str) -> None:
        headers, content = self.request()
        headers = {"user-agent": "passback", "accept-encoding": "identity", **headers}
        operation = Operation("notify", self.method, write=not self.again)
        try:
            reply = transport.send(operation, url, headers, content, 1)
        except FailedError as failed:
            if failed.again and (self.again or not failed.lost):
                raise NotYetError(failed.why) from None
            raise NotSentError(failed.why) from None
        _judge(reply)


def _judge(reply: Reply) -> None:
    if reply.status in _LATER:
        raise NotYetError(f"it answered {reply.status}")
    if not reply.ok:
        raise NotSentError(f"it answered {reply.status}")


def webhook(
    notice: News, url: Callable[[], str], secret: Callable[[], str] | None, ca_file: str | None
) -> Call:
    """The notice to one `[[notify.webhook]]`, signed where there is a *secret*."""
    body = msgspec.json.encode(notice.as_json())
    name = notice.id

    def request() -> tuple[Mapping[str, str], bytes]:
        now = int(time.time())  # noqa: TID251  a receiver refuses what is old by its own clock
        headers = {"content-type": "application/json", "webhook-id": name}
        headers["webhook-timestamp"] = str(now)
        if secret is not None:
            headers["webhook-signature"] = signature(secret(), name, now, body)
        return headers, body

    return Call(
        system="webhook", method="POST", url=url, ca_file=ca_file, again=False, request=request
    )


def ping(url: Callable[[], str], ca_file: str | None, below: str = "") -> Call:
    """A call of the watcher's address, with *below* added to its path."""
    return Call(system="ping", method="GET", url=url, ca_file=ca_file, again=True, below=below)


def signature(secret: str, name: str, seconds: int, body: bytes) -> str:
    """What proves that *body* is ours and of that moment; a secret may be as `whsec_` in base64."""
    prefix = "whsec_"
    try:
        key = (
            base64.b64decode(secret.removeprefix(prefix), validate=True)
            if secret.startswith(prefix)
            else secret.encode()
        )
    except ValueError:
        raise ConfigError("[notify.webhook] secret: what follows whsec_ is no base64") from None
    signed = hmac.new(key, f"{name}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def full_url(url: str, system: str, below: str = "") -> tuple[str, str]:
    """The base of *url*, and all of it with *below* added to its path; a query stays.

    Raises:
        ConfigError: it is no address, or one without TLS on another machine.
    """
    path, mark, query = url.strip().partition("?")
    base = read_base_url(path, f"[notify] {system}")
    if not base.startswith("https://") and urlsplit(base).hostname not in _LOOPBACK:
        raise ConfigError(f"[notify] {system}: the url must begin with https://")
    return base, encoded(f"{base}{below}{mark}{query}")
