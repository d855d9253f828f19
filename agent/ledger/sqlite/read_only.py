"""A ledger's file opened for reading alone: nothing is made, migrated, locked or written.

It can be read beside a run that writes, and on a disk that takes no writes.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from agent.errors import LedgerError


def readable(path: str) -> tuple[sqlite3.Connection, Callable[[], None]]:
    """Open a ledger that exists; and what to call after each read.

    SQLite reads a ledger beside others by two companions of the file, which it makes where they are
    missing. Where it cannot, the file is read as one that nobody changes; then what was not yet
    folded into it (`-wal`) must not be left out.

    Raises:
        LedgerError: there is none, or it cannot be read from here.
    """
    refuse_missing(path)
    try:
        return _connected(path, "mode=ro"), lambda: None
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            raise
        before = _stamp(path)
        if before[-1]:
            raise LedgerError(
                f"the ledger {path} cannot be read here: its last changes are in {path}-wal, and"
                " its folder takes no writes; copy all files of the ledger to another folder"
            ) from error
        connection = _connected(path, "immutable=1")

    def unchanged() -> None:
        if _stamp(path) != before:
            raise LedgerError(f"a run began while the ledger {path} was read; ask again")

    return connection, unchanged


def untouched(path: str) -> sqlite3.Connection:
    """Open a ledger for one look; not even its companions are made.

    Without companions it is read as a file that nobody changes meanwhile. What a killed run left in
    `-wal` is not left out.
    """
    shared = _stamp(path)[-1] or Path(f"{path}-shm").exists()
    return _connected(path, "mode=ro" if shared else "immutable=1")


def refuse_missing(path: str) -> None:
    """Raise a `LedgerError` where no run has made this ledger yet."""
    file = Path(path)
    if not file.exists() or not (file.is_dir() or file.stat().st_size):
        raise LedgerError(f"there is no ledger {path} yet; the first `passback sync` makes it")


def _connected(path: str, how: str) -> sqlite3.Connection:
    address = f"file:{quote(str(Path(path).absolute()))}?{how}"
    connection = sqlite3.connect(
        address, uri=True, timeout=30, isolation_level=None, check_same_thread=False
    )
    try:
        # SQLite opens the file at the first read.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _stamp(path: str) -> tuple[int, int, int]:
    """Size and last change of the file, and how much is not yet folded into it."""
    file, beside = Path(path).stat(), Path(f"{path}-wal")
    return file.st_size, file.st_mtime_ns, beside.stat().st_size if beside.exists() else 0


def copied(old: sqlite3.Connection) -> sqlite3.Connection:
    """Copy a ledger to a file without a name, as SQLite keeps one for "", and close the old one."""
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    old.backup(copy)
    old.close()
    return copy


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write; any trouble with the file is a `LedgerError`."""
    with trouble(path):
        if not path.is_file():
            raise LedgerError(f"{path} is no file")
        found, after_read = readable(str(path))
        with closing(found):
            yield found
            after_read()


@contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into a `LedgerError` of one line."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        why = (isinstance(error, OSError) and error.strerror) or error
        raise LedgerError(f"{path} cannot be used: {why}") from error
