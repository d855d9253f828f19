"""Ledgers that go back in time with their district: what the SIS holds is what they remember."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from agent.errors import LockedError
from agent.ledger import run_lock
from mock_sis.world.private import private_copy, private_file

BUSY = "a night is running into this district: wait until it is over"


class Ledgers:
    """Those of the agents of a district; see `mock_sis.world.worlds.Follower`."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """*paths*: their files, which may not be there yet."""
        self._paths = paths

    @contextmanager
    def still(self) -> Iterator[None]:
        """Keep nights away. ValueError: one is running."""
        with ExitStack() as stack:
            for path in self._paths:
                try:
                    stack.enter_context(run_lock(f"sqlite:///{path}"))
                except LockedError:
                    raise ValueError(BUSY) from None
            yield

    def save(self, snapshot: str) -> None:
        """Keep a copy of each beside it."""
        for path in self._paths:
            _forget(_kept(path, snapshot))
            if path.exists():
                _copy(path, _kept(path, snapshot))
            if _note(path).exists():
                private_copy(_note(path), _note(_kept(path, snapshot)))

    def go_back(self, snapshot: str | None) -> None:
        """Each is what it was in the snapshot; one that was not there then is gone."""
        for path in self._paths:
            _forget(path)
            if snapshot is not None and _kept(path, snapshot).exists():
                private_copy(_kept(path, snapshot), path)
            if snapshot is not None and _note(_kept(path, snapshot)).exists():
                private_copy(_note(_kept(path, snapshot)), _note(path))


def _kept(path: Path, snapshot: str) -> Path:
    return path.with_name(f"{path.name}.snap-{snapshot}")


def _note(path: Path) -> Path:
    """The note of the last run; without it a ledger takes itself for an older one."""
    return path.with_name(f"{path.name}.last-run")


def _copy(path: Path, to: Path) -> None:
    with (
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(private_file(to))) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")


def _forget(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".last-run"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
