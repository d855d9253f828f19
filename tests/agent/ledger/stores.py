"""The stores of a ledger, reached past the agent."""

import sqlite3
import time
from contextlib import closing

import psycopg
from psycopg.sql import SQL, Identifier

DISTRICT = "lakeview"


def raw(url, *statements):
    """Run statements on a ledger of the district, each store's own; the rows of the last."""
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            return [connection.execute(each).fetchall() for each in statements][-1]
    with psycopg.connect(url, options=f"-c search_path=passback_{DISTRICT}") as connection:
        found = [connection.execute(each) for each in statements][-1]
        return found.fetchall() if found.description else []


def drop_schemas(url):
    """Leave no ledger in a database."""
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'passback%'"
        ).fetchall()
        for (name,) in names:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))


def cut_off(url):
    """End the connections to ledgers, as a server does that is restarted, until none is left."""
    ours = (
        "FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE 'passback %'"
    )
    deadline = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) {ours}")
        while connection.execute(f"SELECT 1 {ours}").fetchall():
            assert time.monotonic() < deadline, "connections to a ledger are still there"
            time.sleep(0.01)
