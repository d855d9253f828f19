"""The schema of one district's ledger: the SQL files in `migrations`, applied in order.

Everything from nothing to a named, current ledger is one transaction. The first file is what the
versions of an SQLite ledger come to that were there before PostgreSQL was; from then on both count
alike. A new version is a new file here, and one there.
"""

import hashlib
from contextlib import suppress
from importlib.resources import files

import psycopg
from psycopg.sql import SQL, Identifier

from agent.errors import LedgerError
from agent.ledger.postgres import Connection

FILES = {9: "0009_ledger.sql"}

VERSION = max(FILES)

SCRATCH = "passback_as_it_should_be"


def lock_of(schema: str, what: str) -> int:
    """The number of an advisory lock, which the database has one of for each schema and purpose."""
    digest = hashlib.sha256(f"passback {what} {schema}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def version_of(connection: Connection, schema: str) -> int:
    """The version of a ledger; 0 where there is none."""
    there = connection.execute("SELECT to_regclass(%s)", (f'"{schema}".ledger',)).fetchone()
    if there is None or there[0] is None:
        return 0
    [version] = connection.execute("SELECT version FROM ledger").fetchone() or (0,)
    return int(version)


def refuse_newer(version: int, name: str) -> None:
    """Raise `LedgerError` for a ledger of a newer program."""
    if version > VERSION:
        raise LedgerError(
            f"the ledger {name} has schema version {version}, this program knows {VERSION}: use"
            " the newer program"
        )


def refuse_other_district(connection: Connection, name: str, district: str) -> None:
    """Raise `LedgerError` for the ledger of another district than *district*."""
    owner = connection.execute("SELECT name FROM district").fetchone()
    if owner is None or owner[0] != district:
        whose = "nobody's" if owner is None else f"that of district {owner[0]!r}"
        raise LedgerError(f"the ledger {name} is {whose}, not that of {district!r}")


def migrate(connection: Connection, schema: str, district: str) -> None:
    """Bring the schema to the current version; a new one becomes the ledger of *district*.

    Two that open a new ledger at once take turns.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock_of(schema, "migrate"),))
        found = version_of(connection, schema)
        if found == VERSION:
            return
        connection.execute("SET LOCAL synchronous_commit = on")
        if not found:
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        make_tables(connection, after=found)
        if found:
            connection.execute("UPDATE ledger SET version = %s", (VERSION,))
        else:
            connection.execute("INSERT INTO ledger (version) VALUES (%s)", (VERSION,))
            connection.execute("INSERT INTO district (name) VALUES (%s)", (district,))


def make_tables(connection: Connection, *, after: int = 0) -> None:
    """Make, in the schema that statements see, what came *after* a version."""
    for version in sorted(version for version in FILES if version > after):
        connection.execute(_text(FILES[version]))


def _text(name: str) -> bytes:
    return files(__package__).joinpath("migrations", name).read_bytes()


def compared(connection: Connection, own: str) -> tuple[dict[str, str], dict[str, str]] | None:
    """Each part of a new schema with its definition, and the same of a ledger's own.

    The new one is taken back at once; None: the role may make none.
    """
    try:
        new = _of_a_new_one(connection)
    except psycopg.errors.InsufficientPrivilege:
        return None
    return new, _made(connection, own)


def _of_a_new_one(connection: Connection) -> dict[str, str]:
    try:
        connection.execute("BEGIN READ WRITE")
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(SCRATCH)))
        connection.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(SCRATCH)))
        make_tables(connection)
        return _made(connection, SCRATCH)
    finally:
        with suppress(psycopg.Error):
            connection.execute("ROLLBACK")


def _made(connection: Connection, name: str) -> dict[str, str]:
    """What stands in a schema that statements see -> how it is defined."""
    rows = connection.execute(MADE, {"schema": name}).fetchall()
    return {what: definition.replace(f"{name}.", "") for what, definition in rows}


MADE = """
SELECT 'table ' || table_name, string_agg(concat_ws(' ', column_name, data_type, is_nullable,
    column_default, is_identity), ', ' ORDER BY column_name)
FROM information_schema.columns WHERE table_schema = %(schema)s GROUP BY table_name
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s
UNION ALL SELECT 'trigger ' || tgname, tgenabled::text || ' ' || pg_get_triggerdef(pg_trigger.oid)
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = %(schema)s::regnamespace AND NOT tgisinternal
UNION ALL SELECT 'function ' || proname, prosrc FROM pg_proc
WHERE pronamespace = %(schema)s::regnamespace
UNION ALL SELECT 'constraint ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = %(schema)s::regnamespace
"""
