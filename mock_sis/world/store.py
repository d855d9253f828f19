"""The world's file: SQLite in WAL mode, one connection a thread, writes one at a time.

Several threads and several processes may work on one file. A write is `BEGIN IMMEDIATE`; a write
inside a write is a savepoint, so that a refused record leaves its neighbours alone.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMAS = tuple(Path(__file__).with_name(name) for name in ("schema.sql", "edge.sql"))
BUSY_SECONDS = 5
LOOK_SECONDS = 0.0001


def schema() -> str:
    """The SQL that makes the tables of a world."""
    return "\n".join(path.read_text(encoding="utf-8") for path in SCHEMAS)


def connect(path: Path) -> sqlite3.Connection:
    """Open *path* with the settings every connection of a world has."""
    _made(path)
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _made(path: Path) -> None:
    """Make the file for this user alone where it is not there.

    SQLite gives what it keeps beside a database the database's own mode.
    """
    if not path.exists():
        path.touch(mode=0o600)


def _take_turn(cursor: sqlite3.Cursor) -> None:
    """Begin to write, as soon as no other does.

    SQLite looks again ever more rarely, up to a tenth of a second apart; a write takes far less.
    """
    until = time.monotonic() + BUSY_SECONDS
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(LOOK_SECONDS)
            else:
                return
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


class Store:
    """One SQLite file; safe to share between threads.

    Attributes:
        writes: how many this process has made.
        log_pages: how long the log may become before a write takes it into the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writes = 0
        self.log_pages = 1000
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, sqlite3.Connection] = {}

    def create(self) -> None:
        """Make the tables; the file must be new."""
        self.connection.executescript(f"BEGIN IMMEDIATE;\n{schema()}\nCOMMIT;")

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = connect(self.path)
            found.execute(f"PRAGMA wal_autocheckpoint = {self.log_pages}")
            self._remember(found)
        return found

    def read(self, sql: str, *args: Any) -> list[sqlite3.Row]:
        """All rows; inside a write of this thread they include what it has written so far."""
        return self.connection.execute(sql, args).fetchall()

    def one(self, sql: str, *args: Any) -> sqlite3.Row | None:
        """The first row, or None."""
        row: sqlite3.Row | None = self.connection.execute(sql, args).fetchone()
        return row

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """In the block, reads see one state of the file, until this thread changes something.

        What `settled` reads is read once. The block must not await: it belongs to one thread.
        """
        self._local.settled = {}
        self._look()
        try:
            yield
        finally:
            self._local.settled = None
            self._look_away()

    def settled(self, sql: str, *args: Any) -> sqlite3.Row | None:
        """As `one`, of tables that hardly ever change: clock, settings, switches."""
        known: dict[Any, Any] | None = getattr(self._local, "settled", None)
        if known is None:
            return self.one(sql, *args)
        key = (sql, args, self.connection.total_changes)
        if key not in known:
            known[key] = self.one(sql, *args)
        row: sqlite3.Row | None = known[key]
        return row

    def stream(self, sql: str, *args: Any) -> Iterator[sqlite3.Row]:
        """Rows one by one, for results that should not stand in memory."""
        yield from self.connection.execute(sql, args)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Cursor]:
        """All or nothing. Waits up to five seconds for another writer."""
        looking = self._look_away()
        cursor = self.connection.cursor()
        inner = self.connection.in_transaction
        if inner:
            cursor.execute("SAVEPOINT inner")
        else:
            _take_turn(cursor)
        try:
            yield cursor
        except BaseException:
            cursor.execute("ROLLBACK TO inner" if inner else "ROLLBACK")
            if inner:
                cursor.execute("RELEASE inner")
            raise
        cursor.execute("RELEASE inner" if inner else "COMMIT")
        self.writes += not inner
        if looking:
            self._look()

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of the file as it is now."""
        _made(path)
        target = sqlite3.connect(path, isolation_level=None)
        try:
            self.connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()

    def copy_from(self, path: Path) -> None:
        """Become what *path* is, in one transaction: other readers see the old or the new."""
        source = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        self._look_away()
        try:
            source.backup(self.connection, sleep=0.01)
            self._local.settled = None
        finally:
            source.close()

    def close(self) -> None:
        """Close the connections of all threads; a later use opens again."""
        with self._lock:
            for connection in self._open.values():
                connection.close()
            self._open.clear()
            self._local = threading.local()

    def _look(self) -> None:
        """Begin to see one state of the file: a lock for all reads instead of one for each."""
        self.connection.execute("BEGIN")
        self._local.looking = True

    def _look_away(self) -> bool:
        """Whether this thread was looking; no longer."""
        looking: bool = getattr(self._local, "looking", False)
        if looking:
            self._local.looking = False
            self.connection.execute("COMMIT")
        return looking

    def _remember(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            for thread in [thread for thread in self._open if not thread.is_alive()]:
                self._open.pop(thread).close()
            self._open[threading.current_thread()] = connection
