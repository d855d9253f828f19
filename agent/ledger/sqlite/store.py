"""The store of a ledger in one SQLite file."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.errors import LedgerError
from agent.ledger.sqlite import schema
from agent.ledger.sqlite.opening import MEMORY, opened, opened_as_it_is
from agent.ledger.sqlite.statements import SQLITE, SqliteSql
from agent.ledger.store import Row, Sql, Store, TakeBack

_TOGETHER = 100
WORTH_IT = 0.2
"""The share of free pages from which a file is written anew."""


class SqliteStore(Store):
    """The open file of one district.

    Args:
        path: of the file, made with mode 0600 when there is none; `":memory:"` for a ledger that is
            gone when closed.
        district: whose ledger it is; another district's file is refused.
        read_only: read a file that exists, and leave it as it is.
    """

    dialect = SQLITE

    def __init__(self, path: str, district: str, *, read_only: bool = False) -> None:
        self.name = path
        self.file = None if path == MEMORY else Path(path)
        self._lock = threading.RLock()
        self._durable: bool | None = None
        self._joined = False
        self._after_read: Callable[[], None] = lambda: None
        with self._one_line():
            if read_only:
                self._connection, self._after_read = opened_as_it_is(path, district)
            else:
                self._connection = opened(path, district)
        self._sql = SqliteSql(self._connection)

    # ---- reading

    def read(self, sql: str, *arguments: Any) -> list[Row]:
        """All rows of a query."""
        with self._lock:
            try:
                rows = self._connection.execute(SQLITE.translated(sql), arguments).fetchall()
            except sqlite3.Error as error:
                raise self._refusal(error) from error
        self._after_read()
        return rows

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Have everything that is read inside be of one moment."""
        with self.staging():
            yield

    # ---- writing

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Sql]:
        """One transaction: all of it or nothing."""
        with self._lock, self._one_line():
            self._set_durable(durable)
            if self._joined:
                yield self._sql
                return
            self._connection.execute("BEGIN IMMEDIATE")
            with self._taken_back(), self._connection:
                yield self._sql

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        otherwise: str = "",
        *,
        durable: bool = False,
    ) -> None:
        """Insert *rows*, all or none."""
        self._insert(table, columns, rows, otherwise, durable=durable)

    def number(
        self, table: str, columns: Sequence[str], rows: Sequence[Row], *, durable: bool = False
    ) -> Sequence[int]:
        """Insert *rows* into a table that numbers them; give their ids, in order."""
        last = self._insert(table, columns, rows, "", durable=durable)
        return range(last - len(rows) + 1, last + 1)

    def _insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        otherwise: str,
        *,
        durable: bool,
    ) -> int:
        """Insert, and give the number of the last row.

        Few are one statement, which is a transaction by itself: at the end of each statement the
        interpreter goes to another thread, and the lock waits for it to come back.
        """
        if not rows:
            return 0
        if len(rows) > _TOGETHER:
            with self.write(durable=durable):
                parts = [rows[n : n + _TOGETHER] for n in range(0, len(rows), _TOGETHER)]
                return [
                    self._insert(table, columns, part, otherwise, durable=durable) for part in parts
                ][-1]
        places = ", ".join([f"({', '.join('?' * len(columns))})"] * len(rows))
        values = [value for row in rows for value in row]
        with self._lock, self._one_line():
            self._set_durable(durable)
            sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places} {otherwise}"
            return self._connection.execute(sql, values).lastrowid or 0

    @contextmanager
    def staging(self) -> Iterator[Sql]:
        """One transaction over temporary tables only: it does not lock the ledger."""
        with self._lock, self._one_line():
            self._connection.execute("BEGIN")
            with self._connection:
                yield self._sql

    def renumber(self, table: str) -> None:
        """Nothing to do: SQLite goes on after the largest id."""

    # ---- the whole file

    @contextmanager
    def removing(self) -> Iterator[Sql]:
        """Write durably where attempts and outcomes may be removed, which are append-only."""
        self._pragma("secure_delete = ON")
        with self.write(durable=True) as sql:
            guards = sql.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                " AND tbl_name IN ('attempt', 'outcome') AND name LIKE '%_is_not_%'"
            ).fetchall()
            for name, _ in guards:
                sql.execute(f'DROP TRIGGER "{name}"')
            yield sql
            for _, made in guards:
                sql.execute(made)

    def shrink(self, *, whole: bool) -> bool:
        """Write the file anew where that is worth it, and empty the log, if nobody reads it."""
        free, pages = (self._pragma(name)[0][0] for name in ("freelist_count", "page_count"))
        if whole or free > pages * WORTH_IT:
            self.read("VACUUM")
        [busy, *_] = self._pragma("wal_checkpoint(TRUNCATE)")[0]
        return not busy

    def schemas(self) -> tuple[dict[str, str], dict[str, str]]:
        """Tables and guards as this program makes them, and as they are."""
        with self._lock, self._one_line():
            return schema.compared(self._connection)

    def size(self) -> int:
        """How many bytes the file has."""
        return self.file.stat().st_size if self.file else 0

    def check_lock(self) -> None:
        """Nothing to do: the kernel keeps a lock for as long as its process lives."""

    def copied_to(self, path: Path) -> bool:
        """Write a copy as it is now."""
        with self._one_line(), self._lock:
            self._connection.execute("VACUUM INTO ?", (str(path),))
        return True

    def identity(self) -> None:
        """Nothing tells a file from a copy of it but a note beside it."""

    def close(self) -> None:
        """Close the file; SQLite folds its -wal into it."""
        with self._lock:
            self._connection.close()

    def _pragma(self, text: str) -> list[Row]:
        return self.read(f"PRAGMA {text}")

    def _set_durable(self, durable: bool) -> None:  # noqa: FBT001
        """Have the next transaction be so; one that has begun stays as it is."""
        if self._connection.in_transaction:
            if durable and not self._durable:
                raise AssertionError("what must be on the disk needs a durable transaction")
        elif durable != self._durable:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable

    @contextmanager
    def _taken_back(self) -> Iterator[None]:
        try:
            yield
        except TakeBack:
            return

    @contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._refusal(error) from error

    def _refusal(self, error: sqlite3.Error | OSError) -> LedgerError:
        if isinstance(error, sqlite3.IntegrityError):
            return LedgerError(f"the ledger {self.name} refuses this: {error}")
        if isinstance(error, OSError):
            why = error.strerror or str(error)
            return LedgerError(f"the ledger {self.name} cannot be opened: {why}")
        return LedgerError(f"the ledger {self.name} cannot be used: {error}")
