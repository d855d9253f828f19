"""The store of a ledger in PostgreSQL."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from agent.district_key import schema_of
from agent.ledger.postgres import lock, schema
from agent.ledger.postgres.errors import refusal
from agent.ledger.postgres.opening import called, opened
from agent.ledger.postgres.statements import POSTGRES, PostgresSql
from agent.ledger.store import Row, Sql, Store, TakeBack

_TOGETHER = 500

IDENTITY = """
SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
    substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()), 'run'::regclass::oid)
"""
"""The first eight letters of a log file's name are the timeline, which a restore to an earlier
moment, and a standby that takes over, begin anew."""


class PostgresStore(Store):
    """The open ledger of one district; a connection that is lost is not made anew.

    Args:
        url: of the database, without a password.
        district: whose ledger it is; another district's is refused.
        password: empty where the server asks for none.
        read_only: look at a ledger that exists; the server itself refuses to write.
        existing: make none where there is none.
        for_run: hold the run's lock until it is closed.
    """

    dialect = POSTGRES

    def __init__(
        self,
        url: str,
        district: str,
        *,
        password: str = "",
        read_only: bool = False,
        existing: bool = False,
        for_run: bool = False,
    ) -> None:
        self.file: Path | None = None
        self._schema = schema_of(district)
        self.name = called(url, self._schema)
        self._lock = threading.RLock()
        self._joined = self._durable = False
        self._epoch: int | None = None
        with self._told():
            how = {"read_only": read_only, "existing": existing}
            self._connection = opened(url, district, self.name, password, **how)
            self._sql = PostgresSql(self._connection)
            if for_run:
                self._take_lock()

    def _take_lock(self) -> None:
        try:
            self._epoch = lock.taken(self._connection, self._schema, self.name)
        except BaseException:
            self._connection.close()
            raise

    # ---- reading

    def read(self, sql: str, *arguments: Any) -> list[Row]:
        """All rows of a query."""
        with self._lock, self._told():
            return self._connection.execute(POSTGRES.translated(sql), arguments).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Have everything that is read inside be of one moment."""
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            yield

    # ---- writing

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Sql]:
        """One transaction: all of it or nothing. Whoever writes has the district's row."""
        with self._lock, self._told():
            if self._joined:
                if durable and not self._durable:
                    raise AssertionError("what must be on the disk needs a durable transaction")
                yield self._sql
                return
            self._durable = durable
            with self._transaction(lock.prelude(self._epoch, durable=durable)):
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
        """Insert *rows*, all or none; one by one, so that two may have the same key."""
        if not rows:
            return
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {otherwise}"
        with self.write(durable=durable) as sql:
            sql.executemany(statement, rows)

    def number(
        self, table: str, columns: Sequence[str], rows: Sequence[Row], *, durable: bool = False
    ) -> Sequence[int]:
        """Insert *rows* into a table that numbers them; give their ids, in order."""
        ids: list[int] = []
        row = f"({', '.join('?' * len(columns))})"
        with self.write(durable=durable) as sql:
            for n in range(0, len(rows), _TOGETHER):
                part = rows[n : n + _TOGETHER]
                found = sql.execute(
                    f"INSERT INTO {table} ({', '.join(columns)})"
                    f" VALUES {', '.join([row] * len(part))} RETURNING id",
                    [value for each in part for value in each],
                )
                ids += [each[0] for each in found]
        return ids

    @contextmanager
    def staging(self) -> Iterator[Sql]:
        """One transaction over temporary tables only: it does not lock the ledger."""
        with self._transaction("BEGIN"):
            yield self._sql

    def renumber(self, table: str) -> None:
        """Have the next id of a table come after those that were inserted with theirs."""
        column = "rowid" if table == "run" else "id"
        self.read(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"
            f" coalesce(max({column}), 0) + 1, false) FROM {table}"
        )

    # ---- all of it

    @contextmanager
    def removing(self) -> Iterator[Sql]:
        """Write durably where attempts and outcomes may be removed, which are append-only."""
        with self.write(durable=True) as sql:
            for table in ("attempt", "outcome"):
                sql.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_is_not_edited")
            yield sql
            for table in ("attempt", "outcome"):
                sql.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_is_not_edited")

    def shrink(self, *, whole: bool) -> bool:
        """Give room back; with *whole* every table is written anew, and nobody reads meanwhile."""
        tables = self.read("SELECT tablename FROM pg_tables WHERE schemaname = ?", self._schema)
        names = ", ".join(f'"{table}"' for (table,) in tables)
        with self._lock, self._told():
            self._connection.execute(f"VACUUM {'(FULL) ' if whole else ''}{names}".encode())
        return True

    def schemas(self) -> tuple[dict[str, str], dict[str, str]] | None:
        """Tables and guards as this program makes them, and as they are."""
        with self._lock, self._told():
            return schema.compared(self._connection, self._schema)

    def size(self) -> int:
        """How many bytes its tables and indexes take."""
        [[size]] = self.read(
            "SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint FROM pg_class"
            " JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " WHERE nspname = ? AND relkind = 'r'",
            self._schema,
        )
        return int(size)

    def check_lock(self) -> None:
        """Raise `LedgerLostError` if this run's lock is not its own any more."""
        if self._epoch is not None:
            self.read(f"SELECT 1 / (epoch = {self._epoch:d})::int FROM ledger")

    def copied_to(self, path: Path) -> bool:
        """Nothing: it is no file."""
        del path
        return False

    def identity(self) -> str:
        """The cluster, the history of its changes, the database, and the tables as they were made.

        A restored database has another one, and so has that of a standby which took over.
        """
        [[identity]] = self.read(IDENTITY)
        return str(identity)

    def close(self) -> None:
        """Close the connection; the server lets go of the lock."""
        with self._lock:
            self._connection.close()

    # ---- transactions

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        """A transaction by *begin*; an error in it, or `TakeBack`, takes all of it back."""
        with self._lock, self._told():
            inside = self._connection.info.transaction_status == TransactionStatus.INTRANS
            assert not inside, "the end of this transaction would be that of the one around it"
            try:
                self._connection.execute(begin.encode())
                yield
                done = self._connection.execute("COMMIT").statusmessage
                # After an error that somebody caught, COMMIT takes back what it should keep.
                assert done == "COMMIT", "an error inside a transaction is its end"
            except BaseException as error:
                # Of a lost connection the server has taken it back already.
                with suppress(psycopg.Error):
                    self._connection.execute("ROLLBACK")
                if not isinstance(error, TakeBack):
                    raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell of an error of psycopg in one line."""
        try:
            yield
        except psycopg.Error as error:
            if error.sqlstate == lock.FENCED:
                raise lock.replaced(self.name) from error
            raise refusal(self.name, error, at_work=self._epoch is not None) from error
