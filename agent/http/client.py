"""HTTP for a night: one server, JSON in and out, retries where they are safe.

A call ends in one of three ways: a `Reply`, an `UnavailableError` (nothing was done), or, for a
write that may have been done all the same, an `UnknownOutcomeError`. Nothing is logged, and no text
quotes a URL.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn, Unpack

import msgspec
import stamina
import stamina.instrumentation

from agent.errors import (
    MaintenanceError,
    ThrottledError,
    UnavailableError,
    UnknownOutcomeError,
)
from agent.http.base_url import encoded, read_base_url
from agent.http.oauth import ClientCredentials, Endpoint
from agent.http.responses import JSON, FailedError, Operation, Reply, System, judged, within
from agent.http.transport import Answered, Headers, Observe, Transport, TransportOptions
from agent.http.waiting import LONGEST, CircuitBreaker, RateLimiter

__all__ = ["Answered", "Http", "HttpOptions", "Observe"]

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_PLAIN = {"accept": JSON, "accept-encoding": "gzip, deflate", "user-agent": "passback"}

# Attempts are told by `observe`; stamina's own log line would go to standard output.
stamina.instrumentation.set_on_retry_hooks([])


class HttpOptions(TransportOptions, total=False):
    """Optional arguments of `Http`; see there, and `Transport`."""

    sleep: Callable[[float], None]
    max_wait: float


class Http:
    """One server, from any number of threads.

    Args:
        system: which side of the passback it is, for errors and events.
        auth: None for a server that asks for no token.
        connections: requests at a time; more threads wait for their turn.
        sleep: waits as long as a server asked for; the short waits between retries are stamina's
            (`stamina.set_testing` takes them out).
        max_wait: seconds that a call waits in all because it is asked to; see `responses.within`.
        options: see `Transport`.
    """

    def __init__(
        self,
        base_url: str,
        system: System,
        auth: ClientCredentials | None,
        *,
        connections: int = 8,
        sleep: Callable[[float], None] = time.sleep,
        attempts: int = 5,
        max_wait: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
        **options: Unpack[TransportOptions],
    ) -> None:
        self.system = system
        self.base_url = base_url.rstrip("/")
        self._base = read_base_url(base_url, system)
        self.rate_limiter = RateLimiter(sleep, clock)
        self._auth = auth
        self._attempts, self._max_wait = attempts, max_wait
        self._breaker = CircuitBreaker(clock)
        self._transport = Transport(
            self._base,
            system,
            connections=connections,
            rate_limiter=self.rate_limiter,
            clock=clock,
            **options,
        )

    def close(self) -> None:
        """Give the connections back; call it when no thread is in `call` any more."""
        self._transport.close()

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
                        self._pause(failed.wait, failed)
                        waited += failed.wait
                    return self._attempt(operation, path, content, attempt.num)
        except FailedError:
            self._give_up(operation, failed, lost=lost)
        raise AssertionError("a retry ends in an answer or a failure")

    def _give_up(self, operation: Operation, last: FailedError, *, lost: bool) -> NoReturn:
        if last.again and last.error.status != 500:
            self._breaker.failed()
        if not (operation.write and lost):
            raise last.error from last.__cause__
        # This request is not sent again, but others follow it, so wait as the server asked. One
        # that is closed for maintenance, or asks for too long, takes none of them tonight.
        waits = last.again and not isinstance(last.error, MaintenanceError)
        if waits and last.wait is not None and not operation.repeatable:
            self._pause(last.wait, last)
        raise UnknownOutcomeError(operation.name, last.why) from last.error

    def _pause(self, seconds: float, failed: FailedError) -> None:
        throttled = isinstance(failed.error, ThrottledError)
        self.rate_limiter.pause(seconds, throttled=throttled)

    def _attempt(
        self, operation: Operation, path: str, content: bytes | None, number: int
    ) -> Reply:
        if self._breaker.open():
            why = "too many failures in a row; not asked for a while"
            error = UnavailableError(why, system=self.system, operation=operation.name)
            raise FailedError(error, why)
        bearer = self._bearer(None) if self._auth else None
        reply = self._send(operation, path, content, bearer, number)
        if bearer is not None and reply.status in operation.stale:
            reply = self._send(operation, path, content, self._bearer(bearer), number)
        return judged(reply, operation)

    def _send(
        self,
        operation: Operation,
        path: str,
        content: bytes | None,
        bearer: str | None,
        number: int,
    ) -> Reply:
        headers = _PLAIN if content is None else {**_PLAIN, "content-type": JSON}
        if bearer is not None:
            headers = {**headers, "authorization": bearer}
        return self._transport.send(operation, self._below(path), headers, content, number)

    def _bearer(self, stale: str | None) -> str:
        assert self._auth is not None
        try:
            return self._auth.renew(self._ask, stale) if stale else self._auth.bearer(self._ask)
        except UnavailableError as error:
            raise FailedError(error, str(error)) from error
        except FailedError as failed:
            # Whatever became of the token, the call itself was not sent yet.
            raise replace(failed, lost=False) from failed

    def _ask(self, endpoint: Endpoint, headers: Headers, form: bytes) -> Reply:
        operation = Operation(endpoint.operation, "POST")
        path = endpoint.path
        url = self._below(path) if path.startswith("/") else path
        return self._transport.send(operation, url, {**_PLAIN, **headers}, form, 1)

    def _below(self, path: str) -> str:
        """The URL of *path*, which leads to no other server whatever it holds."""
        return self._base + encoded(path if path.startswith("/") else f"/{path}")
