"""The connections to one server, by httpx2, and what its errors mean; nothing else imports it.

Each connection carries one request at a time; those not in use lie in a stack. No text quotes a
URL, since URLs name students, nor what came back.
"""

import logging
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from socket import gaierror
from threading import BoundedSemaphore
from typing import Any, NamedTuple, TypedDict

import httpcore2
import httpx2

from agent.errors import ConfigError, NotUnderstoodError, UnavailableError
from agent.http.base_url import Proxy
from agent.http.bounded_socket import BoundedSocket, TooLargeError
from agent.http.responses import BYTE_ORDER_MARK, FailedError, Operation, Reply, System
from agent.http.waiting import RateLimiter

Headers = Mapping[str, str]
Observe = Callable[[dict[str, Any]], None]
Answered = Callable[[Reply], None]
Connect = Callable[[], httpx2.BaseTransport]

_MB = 1024 * 1024
_TIMES = {"timeout": {"connect": 5.0, "read": 60.0, "write": 60.0, "pool": 5.0}}
"""Seconds for each address of a host and for TLS to begin, and for each piece of data."""
_IDLE = 4.0
"""Seconds after which a connection is not used again: servers commonly hang up after five, and a
request that crosses with that is lost."""
_CODINGS = {"", "identity", "gzip", "deflate"}
_WRONG = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL, UnicodeError)
_FAILURES = (httpx2.RequestError, httpx2.InvalidURL, UnicodeError, TooLargeError, MemoryError)

# At INFO and below they log URLs.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class TransportOptions(TypedDict, total=False):
    """Optional arguments of a `Transport`; see there."""

    observe: Observe
    answered: Answered | None
    before_write: Callable[[], None]
    ca_file: str | None
    proxy: Proxy | None
    max_answer_mb: int
    max_seconds: float
    connect: Connect | None


class Transport:
    """Sends requests to one server, from any number of threads.

    Args:
        connections: requests at a time; more threads wait for their turn.
        observe: is told of every request: system, operation, method, status, ms, attempt, write.
        answered: sees every answer, if anybody wants to, before anything is made of it.
        before_write: may end it all by an error, with a request that writes about to be sent.
        proxy: on the way to the server, which then must be one with TLS.
        max_answer_mb: size of an answer, unpacked; a larger one is not read to its end.
        max_seconds: for a request and its whole answer.
        connect: makes one connection, for tests.
    """

    def __init__(
        self,
        base_url: str,
        system: System,
        *,
        connections: int,
        rate_limiter: RateLimiter,
        observe: Observe = lambda _event: None,
        answered: Answered | None = None,
        before_write: Callable[[], None] = lambda: None,
        ca_file: str | None = None,
        proxy: Proxy | None = None,
        max_answer_mb: int = 256,
        max_seconds: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
        connect: Connect | None = None,
    ) -> None:
        self._system: System = system
        self._observe, self._rate_limiter, self._clock = observe, rate_limiter, clock
        self._answered, self._before_write = answered, before_write
        self._max_answer_mb = max_answer_mb
        self._idle: deque[httpx2.BaseTransport] = deque()
        self._turns = BoundedSemaphore(connections)
        self._connect = connect or self._connector(base_url, ca_file, proxy, max_seconds)

    def _connector(
        self, base_url: str, ca_file: str | None, proxy: Proxy | None, max_seconds: float
    ) -> Connect:
        # To read the system's authorities takes a tenth of a second.
        trust = _trust(ca_file) if ca_file or base_url.startswith("https:") else None
        if proxy is not None and trust is None:
            raise AssertionError("a proxy on the way to a server without TLS")
        most = self._max_answer_mb * _MB
        return lambda: _Connection(trust, proxy, BoundedSocket(most, max_seconds, self._clock))

    def close(self) -> None:
        """Give the connections back; call it when no thread is in `send` any more."""
        while self._idle:
            self._idle.pop().close()

    def send(
        self, operation: Operation, url: str, headers: Headers, content: bytes | None, attempt: int
    ) -> Reply:
        """The answer to one request, or a `FailedError`."""
        with self._turns:
            self._rate_limiter.wait_for_turn()
            if operation.write:
                self._before_write()
            began, status = self._clock(), None
            try:
                reply = self._exchange(operation, url, headers, content)
                status = reply.status
                if self._answered:
                    self._answered(reply)
            except _FAILURES as error:
                raise self._failed(operation, error) from error
            finally:
                self._rate_limiter.answered(status)
                self._tell(operation, status, began, attempt)
        return reply

    def _exchange(
        self, operation: Operation, url: str, headers: Headers, content: bytes | None
    ) -> Reply:
        request = httpx2.Request(
            operation.method, url, headers=headers, content=content, extensions=_TIMES
        )
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            response = connection.handle_request(request)
            content = _content(response, self._max_answer_mb * _MB).removeprefix(BYTE_ORDER_MARK)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        found = dict(response.headers.items())
        return Reply(self._system, operation.name, response.status_code, found, content)

    def _tell(self, operation: Operation, status: int | None, began: float, attempt: int) -> None:
        self._observe(
            {
                "system": self._system,
                "operation": operation.name,
                "method": operation.method,
                "status": status,
                "ms": round((self._clock() - began) * 1000, 1),
                "attempt": attempt,
                "write": operation.write,
            }
        )

    def _failed(self, operation: Operation, error: Exception) -> FailedError:
        """What is known of a request without an answer: `lost` is one that may have arrived."""
        if isinstance(error, TooLargeError):
            why = f"the answer is larger than {self._max_answer_mb} MB (max_answer_mb)"
            large = NotUnderstoodError(why, system=self._system, operation=operation.name)
            return FailedError(large, why, lost=True)
        why, again, lost, way = _meaning(error)
        told = UnavailableError(why, system=self._system, operation=operation.name, way=way)
        return FailedError(told, why, again=again, lost=lost)


# ---- what a failure means ------------------------------------------------------------------------


class _NoTunnelError(httpx2.RequestError):
    """The proxy was not reached, or said nothing that could be understood."""


class _Meaning(NamedTuple):
    """What went wrong, whether to try again, and whether the request may have arrived."""

    why: str
    again: bool
    lost: bool
    way: str = ""


def _meaning(error: Exception) -> _Meaning:
    causes = _chain(error)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        why = "its TLS certificate was not accepted (ca_file?)"
        return _Meaning(why, again=False, lost=False, way="certificate")
    if isinstance(error, httpx2.ProxyError):
        return _Meaning(*_refused_by_proxy(error), lost=False, way="proxy")
    if isinstance(error, _NoTunnelError):
        return _Meaning("no connection to the proxy", again=True, lost=False, way="proxy")
    if isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)):
        return _Meaning(f"no connection{_no_connection(causes)}", again=True, lost=False)
    if isinstance(error, _WRONG):
        return _Meaning("the request cannot be sent as it is", again=False, lost=False)
    late = isinstance(error, httpx2.TimeoutException)
    return _Meaning("no answer in time" if late else "the connection broke", again=True, lost=True)


def _chain(error: BaseException) -> list[BaseException]:
    """*error* and what led to it; the library hides that with `from None`."""
    chain: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in chain:
        chain.append(found)
        found = found.__cause__ or found.__context__
    return chain


def _no_connection(causes: list[BaseException]) -> str:
    if any(isinstance(cause, gaierror) for cause in causes):
        return ": unknown host"
    return ": connection refused" if ConnectionRefusedError in map(type, causes) else ""


def _refused_by_proxy(error: httpx2.ProxyError) -> tuple[str, bool]:
    """What a proxy that made no tunnel comes to, and whether to ask it again."""
    status = int(str(error).partition(" ")[0])
    if status == 407:
        return "the proxy wants credentials, or other ones (407)", False
    if status < 500:
        return f"the proxy does not let it through ({status})", False
    return f"the proxy cannot reach it ({status})", True


# ---- one connection ------------------------------------------------------------------------------


def _trust(ca_file: str | None) -> ssl.SSLContext:
    """What verifies a certificate: the system's authorities, or those in *ca_file* alone."""
    if ca_file is None:
        return httpx2.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ConfigError(f"the certificates in ca_file cannot be read: {error.strerror}") from None


def _content(response: httpx2.Response, most: int) -> bytes:
    """The whole answer, unpacked, of *most* bytes."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in _CODINGS:
        raise httpx2.DecodingError("packed in another way than was asked for")
    pieces, size = [], 0
    for piece in response.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise TooLargeError("unpacked")
    return b"".join(pieces)


class _Connection(httpx2.HTTPTransport):
    """One connection, made when it is first needed, and anew when the server has hung up."""

    def __init__(
        self, trust: ssl.SSLContext | None, proxy: Proxy | None, socket: BoundedSocket
    ) -> None:
        self._socket, self._proxied = socket, proxy is not None
        # As httpx2 makes it, but on a socket of ours: httpx2 has no argument for that.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trust,
            proxy=None if proxy is None else _proxy(proxy),
            max_connections=1,
            keepalive_expiry=_IDLE,
            network_backend=socket,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The head of the answer; its content is still to be read."""
        self._socket.begin()
        try:
            response = super().handle_request(request)
        except httpx2.ProxyError:
            raise
        except httpx2.TransportError as error:
            if self._proxied and not self._socket.through:
                raise _NoTunnelError("no tunnel") from error
            raise
        if not self._socket.received:
            # The server said more than it was asked last time, and the parser kept it for now.
            raise httpx2.RemoteProtocolError("an answer from before the request")
        if response.is_informational:
            raise httpx2.RemoteProtocolError("no HTTP from here on")
        return response


def _proxy(proxy: Proxy) -> httpcore2.Proxy:
    shown = (proxy.user.encode(), proxy.password.encode()) if proxy.user else None
    return httpcore2.Proxy(proxy.url, auth=shown)
