"""A ledger's file made, checked and migrated before anything reads it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from agent.errors import LedgerError
from agent.ledger.care.copies import keep_before_upgrade
from agent.ledger.sqlite import schema
from agent.ledger.sqlite.read_only import copied, readable

MEMORY = ":memory:"


def opened(path: str, district: str) -> sqlite3.Connection:
    """Open the file of a district to write; it is made where there is none."""
    if path != MEMORY:
        _make_file(Path(path))
    connection = sqlite3.connect(
        path, timeout=30, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        _adopt(connection, path, district)
    except BaseException:
        connection.close()
        raise
    return connection


def opened_as_it_is(path: str, district: str) -> tuple[sqlite3.Connection, Callable[[], None]]:
    """Open the file of a district to read; and what to call after each read.

    An older ledger is migrated in a copy, and the copy is read.
    """
    connection, after_read = readable(path)
    try:
        schema.refuse_foreign_file(connection, path)
        if 0 < schema.version_of(connection) < schema.VERSION:
            connection = copied(connection)
            schema.migrate(connection, district)
        schema.refuse_other_district(connection, path, district)
        after_read()
    except BaseException:
        connection.close()
        raise
    return connection, after_read


def _make_file(path: Path) -> None:
    """Make a new file readable by its owner alone from the start; refuse what is no file."""
    if not path.is_file():
        if path.exists():
            raise LedgerError(f"the ledger {path} cannot be opened: it is no file")
        path.touch(mode=0o600)


def _adopt(connection: sqlite3.Connection, path: str, district: str) -> None:
    """Make the file ours: refuse what is not, migrate what is old, name a new one."""
    schema.refuse_foreign_file(connection, path)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute("PRAGMA temp.cache_size = -16000")
    if 0 < schema.version_of(connection) < schema.VERSION:
        keep_before_upgrade(connection, Path(path))
    schema.migrate(connection, district)
    _make_private(path)
    schema.refuse_other_district(connection, path, district)


def _make_private(path: str) -> None:
    """Mode 0600 for the file and its companions; SQLite gives new ones the file's mode."""
    for end in ("", "-wal", "-shm"):
        if (companion := Path(path + end)).is_file():
            companion.chmod(0o600)
