"""The worlds that a server has: the default one at `/`, every one at `/w/NAME`.

Each is a file; the named ones stand in a folder beside the default one, so that another process
that serves the same default world serves them too.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mock_sis.districts.cache import DistrictCache
from mock_sis.world.journal import Journal
from mock_sis.world.private import private_folder
from mock_sis.world.world import World

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(slots=True)
class Hosted:
    """A world being served, with what belongs to serving it.

    Attributes:
        file: which file it is: another process may have put another one in its place.
    """

    name: str
    world: World
    journal: Journal
    file: int | None
    handlers: dict[type, Any] = field(default_factory=dict)


class Worlds:
    """Finds, makes and removes worlds; shared by all servers of a process."""

    def __init__(self, default: World, cache: DistrictCache | None = None) -> None:
        """*cache* keeps made-up districts, so that the next one like it is a copy."""
        self._cache = cache
        self.folder = default.path.with_name(f"{default.path.name}.worlds")
        self._lock = threading.Lock()
        self._hosted = {DEFAULT: host(DEFAULT, default)}

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

    def create(
        self,
        name: str,
        *,
        size: str | int | None = None,
        source: Path | None = None,
        seed: int = 1,
        start: date | datetime | None = None,
        make: Callable[..., World] = World.create,
    ) -> Hosted:
        """Make a world. ValueError: a bad name; FileExistsError: the name is taken."""
        if not NAME.fullmatch(name):
            raise ValueError("a world's name is 1 to 64 letters, digits, - or _")
        with self._lock:
            path = self._path(name)
            if name == DEFAULT or path.exists():
                raise FileExistsError(name)
            private_folder(self.folder)
            recipe = {
                "size": "tiny" if size is None else size,
                "source": source,
                "seed": seed,
                "start": start,
            }
            world = make(path, **recipe, cache=self._cache)
            return self._add(name, world)

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
            hosted.world.delete()

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
    return Hosted(name, world, Journal(world), _file(world.path))


def _file(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
