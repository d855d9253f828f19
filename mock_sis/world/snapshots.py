"""Named copies of a world's file, and the pristine one that a reset returns to."""

import json
import re
import secrets
import sqlite3
from pathlib import Path
from typing import Any, BinaryIO

from mock_sis.world.clock import instant
from mock_sis.world.private import private_copy
from mock_sis.world.world import World

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Snapshots:
    """Files beside the world's: `NAME.start`, and `NAME.snap-X` for a snapshot X."""

    def __init__(self, world: World) -> None:
        self._world = world

    def list(self) -> list[dict[str, Any]]:
        """Saved snapshots by name: name, at (the world's instant), bytes."""
        stem = f"{self._world.path.name}.snap-"
        files = sorted(self._world.path.parent.glob(f"{stem}*"))
        return [
            {"name": p.name.removeprefix(stem), "at": _saved_at(p), "bytes": p.stat().st_size}
            for p in files
        ]

    def save(self, name: str) -> None:
        """Keep the world as it is now; replaces a snapshot of that name. ValueError: bad name."""
        path = self._path(name)
        self._world.configure(saved_at=self._world.stamp())
        self._write(path)

    def restore(self, name: str) -> None:
        """Make the world what it was, its clock included. KeyError: no such snapshot."""
        path = self._existing(name)
        self._become(path)

    def delete(self, name: str) -> None:
        """Forget a snapshot. KeyError: no such snapshot."""
        self._existing(name).unlink()

    def save_pristine(self) -> None:
        """Fix the state that `restore_pristine` returns to."""
        self._write(_pristine(self._world))

    def move_pristine(self, path: Path) -> None:
        """Move the start of this world to the one that will be in *path*."""
        _pristine(self._world).replace(path.with_name(f"{path.name}.start"))

    def take_pristine_of(self, other: World) -> None:
        """Return to the start of *other* from now on."""
        _pristine(other).replace(_pristine(self._world))

    def give_pristine(self, path: Path) -> None:
        """Write the start of this world to *path* and beside it, as a world's file has it."""
        for target in (path, path.with_name(f"{path.name}.start")):
            private_copy(_pristine(self._world), target)

    def restore_pristine(self) -> None:
        """Back to the start; the clock goes on from the world's start instant."""
        self._become(_pristine(self._world))
        start = self._world.setting("clock_start")
        self._world.clock.force(instant(start) if start else None)

    def begin_anew(self, path: Path) -> None:
        """Become the world in *path*, which is the start from now on too."""
        self._become(path)
        self.save_pristine()

    def open_copy(self) -> BinaryIO:
        """A copy of the world as it is now, to be read; no file is left when it is closed."""
        part = _part(self._world.path)
        try:
            self._world.db.copy_to(part)
            return part.open("rb")
        finally:
            part.unlink(missing_ok=True)

    def delete_all(self) -> None:
        """Forget the pristine copy and every snapshot."""
        for path in (_pristine(self._world), *(self._path(one["name"]) for one in self.list())):
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("a snapshot's name is 1 to 64 letters, digits, - or _")
        return self._world.path.with_name(f"{self._world.path.name}.snap-{name}")

    def _existing(self, name: str) -> Path:
        path = self._path(name)
        if not path.is_file():
            raise KeyError(name)
        return path

    def _write(self, path: Path) -> None:
        part = _part(path)
        try:
            self._world.db.copy_to(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _become(self, path: Path) -> None:
        epoch = int(self._world.feed.epoch)
        self._world.db.copy_from(path)
        self._world.configure(feed_epoch=str(epoch + 1))


def _part(path: Path) -> Path:
    """A file beside *path* that no other thread or process writes."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")


def discard(path: Path) -> None:
    """Remove a database file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _saved_at(path: Path) -> str:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT value FROM setting WHERE name = 'saved_at'").fetchone()
    finally:
        connection.close()
    return str(json.loads(row[0]))


def put_in_place(made: World, path: Path) -> None:
    """Move a world that was made, with its start, to *path*.

    The world's own file comes last: whoever finds it has all of it.
    """
    made.close()
    Snapshots(made).move_pristine(path)
    made.path.replace(path)


def _pristine(world: World) -> Path:
    return world.path.with_name(f"{world.path.name}.start")
