"""HTTP for a night: one server, JSON in and out, retries where they are safe.

A call ends in one of three ways: a `Reply`, an `UnavailableError` (nothing was done), or, for a
write that may have been done all the same, an `UnknownOutcomeError`. Nothing is logged, and no text
quotes a URL.

Each connection is a lane of its own; those not in use lie in a stack.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any, NoReturn

import msgspec
import stamina
import stamina.instrumentation

from agent.address import Address, Proxy, read_address, trust
from agent.answers import BYTE_ORDER_MARK, FailedError, Operation, Reply, System, judged, within
from agent.breaker import Breaker
from agent.errors import MaintenanceError, UnavailableError, UnknownOutcomeError
from agent.lane import (
    Carrier,
    Lane,
    LaneError,
    LateError,
    LostError,
    NotSendableError,
    ProxyError,
    RefusedError,
    UnknownHostError,
    UntrustedError,
)
from agent.tokens import JSON, ClientCredentials, Endpoint, Headers, headers_of
from agent.waiting import LONGEST
from agent.wire import Request

__all__ = ["Connect", "Http", "Observe", "Operation", "Reply", "System"]

Observe = Callable[[dict[str, Any]], None]
Connect = Callable[[], Carrier]

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
        proxy: on the way to the server, which then must be one with TLS.
        max_wait: seconds that a call waits in all because it is asked to; see `answers.within`.
        connect: makes what carries one connection, for tests.
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
        proxy: Proxy | None = None,
        attempts: int = 5,
        max_wait: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
        connect: Connect | None = None,
    ) -> None:
        self.system = system
        self.base_url = base_url.rstrip("/")
        self._address = read_address(self.base_url, system)
        self._auth = auth
        self._observe, self._sleep = observe, sleep
        self._attempts, self._max_wait = attempts, max_wait
        self._clock = clock
        self._connect = connect or _connector(self._address, ca_file, proxy)
        self._idle: deque[Carrier] = deque()
        self._turns = BoundedSemaphore(connections)
        self._breaker = Breaker(clock)
        self._dressed = ("", *headers_of(None))

    def close(self) -> None:
        """Give the connections back; call it when no thread is in `call` any more."""
        while self._idle:
            self._idle.pop().close()

    def call(self, operation: Operation, path: str, body: object = None) -> Reply:
        """Send *body* as JSON to *path* (below the base URL, query included), and wait.

        Raises:
            UnavailableError: or its kin; nothing was done.
            UnknownOutcomeError: of a write: no usable answer came, and it may have been done. Its
                cause is the last failure.
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
        lost, waited = failed.lost, 0.0

        def worth_it(error: Exception) -> bool | timedelta:
            nonlocal failed, lost
            if not isinstance(error, FailedError):
                return False
            failed, lost = within(error, waited, self._max_wait), lost or error.lost
            if not failed.again or (operation.write and lost and not operation.repeatable):
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
                        self._sleep(failed.wait)
                        waited += failed.wait
                    return self._attempt(operation, path, content, attempt.num)
        except FailedError:
            self._give_up(operation, failed, lost=lost)
        raise AssertionError("a retry ends in an answer or a failure")

    def _give_up(self, operation: Operation, last: FailedError, *, lost: bool) -> NoReturn:
        if last.again and last.error.status != 500:
            self._breaker.failed()
        if operation.write and lost:
            if not operation.repeatable:
                self._wait_for_the_next(last)
            raise UnknownOutcomeError(operation.name, last.why) from last.error
        raise last.error from last.__cause__

    def _wait_for_the_next(self, last: FailedError) -> None:
        """Wait as the server asked: this request is not sent again, but others follow it.

        A server that is closed for maintenance, or asks for too long, takes none of them tonight.
        """
        if last.wait is not None and last.again and not isinstance(last.error, MaintenanceError):
            self._sleep(last.wait)

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
        dressed = {**headers, "accept": JSON}
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
        headers = dressed[1] if content is None else dressed[2]
        request = Request(operation.method, self._address.target(path), headers, content)
        with self._turns:
            began = self._clock()
            status = None
            try:
                reply = self._exchange(operation, request)
                status = reply.status
            except LaneError as error:
                raise self._failed(operation, error) from error
            finally:
                self._tell(operation, status, began, number)
        return reply

    def _exchange(self, operation: Operation, request: Request) -> Reply:
        try:
            lane = self._idle.pop()
        except IndexError:
            lane = self._connect()
        try:
            status, headers, content = lane.exchange(request)
        except BaseException:
            lane.close()
            raise
        self._idle.append(lane)
        content = content.removeprefix(BYTE_ORDER_MARK)
        return Reply(self.system, operation.name, status, headers, content)

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

    def _failed(self, operation: Operation, error: LaneError) -> FailedError:
        again, lost = True, False
        if isinstance(error, UntrustedError):
            message, again = "its TLS certificate was not accepted (ca_file?)", False
        elif isinstance(error, ProxyError):
            message, again = _at_the_proxy(error.status)
        elif isinstance(error, NotSendableError):
            message, again = "the request cannot be sent as it is", False
        elif isinstance(error, LostError):
            late = isinstance(error, LateError)
            message, lost = "no answer in time" if late else "the connection broke", True
        elif isinstance(error, UnknownHostError):
            message = "no connection: unknown host"
        elif isinstance(error, RefusedError):
            message = "no connection: connection refused"
        else:
            message = "no connection"
        return self._no_answer(operation, message, again=again, lost=lost)

    def _no_answer(
        self, operation: Operation, why: str, *, again: bool = False, lost: bool = False
    ) -> FailedError:
        error = UnavailableError(why, system=self.system, operation=operation.name)
        return FailedError(error, why, again=again, lost=lost)


def _at_the_proxy(status: int | None) -> tuple[str, bool]:
    """What a proxy that made no tunnel comes to, and whether to ask it again."""
    if status is None:
        return "no connection to the proxy", True
    if status == 407:
        return "the proxy wants credentials, or other ones (407)", False
    if status < 500:
        return f"the proxy does not let it through ({status})", False
    return f"the proxy cannot reach it ({status})", True


def _connector(server: Address, ca_file: str | None, proxy: Proxy | None) -> Connect:
    verify = trust(ca_file) if server.tls else None
    if proxy is not None and verify is None:
        raise AssertionError("a proxy on the way to a server without TLS")

    def connect() -> Lane:
        return Lane(server.host, server.port, verify, proxy)

    return connect
