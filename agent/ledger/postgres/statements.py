"""Statements of a transaction in PostgreSQL, and what it writes in another way."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from agent.ledger.dialect import Dialect
from agent.ledger.postgres import Connection
from agent.ledger.store import Row

POSTGRES = Dialect(
    instead=(
        # psycopg's own sign of a value is %s.
        (r"%", "%%"),
        (r"\?", "%s"),
        (r"\belements\(([^()]*)\)", r"json_array_elements_text((\1)::json) AS elements(value)"),
        (r"\bobjects\(([^()]*)\)", r"json_array_elements((\1)::json) AS objects(value)"),
        (r"\bmembers\(([^()]*)\)", r"json_each_text((\1)::json) AS members(key, value)"),
    ),
    members={"plain": "{}", "flag": "{}", "json": "({})::json"},
    rows=(
        "(SELECT coalesce(json_agg(json_build_object({members})), '[]') FROM ({select}) AS each)"
    ),
)


class PostgresSql:
    """Statements on a connection; the store has begun the transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, arguments: Sequence[Any] = ()) -> psycopg.Cursor[Row]:
        """Run one statement."""
        return self._connection.execute(POSTGRES.translated(sql), arguments)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each row; all are sent before the first answer is read."""
        with self._connection.cursor() as cursor:
            cursor.executemany(POSTGRES.translated(sql), rows)

    def put(
        self, table: str, columns: Sequence[str], key: Sequence[str], rows: Iterable[Row]
    ) -> None:
        """Copy rows into a table of their own, and from there in the place of those with their key.

        COPY itself knows no conflict.
        """
        named, keys = ", ".join(columns), ", ".join(key)
        self.execute(
            f"CREATE TEMP TABLE page ON COMMIT DROP AS"
            f" SELECT {named}, 0::bigint AS place FROM {table} WITH NO DATA"
        )
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY page ({named}, place) FROM STDIN") as copy,
        ):
            for place, row in enumerate(rows):
                copy.write_row((*row, place))
        same = " AND ".join(f"old.{column} = page.{column}" for column in key)
        self.execute(f"DELETE FROM {table} AS old USING page WHERE {same}")
        self.execute(
            f"INSERT INTO {table} ({named}) SELECT DISTINCT ON ({keys}) {named} FROM page"
            f" ORDER BY {keys}, place DESC"
        )
        self.execute("DROP TABLE page")

    def stage(self, table: str, like: str, columns: Sequence[str], key: Sequence[str]) -> None:
        """Make a temporary table with the types of another one."""
        named = ", ".join(columns)
        self.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {named}, false AS gone FROM {like} WITH NO DATA"
        )
        self.execute(
            f"ALTER TABLE {table} ADD PRIMARY KEY ({', '.join(key)}),"
            " ALTER gone SET DEFAULT false, ALTER gone SET NOT NULL"
        )

    def analyze(self, table: str) -> None:
        """Have the planner know what a temporary table holds; nothing else tells it."""
        self.execute(f"ANALYZE {table}")
