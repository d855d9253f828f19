"""Statements of a transaction on a file, and what SQLite writes in another way."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from agent.ledger.dialect import Dialect
from agent.ledger.store import Row

SQLITE = Dialect(
    instead=(
        (r"\b(elements|members|objects)\(", "json_each("),
        # Before version 3.39 it does not know the standard's words.
        (r"\bIS NOT DISTINCT FROM\b", "IS"),
        (r"\bIS DISTINCT FROM\b", "IS NOT"),
    ),
    members={"plain": "{}", "flag": "json(iif({}, 'true', 'false'))", "json": "json({})"},
    rows="(SELECT json_group_array(json_object({members})) FROM ({select}))",
)


class SqliteSql:
    """Statements on a connection; the store has begun the transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, arguments: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self._connection.execute(SQLITE.translated(sql), arguments)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each row."""
        self._connection.executemany(SQLITE.translated(sql), rows)

    def put(
        self, table: str, columns: Sequence[str], key: Sequence[str], rows: Iterable[Row]
    ) -> None:
        """Put rows in the place of those with the same key, which SQLite knows itself."""
        del key
        places = ", ".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({places})", rows
        )

    def stage(self, table: str, like: str, columns: Sequence[str], key: Sequence[str]) -> None:
        """Make a temporary table; its columns take whatever comes."""
        del like
        self._connection.execute(
            f"CREATE TEMP TABLE {table} ({', '.join(columns)}, gone NOT NULL DEFAULT 0,"
            f" PRIMARY KEY ({', '.join(key)})) WITHOUT ROWID"
        )

    def analyze(self, table: str) -> None:
        """Nothing to do: the plans of SQLite are good without it."""
