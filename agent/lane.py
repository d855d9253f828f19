"""One connection to a server: a request goes out in one piece, and its whole answer comes back.

What fails is told by how far the request came, since that decides whether a repeat is safe. A
connection that the server has hung up, or may be about to, is replaced before anything is sent
over it. Where there is a proxy, TLS goes through a tunnel that it was asked for. No error quotes
an address.
"""

import select
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from agent.address import Proxy
from agent.wire import Answer, MalformedError, Reading, Request, written

_PIECE = 65_536
_TAKEN = range(200, 300)


class Carrier(Protocol):
    """What carries requests to one server, one after another."""

    def exchange(self, request: Request) -> Answer:
        """Send *request* and wait for its answer; a `LaneError` when none comes."""

    def close(self) -> None:
        """Hang up; the next exchange connects anew."""


class LaneError(Exception):
    """No answer."""


class NotSendableError(LaneError):
    """The request is no HTTP: nothing was sent, and a repeat would not help."""


class NotConnectedError(LaneError):
    """There was no connection: nothing was sent."""


class UnknownHostError(NotConnectedError):
    """No address goes by the host's name: nothing was sent."""


class RefusedError(NotConnectedError):
    """Nobody listens at the host's port: nothing was sent."""


class UntrustedError(NotConnectedError):
    """The server's certificate was not accepted: nothing was sent."""


class ProxyError(NotConnectedError):
    """The proxy made no tunnel to the server: nothing was sent.

    Attributes:
        status: what it answered; None when it did not.
    """

    def __init__(self, status: int | None = None) -> None:
        super().__init__(status)
        self.status = status


class LostError(LaneError):
    """The request was sent, at least in part, and no usable answer came."""


class LateError(LostError):
    """The same, because time ran out."""


class Lane:
    """One connection, for one thread at a time; it is made when it is first needed.

    Args:
        host: a name or an address, IPv6 without brackets.
        trust: what verifies the server's certificate; None for a server without TLS.
        proxy: what is asked for the way to the server; only with TLS.
        connecting: seconds for each address of the host, and for TLS to begin.
        waiting: seconds for the server to take the request, and for each piece of its answer.
        idle: seconds after which a connection is not used again: servers commonly hang up after
            five, and a request that crosses with that is lost.
    """

    def __init__(
        self,
        host: str,
        port: int,
        trust: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
        *,
        connecting: float = 5.0,
        waiting: float = 60.0,
        idle: float = 4.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._port = port
        self._trust = trust
        self._proxy = proxy
        self._connecting = connecting
        self._waiting = waiting
        self._idle = idle
        self._clock = clock
        self._named = _named(host, port, 80 if trust is None else 443)
        self._link: socket.socket | None = None
        self._signs = select.poll()
        self._used = 0.0

    def close(self) -> None:
        """Hang up; the next exchange connects anew."""
        link, self._link = self._link, None
        if link is not None:
            self._signs.unregister(link)
            link.close()

    def exchange(self, request: Request) -> Answer:
        """Send *request* and wait for its answer; a `LaneError` when none comes."""
        try:
            wire = written(request, self._named)
        except MalformedError as error:
            raise NotSendableError from error
        link = self._ready()
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered early
                link.sendall(wire)
            answer, last = _answer(link, request.method)
        except BaseException as error:
            self.close()
            if isinstance(error, TimeoutError):
                raise LateError from error
            if isinstance(error, (OSError, MalformedError, MemoryError)):
                raise LostError from error
            raise
        if last:
            self.close()
        self._used = self._clock()
        return answer

    def _ready(self) -> socket.socket:
        """A connection that nothing speaks against; one that has something to read was hung up."""
        if self._link is not None:
            stale = self._clock() - self._used >= self._idle
            if not stale and not self._signs.poll(0):
                return self._link
            self.close()
        try:
            link = self._connect()
        except LaneError:
            raise
        except ssl.SSLCertVerificationError as error:
            raise UntrustedError from error
        except socket.gaierror as error:
            raise UnknownHostError from error
        except ConnectionRefusedError as error:
            raise RefusedError from error
        except (OSError, ValueError) as error:
            raise NotConnectedError from error
        self._signs.register(link, select.POLLIN)
        self._link = link
        return link

    def _connect(self) -> socket.socket:
        link = self._reach()
        try:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._trust is not None:
                link = self._trust.wrap_socket(
                    link, server_hostname=self._host, suppress_ragged_eofs=False
                )
            link.settimeout(self._waiting)
        except BaseException:
            link.close()
            raise
        return link

    def _reach(self) -> socket.socket:
        """A connection to the server, if need be through a tunnel."""
        if self._proxy is None:
            return socket.create_connection((self._host, self._port), self._connecting)
        try:
            return _tunnel(self._proxy, _named(self._host, self._port), self._connecting)
        except (OSError, ValueError, MalformedError) as error:
            raise ProxyError from error


def _tunnel(proxy: Proxy, server: str, patience: float) -> socket.socket:
    link = socket.create_connection((proxy.host, proxy.port), patience)
    try:
        _ask_through(link, proxy, server)
    except BaseException:
        link.close()
        raise
    return link


def _ask_through(link: socket.socket, proxy: Proxy, server: str) -> None:
    shown = {"proxy-authorization": proxy.credentials} if proxy.credentials else {}
    link.sendall(written(Request("CONNECT", server, shown, None), server))
    answer, _ = _answer(link, "CONNECT")
    if answer.status not in _TAKEN:
        raise ProxyError(answer.status)


def _named(host: str, port: int, usual: int | None = None) -> str:
    """The server as the Host header names it, without its port where that is the *usual* one."""
    name = f"[{host}]" if ":" in host else host
    return name if port == usual else f"{name}:{port}"


def _answer(link: socket.socket, method: str) -> tuple[Answer, bool]:
    """The next answer, and whether it is the last one on this connection."""
    reading = Reading(method)
    while not reading.done:
        reading.feed(link.recv(_PIECE))
    return reading.answer(), reading.last
