"""A connection to one district's ledger, which is found, made or migrated before any reads."""

import os
import socket
from typing import Any, NoReturn

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal
from psycopg.types.string import TextLoader

from agent.district_key import schema_of
from agent.errors import ConfigError, LedgerError
from agent.ledger.postgres import Connection, schema
from agent.ledger.store import without_nul
from agent.settings import refuse_password

PATIENCE: dict[str, int] = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""A server, or a client, that vanished is noticed in half a minute: until then it has the lock."""

SESSION = SQL("""
SET search_path TO {schema};
SET default_transaction_read_only = {read_only};
SET lock_timeout = '30s';
SET client_min_messages = warning;
SET synchronous_commit = off;
SET jit = off;
SET temp_buffers = '32MB';
SET work_mem = '32MB';
SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN (
    'statement_timeout', 'transaction_timeout', 'idle_session_timeout',
    'idle_in_transaction_session_timeout')
""")
"""A transaction waits for the disk where it says so (`Store.write`). A run may wait for its SIS for
long, and must not lose its lock by a time that is set for all users of the server."""


class _Text(Dumper):
    """Text as it is, but for what PostgreSQL's text cannot hold."""

    def dump(self, obj: str) -> Buffer | None:
        return without_nul(obj).encode("utf-8", "replace")


def conninfo(url: str) -> str:
    """Read the URL of a database; no message shows it, since a secret may stand in it.

    Raises:
        ConfigError: it cannot be read, or has a password in it.
    """
    refuse_password(url, "[ledger]")
    try:
        conninfo_to_dict(url)
    except psycopg.Error:
        raise ConfigError(
            "[ledger] url cannot be read: expected postgresql://USER@HOST:PORT/DATABASE"
        ) from None
    return url


def called(url: str, own: str) -> str:
    """What messages call a ledger."""
    found = conninfo_to_dict(conninfo(url))
    host, port = found.get("host", "localhost"), found.get("port", 5432)
    return f"{own} in postgresql://{host}:{port}/{found.get('dbname', '')}"


def connected(url: str, password: str, own: str, *, read_only: bool) -> Connection:
    """Connect; statements see the tables of the schema *own* alone."""
    name = f"passback {socket.gethostname()[:40]} {os.getpid()}"
    given: dict[str, Any] = {"application_name": name, **PATIENCE}
    if password:
        given["password"] = password
    connection = psycopg.connect(conninfo(url), autocommit=True, **given)
    connection.adapters.register_dumper(str, _Text)
    connection.adapters.register_loader("json", TextLoader)
    try:
        names = {"schema": Identifier(own), "read_only": Literal(read_only)}
        connection.execute(SESSION.format(**names))
    except BaseException:
        connection.close()
        raise
    return connection


def opened(
    url: str, district: str, name: str, password: str, *, read_only: bool, existing: bool
) -> Connection:
    """Connect to the ledger of a district; it is made where there is none.

    Raises:
        LedgerError: it is newer than this program, another district's, or to be there and is not.
    """
    own = schema_of(district)
    connection = connected(url, password, own, read_only=read_only)
    try:
        version = schema.version_of(connection, own)
        schema.refuse_newer(version, name)
        if not version and (read_only or existing):
            _refuse(f"there is no ledger {name} yet; the first `passback sync` makes it")
        if version < schema.VERSION and read_only:
            _refuse(f"an earlier version made the ledger {name}; the next run brings it up to date")
        if version < schema.VERSION:
            schema.migrate(connection, own, district)
        schema.refuse_other_district(connection, name, district)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse(why: str) -> NoReturn:
    raise LedgerError(why)
