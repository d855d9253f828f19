"""Runs mock servers in threads of this process, for tests and for the command line."""

import asyncio
import importlib
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mock_sis.app import App, build_app
from mock_sis.guard import Guard
from mock_sis.middleware import Asgi, Front, Gate, Journaling, Receive, Scope, Send
from mock_sis.middleware_faults import CutError, Faulty
from mock_sis.world import World
from mock_sis.worlds import Worlds

READY_SECONDS = 10
CLOSING_TICKS = 50


@dataclass(frozen=True, slots=True)
class Mock:
    """Where the parts of a mock are.

    Attributes:
        operations: "module:class" of its handlers.
        offset: of its port above the base port.
        sis: whose gradebooks its pages and control plane show.
    """

    contract: str
    operations: str
    offset: int
    sis: str


MOCKS: Mapping[str, Mock] = {
    "otus": Mock("otus.yaml", "mock_sis.otus:Operations", 1, "skyward"),
    "skyward": Mock("skyward.yaml", "mock_sis.skyward:Operations", 3, "skyward"),
}


@cache
def app_of(name: str, *, validate_responses: bool) -> App:
    """The API of mock *name*; built once a process, since it belongs to no world."""
    module, _, kind = MOCKS[name].operations.partition(":")
    operations: type = getattr(importlib.import_module(module), kind)
    return build_app(MOCKS[name].contract, operations, validate_responses=validate_responses)


def asgi(
    name: str,
    worlds: Worlds,
    *,
    validate_responses: bool = False,
    latency: float = 0,
    token: str | None = None,
) -> Asgi:
    """The whole server *name* as one ASGI app.

    Args:
        latency: seconds that every API call takes longer.
        token: what the control plane asks for; None asks for nothing (loopback).
    """
    from mock_sis.control import control_app
    from mock_sis.pages import pages_app

    api = app_of(name, validate_responses=validate_responses)
    control = control_app(validate_responses=validate_responses)
    return Front(
        name,
        worlds,
        api=Journaling(Gate(api, Faulty(api, api, latency=latency))),
        control=Guard(Gate(control, control), token=token),
        pages=Guard(pages_app(), token=token),
    )


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
    ) -> None:
        self.name = name
        self._socket = listening(host, port)
        port = self._socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http{'s' if certificate else ''}://{shown}:{port}"
        transports: dict[Any, asyncio.Transport] = {}
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
        self._server = _Quick(config)
        self._thread = threading.Thread(target=self._run, name=f"mock-{name}", daemon=True)

    def start(self) -> None:
        """Listen; returns when the first request can come. RuntimeError when it will not."""
        self._thread.start()
        deadline = time.monotonic() + READY_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the {self.name} mock did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        """Close all connections and end the thread."""
        self._server.should_exit = True
        self._thread.join(READY_SECONDS)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


class _Quick(uvicorn.Server):
    """Looks every hundredth of a second whether to end, not every tenth: tests start many."""

    async def main_loop(self) -> None:
        """Tick until told to exit."""
        ticks = 0
        while not await self.on_tick(ticks // 10):
            ticks += 1
            await asyncio.sleep(0.01)


class Servers:
    """The mocks that `serving` started: by attribute or by name."""

    def __init__(self, worlds: Worlds, servers: Sequence[Server]) -> None:
        self.worlds = worlds
        self.all = {server.name: server for server in servers}

    def __getattr__(self, name: str) -> Server:
        """The mock of that name."""
        try:
            return self.all[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> Server:
        """The mock of that name."""
        return self.all[name]

    @property
    def world(self) -> World:
        """The default world."""
        return self.worlds.default.world

    def journal(self, **filters: Any) -> list[dict[str, Any]]:
        """The default world's calls, oldest first; see `Journal.read`."""
        return self.worlds.default.journal.read(**filters)


@contextmanager
def serving(
    *names: str,
    world: World | None = None,
    worlds: Worlds | None = None,
    host: str = "127.0.0.1",
    ports: Mapping[str, int] | None = None,
    certificate: tuple[Path, Path] | None = None,
    validate_responses: bool = True,
    latency: float = 0,
    token: str | None = None,
) -> Iterator[Servers]:
    """Run the mocks *names* over one world, each in a thread of its own, until the block ends.

    Args:
        world: the default world; None makes a tiny one, which goes with the block.
        worlds: instead of *world*: a registry that the caller keeps and closes.
        ports: of the mocks that should not take a free one.
        certificate: certificate and key file; the mocks then speak TLS.
        latency: seconds that every API call takes longer.
        token: what the control plane asks for.
    """
    with ExitStack() as stack:
        registry = worlds or stack.enter_context(_registry(world))
        servers = []
        for name in names:
            app = asgi(
                name, registry, validate_responses=validate_responses, latency=latency, token=token
            )
            port = (ports or {}).get(name, 0)
            server = Server(name, app, host=host, port=port, certificate=certificate)
            server.start()
            stack.callback(server.stop)
            servers.append(server)
        yield Servers(registry, servers)


@contextmanager
def _registry(world: World | None) -> Iterator[Worlds]:
    with ExitStack() as stack:
        if world is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-"))
            world = World.create(Path(folder) / "world.db")
        worlds = Worlds(world)
        stack.callback(worlds.close)
        yield worlds


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


def protocol(transports: dict[Any, asyncio.Transport]) -> type[asyncio.Protocol]:
    """uvicorn's HTTP protocol, which also remembers the transport of each peer."""

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


def cutting(app: Asgi, transports: Mapping[Any, asyncio.Transport]) -> Asgi:
    """*app*, with `CutError` ending the TCP connection instead of an answer."""

    async def cut(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except CutError:
            await end(tuple(scope["client"]), transports)

    return cut


async def end(peer: tuple[Any, ...], transports: Mapping[Any, asyncio.Transport]) -> None:
    """Close a peer's connection; what was already sent goes out first."""
    for close in (transports[peer].close, transports[peer].abort):
        close()
        for _ in range(CLOSING_TICKS):
            if peer not in transports:
                return
            await asyncio.sleep(0.002)
