"""The PostgreSQL of a load test: with a client, and gone at the end."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from agent.fleet.database.connection import Database
from load.fleet.cluster import NONE, Cluster

SETTINGS = """
max_connections = 300
shared_buffers = 128MB
"""


class Server(Cluster):
    """A running server."""

    def rows(self, query: str, *values: Any, database: str = "postgres") -> list[dict[str, Any]]:
        """What a query answers, in a connection of its own."""
        with closing(self.connect(database)) as connected:
            return connected.rows(query, *values)

    def connect(self, database: str) -> Database:
        """Connect to a database."""
        return Database(self.url(database), lambda: "", "passback load")

    def create(self, database: str) -> str:
        """Make a database; return its URL."""
        self.sql(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database."""
        self.sql(f'DROP DATABASE "{database}"')


@contextmanager
def postgresql(folder: Path, found: Path | None) -> Iterator[Server]:
    """Run a new server until the end of the block, with its files in *folder*.

    RuntimeError: it does not start.

    Args:
        found: where its programs are, see `programs`; None: that is a RuntimeError too.
    """
    if found is None:
        raise RuntimeError(NONE)
    server = Server(found, folder)
    server.initialize(SETTINGS)
    server.start()
    try:
        yield server
    finally:
        server.stop()
