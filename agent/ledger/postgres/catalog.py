"""What of a ledger's schema is not as this program makes it: a guard that somebody took off."""

from collections.abc import Iterator
from contextlib import suppress

import psycopg
from psycopg.sql import SQL, Identifier

from agent.ledger.postgres import Connection, schema

SCRATCH = "passback_as_it_should_be"


def differences(connection: Connection, own: str) -> list[str] | None:
    """Compare a schema with a new one, taken back at once; None: the role may make none."""
    try:
        expected = _of_a_new_one(connection)
    except psycopg.errors.InsufficientPrivilege:
        return None
    return list(_lines(expected, _made(connection, own)))


def _lines(expected: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    for name in sorted(expected.keys() - found.keys()):
        yield f"{name} is missing"
    for name in sorted(expected.keys() & found.keys()):
        if expected[name] != found[name]:
            yield f"{name} is not as this program makes it"


def _of_a_new_one(connection: Connection) -> dict[str, str]:
    try:
        connection.execute("BEGIN READ WRITE")
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(SCRATCH)))
        connection.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(SCRATCH)))
        schema.make_tables(connection)
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
