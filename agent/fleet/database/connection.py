"""One connection to the fleet's database, made when it is needed and made anew when it was lost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from agent.errors import DatabaseError

SCHEMA = "passback_fleet"
"""Where the tables of the fleet are, and those of the engine."""

Row = dict[str, Any]
Connection = psycopg.Connection[Row]


def parameters(url: str, password: str, name: str) -> dict[str, Any]:
    """How libpq connects: a server that vanished is noticed in half a minute, not in two hours."""
    found: dict[str, Any] = {
        "conninfo": url,
        "application_name": name,
        "options": f"-c search_path={SCHEMA}",
        "connect_timeout": 10,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 25_000,
    }
    return {**found, "password": password} if password else found


class Database:
    """The fleet's database for one process; threads take turns.

    Args:
        password: looked up at each connection, so that a new one needs no restart.
        name: how the server lists us.
    """

    def __init__(self, url: str, password: Callable[[], str], name: str) -> None:
        self._url, self._password, self._name = url, password, name
        self._lock = threading.RLock()
        self._connection: Connection | None = None

    def parameters(self) -> dict[str, Any]:
        """How another library connects to the same database."""
        return parameters(self._url, self._password(), self._name)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, all of it or nothing; `DatabaseError` where the database is away."""
        with self._lock:
            try:
                with errors_as_ours():
                    connection = self._open()
                    with connection.transaction():
                        yield connection
            except DatabaseError:
                self._forget()
                raise

    def rows(self, sql: str, *arguments: Any) -> list[Row]:
        """All rows of a query."""
        with self.transaction() as connection:
            return connection.execute(sql, arguments).fetchall()

    def write(self, sql: str, *arguments: Any) -> int:
        """Do one statement; return how many rows it changed."""
        with self.transaction() as connection:
            return connection.execute(sql, arguments).rowcount

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._forget()

    def _open(self) -> Connection:
        if self._connection is not None and not _answers(self._connection):
            self._forget()
        if self._connection is None:
            self._connection = psycopg.connect(
                **self.parameters(), autocommit=True, row_factory=dict_row
            )
        return self._connection

    def _forget(self) -> None:
        """After an error the connection may be of no use: the next transaction makes another."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None


def _answers(connection: Connection) -> bool:
    """Whether it is of use; inside a transaction there is no other to go on with."""
    if connection.info.transaction_status is not TransactionStatus.IDLE:
        return not connection.closed
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


@contextmanager
def errors_as_ours() -> Iterator[None]:
    """`DatabaseError`, in one line, for what psycopg and its pools raise."""
    try:
        yield
    except psycopg.Error as error:
        raise DatabaseError(f"the fleet's database: {_one_line(error)}") from error


def is_away(error: BaseException | None) -> bool:
    """Whether an error says that there is no connection, not that a statement was wrong."""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


def _one_line(error: psycopg.Error) -> str:
    """The first line of an error; PostgreSQL's further ones may hold values of a row."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
