"""The ledger's schema: the SQL files in `migrations`, applied in order by sqlite-utils.

Everything from an empty file to a named, current ledger is one transaction, so a file is either a
whole ledger or nothing yet. A new version is a new file there and its line in `FILES`. sqlite-utils
is loaded only when there is something to migrate: it takes as long as a quiet night.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from typing import TYPE_CHECKING

from agent.errors import LedgerError

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x50424C31
"""Marks an SQLite file as a Passback ledger ("PBL1")."""

FILES = (
    "0001_ledger.sql",
    "0002_standing.sql",
    "0003_unscored.sql",
    "0004_sis_student.sql",
    "0005_list_again.sql",
    "0006_totals_and_names.sql",
    "0007_decisions.sql",
    "0008_slots.sql",
    "0009_care.sql",
)

VERSION = len(FILES)


def refuse_foreign_file(connection: sqlite3.Connection, path: str) -> None:
    """Raise `LedgerError` for another program's file, a damaged one, or a newer version's."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if application != APPLICATION_ID:
        if tables:
            raise LedgerError(f"{path} is an SQLite file, but not a Passback ledger")
    elif version > VERSION:
        raise LedgerError(
            f"the ledger {path} has schema version {version}, this program knows {VERSION}: "
            "use the newer program"
        )
    elif not _tables_of(version) <= tables:
        raise LedgerError(f"the ledger {path} is damaged: tables are missing; restore a backup")


def refuse_other_district(connection: sqlite3.Connection, path: str, district: str) -> None:
    """Raise `LedgerError` for the ledger of another district than *district*."""
    owner = connection.execute("SELECT name FROM district").fetchone()
    if owner is None or owner[0] != district:
        whose = "nobody's" if owner is None else f"that of district {owner[0]!r}"
        raise LedgerError(f"the ledger {path} is {whose}, not that of {district!r}")


def version_of(connection: sqlite3.Connection) -> int:
    """The version of a file's schema; 0 for an empty one."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(connection: sqlite3.Connection, district: str) -> None:
    """Bring the file to the current version; a new one becomes the ledger of *district*."""
    if version_of(connection) == VERSION:
        return
    from sqlite_utils import Database

    connection.execute("BEGIN IMMEDIATE")
    with connection:
        _migrations().apply(Database(connection, execute_plugins=False))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute(
            "INSERT INTO district (name) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM district)",
            (district,),
        )


def _migrations() -> "Migrations":
    from sqlite_utils import Migrations

    migrations = Migrations("passback")
    for name in FILES:

        def apply(db: "Database", name: str = name) -> None:
            for statement in _statements(name):
                db.conn.execute(statement)

        migrations(name=name)(apply)
    return migrations


def _statements(name: str) -> Iterator[str]:
    """The statements of a file one by one: `executescript` would commit the transaction."""
    text = ""
    file = files(__package__).joinpath("migrations", name)
    for line in file.read_text("utf-8").splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            yield text
            text = ""


def _tables_of(version: int) -> frozenset[str]:
    tables = set()
    for statement in (each for name in FILES[:version] for each in _statements(name)):
        match re.sub(r"--.*", "", statement).split():
            case ["CREATE", "TABLE", table, *_]:
                tables.add(table)
            case ["ALTER", "TABLE", table, "RENAME", "TO", renamed]:
                tables -= {table}
                tables.add(renamed.rstrip(";"))
    return frozenset(tables)


def compared(connection: sqlite3.Connection) -> tuple[dict[str, str], dict[str, str]]:
    """Each part of a new schema with its definition, and the same of this one."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        migrate(new, "")
        return _made_by(new), _made_by(connection)


def _made_by(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute(
        "SELECT type || ' ' || name, sql FROM sqlite_master"
        " WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlite_%'"
    )
    return {name: "".join(sql.split()) for name, sql in rows}
