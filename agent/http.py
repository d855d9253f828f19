"""HTTP for a night: one server, JSON in and out, retries where they are safe.

The only module that knows the HTTP library. A call ends in one of three ways: a `Reply`, an
`UnavailableError` (nothing was done), or, for a write whose answer was lost, an
`UnknownOutcomeError`. Nothing is logged, and no text quotes a URL.

Each connection is a transport of its own: the library's pool looks through all on each request.
"""

import re
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from copy import copy
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any, NoReturn

import httpx
import msgspec
import stamina
import stamina.instrumentation

from agent.answers import BYTE_ORDER_MARK, FailedError, Operation, Reply, System, judged
from agent.breaker import Breaker
from agent.errors import ConfigError, UnavailableError, UnknownOutcomeError
from agent.tokens import JSON, ClientCredentials, Endpoint, Headers, headers_of

__all__ = ["Connect", "Http", "Observe", "Operation", "Reply", "System"]

Observe = Callable[[dict[str, Any]], None]
Connect = Callable[[], httpx.BaseTransport]

LONGEST_WAIT = 120.0
_TIMEOUTS = {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 60.0}
_IDLE = 4.0  # servers commonly hang up on a connection that was idle for 5 s; be first
_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NOT_SENDABLE = (httpx.LocalProtocolError, httpx.UnsupportedProtocol)
_PLAIN = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_ENCODER = msgspec.json.Encoder(decimal_format="number")

# Attempts are told by `observe`; stamina's own log line would go to standard output.
stamina.instrumentation.set_on_retry_hooks([])


class Http:
    """One server, from any number of threads.

    Args:
        system: which side of the passback it is, for errors and events.
        auth: None for a server that asks for no token.
        connections: requests at a time; more threads wait for their turn.
        observe: is told of every request: system, operation, method, status, ms, attempt, write.
        sleep: waits as long as a server asked for; the short waits between retries are stamina's
            (`stamina.set_testing` takes them out).
        connect: makes the transport of one connection, for tests.
    """

    def __init__(
        self,
        base_url: str,
        system: System,
        auth: ClientCredentials | None,
        *,
        connections: int = 8,
        observe: Observe = lambda _event: None,
        sleep: Callable[[float], None] = time.sleep,
        ca_file: str | None = None,
        attempts: int = 5,
        clock: Callable[[], float] = time.monotonic,
        connect: Connect | None = None,
    ) -> None:
        self.system = system
        self.base_url = _base(base_url, system)
        self._root = httpx.URL(self.base_url)
        self._auth = auth
        self._observe = observe
        self._sleep = sleep
        self._attempts = attempts
        self._clock = clock
        self._connect = connect or _connector(self.base_url, ca_file)
        self._idle: deque[httpx.BaseTransport] = deque()
        self._turns = BoundedSemaphore(connections)
        self._breaker = Breaker(clock)
        self._extensions = {"timeout": _TIMEOUTS}
        self._dressed = ("", *headers_of(None))

    def close(self) -> None:
        """Give the connections back; call it when no thread is in `call` any more."""
        while self._idle:
            self._idle.pop().close()

    def call(self, operation: Operation, path: str, body: object = None) -> Reply:
        """Send *body* as JSON to *path* (below the base URL, query included), and wait.

        Raises:
            UnavailableError: or its kin; nothing was done.
            UnknownOutcomeError: of a write: no answer came, and it may have been done.
        """
        content = None if body is None else _ENCODER.encode(body)
        try:
            reply = self._attempt(operation, path, content, 1)
        except FailedError as first:
            reply = self._insist(operation, path, content, first)
        self._breaker.worked()
        return reply

    def _insist(
        self, operation: Operation, path: str, content: bytes | None, failed: FailedError
    ) -> Reply:
        """Repeat where that may help, and in the end say what is known."""
        lost = failed.lost

        def worth_it(error: Exception) -> bool | timedelta:
            nonlocal failed, lost
            if not isinstance(error, FailedError):
                return False
            failed, lost = error, lost or error.lost
            if not error.again or (operation.write and lost and not operation.repeatable):
                return False
            return True if error.wait is None else timedelta(0)

        try:
            for attempt in stamina.retry_context(
                on=worth_it, attempts=self._attempts, timeout=None, wait_initial=0.2, wait_max=15.0
            ):
                with attempt:
                    if attempt.num == 1:
                        raise failed
                    if failed.wait is not None:
                        self._sleep(min(failed.wait, LONGEST_WAIT))
                    return self._attempt(operation, path, content, attempt.num)
        except FailedError as last:
            self._give_up(operation, last, lost=lost)
        raise AssertionError("a retry ends in an answer or a failure")

    def _give_up(self, operation: Operation, last: FailedError, *, lost: bool) -> NoReturn:
        if last.again and last.error.status != 500:
            self._breaker.failed()
        if operation.write and lost:
            raise UnknownOutcomeError(operation.name, last.why) from last.error
        raise last.error from last.__cause__

    def _attempt(
        self, operation: Operation, path: str, content: bytes | None, number: int
    ) -> Reply:
        if self._breaker.open():
            raise self._no_answer(operation, "too many failures in a row; not asked for a while")
        if self._auth is None:
            reply = self._send(operation, path, content, self._dressed, number)
            return judged(reply, operation)
        bearer = self._bearer(self._auth, None)
        reply = self._send(operation, path, content, self._dress(bearer), number)
        if reply.status in operation.stale:
            bearer = self._bearer(self._auth, bearer)
            reply = self._send(operation, path, content, self._dress(bearer), number)
        return judged(reply, operation)

    def _bearer(self, auth: ClientCredentials, stale: str | None) -> str:
        try:
            return auth.renew(self._ask, stale) if stale else auth.bearer(self._ask)
        except UnavailableError as error:
            raise FailedError(error, str(error), again=False) from error

    def _ask(
        self, endpoint: Endpoint, headers: Mapping[str, str], form: bytes
    ) -> tuple[int, bytes]:
        operation = Operation(endpoint.operation, "POST")
        dressed = [(name.encode(), value.encode()) for name, value in headers.items()]
        dressed.append((b"accept", JSON))
        try:
            sent = self._send(operation, endpoint.path, form, ("", dressed, dressed), 1)
            reply = judged(sent, operation)
        except FailedError as failed:
            # Whatever became of the token, the call itself was not sent yet.
            raise FailedError(
                failed.error, failed.why, again=failed.again, wait=failed.wait
            ) from failed
        return reply.status, reply.content

    def _dress(self, bearer: str) -> tuple[str, Headers, Headers]:
        found = self._dressed
        if found[0] != bearer:
            found = self._dressed = (bearer, *headers_of(bearer))
        return found

    def _send(
        self,
        operation: Operation,
        path: str,
        content: bytes | None,
        dressed: tuple[str, Headers, Headers],
        number: int,
    ) -> Reply:
        request = httpx.Request(
            operation.method,
            self._url(path),
            headers=dressed[1] if content is None else dressed[2],
            content=content,
            extensions=self._extensions,
        )
        with self._turns:
            began = self._clock()
            status = None
            try:
                reply = self._exchange(operation, request)
                status = reply.status
            except httpx.HTTPError as error:
                raise self._failed(operation, error) from error
            finally:
                self._tell(operation, status, began, number)
        return reply

    def _url(self, path: str) -> httpx.URL:
        """A URL below the base; the library takes a sixth of a request to read one anew."""
        if not _PLAIN.fullmatch(path):
            return httpx.URL(self.base_url + path)
        url = copy(self._root)
        read = url._uri_reference  # noqa: SLF001
        url._uri_reference = read._replace(path=read.path.rstrip("/") + path)  # noqa: SLF001
        return url

    def _exchange(self, operation: Operation, request: httpx.Request) -> Reply:
        try:
            lane = self._idle.pop()
        except IndexError:
            lane = self._connect()
        try:
            response = lane.handle_request(request)
            content = response.read().removeprefix(BYTE_ORDER_MARK)
            response.close()
        except BaseException:
            lane.close()
            raise
        self._idle.append(lane)
        return Reply(self.system, operation.name, response.status_code, response.headers, content)

    def _tell(self, operation: Operation, status: int | None, began: float, number: int) -> None:
        self._observe(
            {
                "system": self.system,
                "operation": operation.name,
                "method": operation.method,
                "status": status,
                "ms": round((self._clock() - began) * 1000, 1),
                "attempt": number,
                "write": operation.write,
            }
        )

    def _failed(self, operation: Operation, error: httpx.HTTPError) -> FailedError:
        again, lost = True, False
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            message, again = "its TLS certificate was not accepted (ca_file?)", False
        elif isinstance(error, _NEVER_ARRIVED):
            message = "no connection"
        elif isinstance(error, _NOT_SENDABLE):
            message, again = "the request cannot be sent as it is", False
        else:
            late = isinstance(error, httpx.TimeoutException)
            message, lost = "no answer in time" if late else "the connection broke", True
        return self._no_answer(operation, message, again=again, lost=lost)

    def _no_answer(
        self, operation: Operation, why: str, *, again: bool = False, lost: bool = False
    ) -> FailedError:
        error = UnavailableError(why, system=self.system, operation=operation.name)
        return FailedError(error, why, again=again, lost=lost)


def _base(url: str, system: System) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise ConfigError(f"{system}: the url cannot be read") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ConfigError(f"{system}: the url must begin with http:// or https:// and a host")
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise ConfigError(f"{system}: the url must not hold credentials, a query or a fragment")
    return url.rstrip("/")


def _connector(base: str, ca_file: str | None) -> Connect:
    verify = _trust(ca_file) if base.startswith("https") else False
    limits = httpx.Limits(max_connections=1, keepalive_expiry=_IDLE)

    def connect() -> httpx.BaseTransport:
        return httpx.HTTPTransport(verify=verify, limits=limits, trust_env=False)

    return connect


def _trust(ca_file: str | None) -> ssl.SSLContext:
    try:
        if ca_file is None:
            return httpx.create_ssl_context(trust_env=False)
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ConfigError(f"the certificates in ca_file cannot be read: {error.strerror}") from None
