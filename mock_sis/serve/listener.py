"""One ASGI app on one port, in a thread of this process; `CutError` ends a connection for real."""

import asyncio
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_sis.http.exchange import Asgi, CutError, Receive, Scope, Send

READY_SECONDS = 10
CLOSING_TICKS = 50


class Server:
    """One mock, listening. `url` is its root; a world's is `url + "/w/NAME"`."""

    def __init__(
        self,
        name: str,
        app: Asgi,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        certificate: tuple[Path, Path] | None = None,
        shared: bool = False,
    ) -> None:
        """*shared*: other processes will listen on the same port, see `reopen`."""
        self.name = name
        self._socket = listening(host, port, shared=shared)
        port = self._socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.port = port
        self.url = f"http{'s' if certificate else ''}://{shown}:{port}"
        transports: dict[Any, Any] = {}
        config = uvicorn.Config(
            cutting(app, transports),
            http=protocol(transports),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
            ssl_certfile=str(certificate[0]) if certificate else None,
            ssl_keyfile=str(certificate[1]) if certificate else None,
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen; returns when the first request can come. RuntimeError when it will not."""
        # Made here, since one made before a fork counts as over in the new process.
        thread = threading.Thread(target=self._run, name=f"mock-{self.name}", daemon=True)
        thread.start()
        self._thread = thread
        deadline = time.monotonic() + READY_SECONDS
        while not self._server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the {self.name} mock did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        """Close all connections and end the thread."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(READY_SECONDS)

    def reopen(self) -> None:
        """Take a socket of its own on the same port; for a process that was forked off."""
        host, port = self._socket.getsockname()[:2]
        made = _bound(host, port, shared=True)
        self._socket.close()
        self._socket = made

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def listening(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A bound socket; an OSError of a port that is taken names it. Port 0 is any free one.

    Args:
        shared: other processes will have a socket like it, on the same port: the kernel gives each
            of them its part of the connections.
    """
    if shared and port:
        _bound(host, port, shared=False).close()  # a port that other programs share is taken too
    return _bound(host, port, shared=shared)


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        error.filename = f"port {port}"
        raise
    return made


def protocol(transports: dict[Any, Any]) -> type[asyncio.Protocol]:
    """The HTTP protocol of uvicorn, which also remembers the transport of each peer."""

    class Remembering(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        """Keeps *transports* up to date."""

        def connection_made(self, transport: Any) -> None:
            self.peer = tuple(transport.get_extra_info("peername")[:2])
            transports[self.peer] = transport
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            transports.pop(self.peer, None)
            super().connection_lost(exc)

    return Remembering


def cutting(app: Asgi, transports: Mapping[Any, Any]) -> Asgi:
    """*app*, with `CutError` ending the TCP connection instead of an answer."""

    async def cut(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except CutError:
            await end(tuple(scope["client"]), transports)

    return cut


async def end(peer: tuple[Any, ...], transports: Mapping[Any, Any]) -> None:
    """Close a peer's connection; what was already sent goes out first."""
    for close in (transports[peer].close, transports[peer].abort):
        close()
        for _ in range(CLOSING_TICKS):
            if peer not in transports:
                return
            await asyncio.sleep(0.002)
