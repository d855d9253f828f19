"""Every call to a mock, for people and tests to look at: when, what, how it ended, and why.

No bodies, no tokens. Entries are gathered and written in batches, because one transaction a call
would be a large part of what a call costs; whoever reads through this process sees all of them.
"""

import json
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_sis.world.clock import Clock, text
from mock_sis.world.store import Store

BATCH = 200
OLD_MS = 100
COLUMNS = (
    "at",
    "real_ms",
    "server",
    "method",
    "path",
    "query",
    "operation",
    "status",
    "duration_ms",
    "write",
    "violations",
    "reason",
    "client",
    "about",
)
INSERT = f"INSERT INTO journal ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call.

    Attributes:
        at: virtual time, UTC.
        real_ms: real time, milliseconds since 1970.
        path: below the world's prefix.
        operation: operationId; None for a path that the contract does not know.
        status: None when the connection was cut without an answer.
        about: of a write: the section, the assignment with its title, the student or how many
            (`section`, `assignment`, `title`, `student`, `count`), as far as its body tells.
    """

    at: str
    real_ms: int
    server: str
    method: str
    path: str
    query: str
    operation: str | None
    status: int | None
    duration_ms: float
    write: bool
    violations: Sequence[Mapping[str, object]] = field(default_factory=list)
    reason: str = ""
    client: str = ""
    about: Mapping[str, object] = field(default_factory=dict)


class Journal:
    """The journal of one world; safe to share between threads."""

    def __init__(self, db: Store, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[Entry] = []
        self._closed = False

    def add(self, entry: Entry) -> bool:
        """Note a call; answers whether somebody should `flush` soon."""
        with self._lock:
            if self._closed:
                return False
            self._waiting.append(entry)
            waiting = len(self._waiting)
        if waiting >= BATCH:
            self.flush()
        return waiting == 1

    def flush(self) -> None:
        """Write what waits, in order."""
        with self._lock:
            if not self._waiting:
                return
            with self._db.write() as cursor:
                cursor.executemany(INSERT, [_row(entry) for entry in self._waiting])
            self._waiting.clear()

    def read(
        self,
        *,
        since: int = 0,
        operation: str | None = None,
        failed: bool | None = None,
        server: str | None = None,
        limit: int = 1_000_000,
    ) -> list[dict[str, Any]]:
        """Entries behind number *since*, oldest first; failed: status 400 and up, or cut.

        They are without `about`, which is for the pages.
        """
        self.flush()
        where: list[str] = ["seq > ?"]
        args: list[Any] = [since]
        for column, value in (("operation", operation), ("server", server)):
            if value is not None:
                where.append(f"{column} = ?")
                args.append(value)
        if failed is not None:
            where.append(f"(status IS NULL OR status >= 400) = {int(failed)}")
        sql = f"SELECT * FROM journal WHERE {' AND '.join(where)} ORDER BY seq LIMIT ?"
        entries = [_entry(row) for row in self._db.read(sql, *args, limit)]
        for entry in entries:
            del entry["about"]
        return entries

    def latest(
        self,
        server: str,
        *,
        before: int | None = None,
        failed: bool = False,
        writes: bool = False,
        operation: str = "",
        limit: int = 100,
    ) -> list[dict[str, Any]]:
        """One server's newest entries, newest first; in front of sequence number *before*."""
        self.flush()
        rows = self._db.read(
            "SELECT * FROM journal WHERE seq < ?1 AND server = ?2"
            " AND (NOT ?3 OR status IS NULL OR status >= 400) AND (NOT ?4 OR write = 1)"
            " AND (?5 = '' OR operation = ?5) ORDER BY seq DESC LIMIT ?6",
            before or 2**62,
            server,
            failed,
            writes,
            operation,
            limit,
        )
        return [_entry(row) for row in rows]

    def operations(self, server: str) -> list[str]:
        """The operations that one server was asked for, by name."""
        self.flush()
        rows = self._db.read(
            "SELECT DISTINCT operation FROM journal WHERE server = ? AND operation IS NOT NULL"
            " ORDER BY operation",
            server,
        )
        return [row["operation"] for row in rows]

    def clear(self) -> None:
        """Forget every call."""
        with self._lock:
            self._waiting.clear()
            with self._db.write() as cursor:
                cursor.execute("DELETE FROM journal")

    def forget_waiting(self) -> None:
        """Drop what is not written: the world has just become another state."""
        with self._lock:
            self._waiting.clear()

    def close(self) -> None:
        """Note nothing more: the world is about to go, and a write would make its file anew."""
        with self._lock:
            self._closed = True
            self._waiting.clear()

    def stamp(self) -> str:
        """Now, as an entry says it."""
        return text(self._clock.now())


def _row(entry: Entry) -> list[Any]:
    values = [getattr(entry, column) for column in COLUMNS]
    values[COLUMNS.index("violations")] = json.dumps(entry.violations)
    values[COLUMNS.index("write")] = int(entry.write)
    values[COLUMNS.index("about")] = json.dumps(entry.about) if entry.about else "{}"
    return values


def _entry(row: sqlite3.Row) -> dict[str, Any]:
    values = {name: row[name] for name in ("seq", *COLUMNS)}
    values["violations"] = json.loads(values["violations"])
    values["write"] = bool(values["write"])
    values["about"] = json.loads(values["about"])
    return values
