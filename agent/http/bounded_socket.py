"""The socket below a connection, which keeps a request and its answer to their time and size.

The library bounds each step alone: a server that sends a byte a minute would never be late.
"""

import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpcore2

_MB = 1024 * 1024


class TooLargeError(Exception):
    """More came than is read of an answer."""


class BoundedSocket(httpcore2.NetworkBackend, httpcore2.NetworkStream):
    """One connection at a time, as httpcore2 asks for them; TLS replaces what it began with.

    Args:
        max_answer: bytes of an answer, unpacked.
        max_seconds: for a request and its whole answer.

    Attributes:
        received: bytes since the request began.
        through: whether a proxy made a tunnel.
    """

    def __init__(self, max_answer: int, max_seconds: float, clock: Callable[[], float]) -> None:
        self.received, self.through = 0, False
        # Chunks have heads of their own, so what comes may well be larger than what it holds.
        self._most = 2 * max_answer + _MB
        self._seconds, self._clock = max_seconds, clock
        self._until = 0.0
        self._unsent = b""
        self._write_timeout: float | None = None

    def begin(self) -> None:
        """A request begins."""
        self.received, self._until = 0, self._clock() + self._seconds

    def _left(self, timeout: float | None, late: type[Exception]) -> float:
        """Seconds for the next step."""
        left = self._until - self._clock()
        if left <= 0:
            raise late("the time for the whole request is over")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *more: Any, **named: Any
    ) -> httpcore2.NetworkStream:
        """Connect anew; the pool has closed what was before."""
        self.through, self._unsent = False, b""
        timeout = self._left(timeout, httpcore2.ConnectTimeout)
        self._socket = httpcore2.SyncBackend().connect_tcp(host, port, timeout, *more, **named)
        return self

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Speak TLS from here on, which in a tunnel is the first thing."""
        self.through = True
        timeout = self._left(timeout, httpcore2.ConnectTimeout)
        self._socket = self._socket.start_tls(ssl_context, server_hostname, timeout)
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came, empty at the end."""
        if self._unsent:
            with suppress(httpcore2.WriteError):  # the server may have answered early
                self._send()
        data = self._socket.read(max_bytes, self._left(timeout, httpcore2.ReadTimeout))
        self.received += len(data)
        if self.received > self._most:
            raise TooLargeError("as it came")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it with what follows, in one piece, before the answer is read."""
        self._unsent += buffer
        self._write_timeout = timeout

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, b""
        self._socket.write(unsent, self._left(self._write_timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """What is known of the socket."""
        return self._socket.get_extra_info(info)
