"""One ASGI app on one port, in a thread of this process; `CutError` ends a connection for real."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_sis.http.exchange import Asgi, CutError, Receive, Scope, Send
from mock_sis.serve.shared_socket import SharedSocket

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
        """*shared*: other processes will listen on the same socket."""
        self.name = name
        self._socket = listening(host, port)
        port = self._socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
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
        self._server = _Sharing(config) if shared else _Quick(config)
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
        self._server.end()
        if self._thread is not None:
            self._thread.join(READY_SECONDS)

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


class _Quick(uvicorn.Server):
    """Ends as soon as it is told; until then it wakes once a second, for the date of its answers.

    uvicorn looks ten times a second: several idle mocks in one process then take the interpreter
    from the one that works.
    """

    _wake: Callable[[], Any] | None = None

    def end(self) -> None:
        """Tell it, from any thread."""
        self.should_exit = True
        if self._wake is not None:
            self._wake()

    async def main_loop(self) -> None:
        """Wait until told to end."""
        told = asyncio.Event()
        self._wake = partial(asyncio.get_running_loop().call_soon_threadsafe, told.set)
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), 1)


class _Sharing(_Quick):
    """Takes only its share of the connections to sockets that other processes have too."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen through doors of our own."""
        config, loop = self.config, asyncio.get_running_loop()

        def made() -> asyncio.Protocol:
            kind: Any = config.http_protocol_class
            state = {"server_state": self.server_state, "app_state": self.lifespan.state}
            protocol: asyncio.Protocol = kind(config=config, **state)
            return protocol

        async def connect(accepted: socket.socket) -> object:
            return await loop.connect_accepted_socket(made, accepted, ssl=config.ssl)

        doors: list[Any] = []
        for one in sockets or []:
            one.setblocking(False)
            one.listen(config.backlog)
            doors.append(SharedSocket(one, connect, self.server_state.connections))
        await super().startup(sockets=[])
        self.servers = doors


def listening(host: str, port: int) -> socket.socket:
    """A bound socket; OSError when the port is taken. Port 0 is any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


class Joining:
    """A transport that sends the head of an answer together with its body.

    uvicorn writes them one after the other, and the client would be woken up for each.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._held = b""
        self._loop = asyncio.get_running_loop()

    def __getattr__(self, name: str) -> Any:
        """All else is as it was."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send with what was held, else hold it for the rest of this turn of the loop."""
        if self._held:
            self._send(data)
        else:
            self._held = data
            self._loop.call_soon(self._send)

    def close(self) -> None:
        """Send what is held, and end."""
        self._send()
        self._transport.close()

    def _send(self, more: bytes = b"") -> None:
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held + more)


def protocol(transports: dict[Any, Any]) -> type[asyncio.Protocol]:
    """The HTTP protocol of uvicorn, which also remembers the transport of each peer."""

    class Remembering(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        """Keeps *transports* up to date."""

        def connection_made(self, transport: Any) -> None:
            self.peer = tuple(transport.get_extra_info("peername")[:2])
            transports[self.peer] = joining = Joining(transport)
            super().connection_made(joining)

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
