"""The ledger's file: opened, checked, migrated and locked in one place.

The schema is sqlite-utils' to migrate (`schema`); the rest of the ledger runs its SQL through
`Store`. One connection serves all threads, guarded by one lock. Every sqlite
error leaves here as a `LedgerError` of one line.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from agent.errors import LedgerError
from agent.ledger import schema

MEMORY = ":memory:"
_TOGETHER = 100
_PAGE = 1000

Row = tuple[Any, ...]
_Value = TypeVar("_Value")


class Store:
    """The open file of one district.

    Args:
        path: of the file, made with mode 0600 when there is none; `":memory:"` for a ledger that is
            gone when closed.
        district: whose ledger it is; another district's file is refused.
    """

    def __init__(self, path: str, district: str) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._durable: bool | None = None
        self._joined = False
        with self._one_line():
            self._make_file()
            self._connection = _opened(path)
            try:
                self._adopt(district)
            except BaseException:
                self._connection.close()
                raise

    # ---- reading and writing

    def read(self, sql: str, *arguments: Any) -> list[Row]:
        """All rows of a query."""
        with self._lock:
            try:
                return self._connection.execute(sql, arguments).fetchall()
            except sqlite3.Error as error:
                raise self._refusal(error) from error

    def values(self, decoder: msgspec.json.Decoder[_Value], sql: str, *arguments: Any) -> _Value:
        """Decode the JSON text that a query gives as its one row.

        SQLite writes JSON and msgspec decodes it in half the time that reading rows takes.
        """
        return decoder.decode(self.read(sql, *arguments)[0][0])

    def pages(self, sql: str) -> Iterator[Row]:
        """All rows of a query, a page at a time: of a large table only a page is in memory.

        The query takes the first column of the last row before the page, and a limit.
        """
        last = ""
        while rows := self.read(sql, last, _PAGE):
            yield from rows
            last = rows[-1][0]

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing.

        `durable` waits until the disk has it. Without it the transaction survives a kill of this
        process, but a power cut may lose the last ones, never a part of one or an earlier one.
        """
        with self._lock, self._one_line():
            if self._joined:
                yield self._connection
                return
            self._set_durable(durable)
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield self._connection

    @contextmanager
    def together(self, *, durable: bool) -> Iterator[None]:
        """One transaction of all that this thread writes inside."""
        with self.write(durable=durable):
            self._joined = True
            try:
                yield
            finally:
                self._joined = False

    def insert(
        self, table: str, rows: Sequence[Row], otherwise: str = "", *, durable: bool = False
    ) -> int:
        """Insert *rows*, all or none, and give the number of the last.

        Few are one statement, which is a transaction by itself: at the end of each statement the
        interpreter goes to another thread, and the lock waits for it to come back.
        """
        if not rows:
            return 0
        if len(rows) > _TOGETHER:
            with self.write(durable=durable):
                parts = [rows[n : n + _TOGETHER] for n in range(0, len(rows), _TOGETHER)]
                return [self.insert(table, part, otherwise, durable=durable) for part in parts][-1]
        places = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
        values = [value for row in rows for value in row]
        with self._lock, self._one_line():
            if not self._connection.in_transaction:
                self._set_durable(durable)
            elif durable and not self._durable:
                raise AssertionError("what must be on the disk needs a durable transaction")
            sql = f"INSERT INTO {table} VALUES {places} {otherwise}"
            return self._connection.execute(sql, values).lastrowid or 0

    @contextmanager
    def staging(self) -> Iterator[sqlite3.Connection]:
        """One transaction over temporary tables only: it does not lock the ledger."""
        with self._lock, self._one_line():
            self._connection.execute("BEGIN")
            with self._connection:
                yield self._connection

    def close(self) -> None:
        """Close the file; SQLite folds its -wal into it."""
        with self._lock:
            self._connection.close()

    # ---- opening

    def _adopt(self, district: str) -> None:
        """Make the file ours: refuse what is not, migrate what is old, name a new one."""
        connection = self._connection
        schema.refuse_foreign_file(connection, self._path)
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -16000")
        connection.execute("PRAGMA temp.cache_size = -16000")
        schema.migrate(connection, district)
        self._make_private()
        owner = connection.execute("SELECT name FROM district").fetchone()
        if owner is None or owner[0] != district:
            whose = "nobody's" if owner is None else f"that of district {owner[0]!r}"
            raise LedgerError(f"the ledger {self._path} is {whose}, not that of {district!r}")

    def _make_file(self) -> None:
        """Make a new file readable by its owner alone from the start; refuse what is no file."""
        path = Path(self._path)
        if self._path != MEMORY and not path.is_file():
            if path.exists():
                raise LedgerError(f"the ledger {self._path} cannot be opened: it is no file")
            path.touch(mode=0o600)

    def _make_private(self) -> None:
        """Mode 0600 for the file and its companions; SQLite gives new ones the file's mode."""
        for end in ("", "-wal", "-shm"):
            if (companion := Path(self._path + end)).is_file():
                companion.chmod(0o600)

    def _set_durable(self, durable: bool) -> None:  # noqa: FBT001
        if durable != self._durable:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable

    @contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._refusal(error) from error

    def _refusal(self, error: sqlite3.Error | OSError) -> LedgerError:
        if isinstance(error, sqlite3.IntegrityError):
            return LedgerError(f"the ledger {self._path} refuses this: {error}")
        if isinstance(error, OSError):
            why = error.strerror or str(error)
            return LedgerError(f"the ledger {self._path} cannot be opened: {why}")
        return LedgerError(f"the ledger {self._path} cannot be used: {error}")


def _opened(path: str) -> sqlite3.Connection:
    return sqlite3.connect(
        path, timeout=30, isolation_level=None, check_same_thread=False, cached_statements=256
    )


ANY_OF = "IN (SELECT value FROM json_each(?))"
"""SQL that takes the text of `listed`; there is no limit on how many."""


def listed(values: Iterable[str]) -> str:
    """JSON for `ANY_OF`."""
    return msgspec.json.encode(tuple(values)).decode()
