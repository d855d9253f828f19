"""Look into a ledger for `check`, also of another version; not even a companion is made."""

import os
import sqlite3
from collections.abc import Mapping

from agent.errors import LedgerError, PassbackError
from agent.ledger import facts_in_postgres, file_of, in_postgres, ledger_password
from agent.ledger.sqlite import schema
from agent.ledger.sqlite.read_only import untouched
from agent.preflight.machine import LedgerFacts
from agent.settings import Settings


def ledger_facts(settings: Settings) -> LedgerFacts:
    """What the ledger shows; a missing one is not made."""
    if in_postgres(settings.ledger.url):
        return _in_postgres(settings, os.environ)
    file = file_of(settings.ledger.url)
    path = "in memory" if file is None else str(file)
    if file is None or not file.exists():
        return LedgerFacts(path=path)
    try:
        return _facts(path, settings.district)
    except LedgerError as error:
        return LedgerFacts(path=path, exists=True, problem=str(error))
    except sqlite3.Error as error:
        problem = f"the ledger {path} cannot be used: {error}"
        return LedgerFacts(path=path, exists=True, problem=problem)


def _in_postgres(settings: Settings, environ: Mapping[str, str]) -> LedgerFacts:
    url, what, newest = settings.ledger.url, "database", schema.VERSION
    try:
        password = ledger_password(settings, environ)
        seen = facts_in_postgres()(url, settings.district, password)
    except PassbackError as error:
        return LedgerFacts(what=what, path="PostgreSQL", exists=True, problem=str(error))
    return LedgerFacts(
        what=what,
        path=seen.name,
        exists=bool(seen.version),
        version=seen.version,
        newest=newest,
        ids=seen.ids,
        open_wire=seen.open_wire,
    )


def _facts(path: str, district: str) -> LedgerFacts:
    connection = untouched(path)
    try:
        version, ids = _read(connection, path, district)
    finally:
        connection.close()
    return LedgerFacts(path=path, exists=True, version=version, newest=schema.VERSION, ids=ids)


def _read(connection: sqlite3.Connection, path: str, district: str) -> tuple[int, frozenset[str]]:
    """The version of the schema, and our ids of the columns that the ledger knows.

    Raises:
        LedgerError: no run can use it: damaged, newer, no ledger, or another district's.
    """
    schema.refuse_foreign_file(connection, path)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        return schema.VERSION, frozenset()
    schema.refuse_other_district(connection, path, district)
    [damage] = connection.execute("PRAGMA quick_check(1)").fetchone()
    if damage != "ok":
        raise LedgerError(f"the ledger {path} is damaged: restore a backup")
    rows = connection.execute("SELECT external_id FROM known_column")
    return version, frozenset(row[0] for row in rows)
