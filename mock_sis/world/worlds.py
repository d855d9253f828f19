"""The worlds that a server has: the default one at `/`, every one at `/w/NAME`.

Each is a file; the named ones stand in a folder beside the default one, so that another process
that serves the same default world serves them too.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from mock_sis.world.journal import Journal
from mock_sis.world.private import private_folder
from mock_sis.world.world import World

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Follower(Protocol):
    """What stands outside a world and has to be of the same moment: a ledger of what it holds."""

    def still(self) -> AbstractContextManager[None]:
        """Change nothing inside this. ValueError: it is changing, so the world must wait."""

    def save(self, snapshot: str) -> None:
        """Keep what it is now; it may be asked for again under that name."""

    def go_back(self, snapshot: str | None) -> None:
        """Be what it was in a snapshot, or what it is at a start (None)."""


@dataclass(slots=True)
class Hosted:
    """A world being served, with what belongs to serving it.

    Attributes:
        file: which file it is: another process may have put another one in its place.
        followers: what goes back in time with it.
    """

    name: str
    world: World
    journal: Journal
    file: int | None
    handlers: dict[type, Any] = field(default_factory=dict)
    followers: list[Follower] = field(default_factory=list)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Inside this no follower changes. ValueError: one is changing."""
        with ExitStack() as stack:
            for follower in self.followers:
                stack.enter_context(follower.still())
            yield

    @contextmanager
    def going_back(self, snapshot: str | None) -> Iterator[None]:
        """Take the world to a snapshot, or to a start (None), inside this; its followers follow."""
        with self.still():
            self.journal.forget_waiting()
            yield
            for follower in self.followers:
                follower.go_back(snapshot)


class Factory(Protocol):
    """Makes, resets and deletes worlds; see `WorldFactory`."""

    def make(self, path: Path, **recipe: Any) -> World:
        """A world in *path*."""

    def reset(self, world: World, seed: int | None = None) -> None:
        """Back to its start, or to that of another *seed*."""

    def delete(self, world: World) -> None:
        """Remove it from disk."""


class Worlds:
    """Finds, makes and removes worlds; shared by all servers of a process.

    Attributes:
        ports: of the servers of this process, by name.
        start: the address of a page that leads to all of them, with `{world}` for a world's name;
            empty where there is none.
    """

    def __init__(self, default: World, factory: Factory) -> None:
        self.ports: dict[str, int] = {}
        self.start = ""
        self.factory = factory
        self.folder = default.path.with_name(f"{default.path.name}.worlds")
        self._lock = threading.Lock()
        self._hosted = {DEFAULT: host(DEFAULT, default)}
        self._being_made: set[str] = set()

    @property
    def default(self) -> Hosted:
        """The world at `/`."""
        return self._hosted[DEFAULT]

    def find(self, name: str) -> Hosted | None:
        """The world *name*, also one that another process made; None when there is none."""
        found = self._hosted.get(name)
        if name == DEFAULT or (found and found.file == _file(found.world.path)):
            return found
        if not NAME.fullmatch(name):
            return None
        with self._lock:
            self._hosted.pop(name, None)
            path = self._path(name)
            return self._add(name, World.open(path)) if path.is_file() else None

    def names(self) -> list[str]:
        """All names, the default world first."""
        return [DEFAULT, *sorted(path.stem for path in self.folder.glob("*.db"))]

    def create(self, name: str, **recipe: Any) -> Hosted:
        """Make a world by a `Recipe`. ValueError: a bad name; FileExistsError: it is taken.

        Takes long for a large one, and keeps nobody else waiting meanwhile.
        """
        return self.add(name, partial(self.factory.make, **recipe))

    def add(self, name: str, make: Callable[[Path], World]) -> Hosted:
        """Have a world made in the file that is given. Raises as `create`."""
        if not NAME.fullmatch(name):
            raise ValueError("a world's name is 1 to 64 letters, digits, - or _")
        path = self._path(name)
        with self._lock:
            if name == DEFAULT or name in self._being_made or path.exists():
                raise FileExistsError(name)
            private_folder(self.folder)
            self._being_made.add(name)
        try:
            world = make(path)
        finally:
            with self._lock:
                self._being_made.discard(name)
        return self._made(name, world)

    def _made(self, name: str, world: World) -> Hosted:
        with self._lock:
            found = self._hosted.get(name)
            if found and found.file == _file(world.path):  # somebody has asked for it already
                world.close()
                return found
            return self._add(name, world)

    def reset(self, hosted: Hosted, seed: int | None = None) -> None:
        """Back to its start, or to the start that another *seed* gives."""
        with hosted.going_back(None):
            self.factory.reset(hosted.world, seed=seed)

    def show(self, hosted: Hosted) -> None:
        """Serve *hosted*, one of these worlds or another, at `/` from now on."""
        self._hosted[DEFAULT] = hosted

    def delete(self, name: str) -> None:
        """Remove a world and its file. KeyError: no such world; ValueError: the default one."""
        if name == DEFAULT:
            raise ValueError("the default world stays")
        hosted = self.find(name)
        if hosted is None:
            raise KeyError(name)
        with self._lock:
            self._hosted.pop(name, None)
            hosted.journal.close()
            self.factory.delete(hosted.world)

    def release(self) -> None:
        """Give all connections back; a later use opens again."""
        for hosted in self._hosted.values():
            hosted.world.close()

    def close(self) -> None:
        """Write what the journals still hold; give all connections back."""
        for hosted in self._hosted.values():
            hosted.journal.flush()
            hosted.world.close()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.db"

    def _add(self, name: str, world: World) -> Hosted:
        self._hosted[name] = host(name, world)
        return self._hosted[name]


def host(name: str, world: World) -> Hosted:
    """Make *world* ready to be served."""
    return Hosted(name, world, Journal(world.db, world.clock), _file(world.path))


def _file(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
