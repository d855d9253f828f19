"""Which mocks there are, how each is put together, and how several run over one world."""

import importlib
import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from mock_sis.control.guard import Guard
from mock_sis.districts.factory import WorldFactory
from mock_sis.http.app import build_app
from mock_sis.http.exchange import Asgi
from mock_sis.http.hosts import Hosts
from mock_sis.http.middleware.front import Front
from mock_sis.serve.listener import Server
from mock_sis.serve.workers import forked
from mock_sis.world.checkpoints import checkpointing
from mock_sis.world.world import World
from mock_sis.world.worlds import Worlds


@dataclass(frozen=True, slots=True)
class Mock:
    """Where the parts of a mock are.

    Attributes:
        operations: the module of its handlers' class, `Operations`.
        offset: of its port above the base port.
    """

    contract: str
    operations: str
    offset: int


MOCKS: Mapping[str, Mock] = {
    "otus": Mock("otus.yaml", "mock_sis.otus.operations", 1),
    "powerschool": Mock("powerschool.yaml", "mock_sis.powerschool.operations", 2),
    "skyward": Mock("skyward.yaml", "mock_sis.skyward.operations", 3),
}


@cache
def app_of(name: str, *, validate_responses: bool, latency: float = 0) -> Asgi:
    """The API of mock *name*; built once a process, since it belongs to no world."""
    operations: type = importlib.import_module(MOCKS[name].operations).Operations
    return build_app(
        MOCKS[name].contract, operations, validate_responses=validate_responses, latency=latency
    )


@cache
def control_of(*, validate_responses: bool) -> Asgi:
    """The control plane; the same for every mock, and calls of it are not in the journal."""
    from mock_sis.control.operations import CONTRACT, Operations

    return build_app(CONTRACT, Operations, validate_responses=validate_responses, journaling=False)


def asgi(
    name: str,
    worlds: Worlds,
    *,
    validate_responses: bool = False,
    latency: float = 0,
    token: str | None = None,
    hosts: Hosts | None = None,
) -> Asgi:
    """The whole server *name* as one ASGI app.

    Args:
        latency: seconds that every API call takes longer.
        token: what the control plane asks for; None asks for nothing (loopback).
        hosts: the names that it answers to; None, for an app that nobody serves, any.
    """
    from mock_sis.pages.app import pages_app

    return Front(
        name,
        worlds,
        api=app_of(name, validate_responses=validate_responses, latency=latency),
        control=Guard(control_of(validate_responses=validate_responses), token=token),
        pages=Guard(pages_app(name), token=token),
        hosts=hosts,
    )


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
    allowed_hosts: Sequence[str] = (),
    ports: Mapping[str, int] | None = None,
    certificate: tuple[Path, Path] | None = None,
    validate_responses: bool = True,
    latency: float = 0,
    token: str | None = None,
    workers: int = 1,
) -> Iterator[Servers]:
    """Run the mocks *names* over one world, each in a thread of its own, until the block ends.

    Args:
        world: the default world; None makes a tiny one, which goes with the block.
        worlds: instead of *world*: a registry that the caller keeps and closes.
        allowed_hosts: names in Host headers that they answer to, besides those of `Hosts`.
        ports: of the mocks that should not take a free one.
        certificate: certificate and key file; the mocks then speak TLS.
        latency: seconds that every API call takes longer.
        token: what the control plane asks for.
        workers: processes that answer on the same ports from the same file; the others are forked
            off here, so more than one is for a process that has no threads yet.
    """
    logging.getLogger("connexion").setLevel(logging.CRITICAL)  # it logs whatever is answered
    made = partial(asgi, validate_responses=validate_responses, latency=latency, token=token)
    made = partial(made, hosts=Hosts(host, allowed_hosts))
    with ExitStack() as stack:
        registry = worlds or stack.enter_context(_registry(world))
        servers = []
        for name in names:
            where: dict[str, Any] = {"host": host, "port": (ports or {}).get(name, 0)}
            app = made(name, registry)
            servers.append(Server(name, app, **where, certificate=certificate, shared=workers > 1))
            stack.callback(servers[-1].close)
            registry.ports[name] = servers[-1].port
            stack.callback(registry.ports.pop, name, None)
        stack.enter_context(forked(workers - 1, registry, servers))
        stack.enter_context(checkpointing(registry.default.world.db))
        stack.enter_context(_started(servers))
        yield Servers(registry, servers)


@contextmanager
def _started(servers: Sequence[Server]) -> Iterator[None]:
    with ExitStack() as stack:
        for server in servers:
            server.start()
            stack.callback(server.stop)
        yield


@contextmanager
def _registry(world: World | None) -> Iterator[Worlds]:
    factory = WorldFactory()
    with ExitStack() as stack:
        if world is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-"))
            world = factory.make(Path(folder) / "world.db")
        worlds = Worlds(world, factory)
        stack.callback(worlds.close)
        yield worlds
