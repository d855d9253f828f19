"""The ledger's schema as numbered SQL files, applied by sqlite-utils' migrations.

Everything from an empty file to a named, current ledger is one transaction, so a file is either a
whole ledger or nothing yet. A new version is a new file `000N_name.sql` and its line in `FILES`.
"""

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

from sqlite_utils import Database, Migrations

from agent.errors import LedgerError

APPLICATION_ID = 0x50424C31
"""Marks an SQLite file as a Passback ledger ("PBL1")."""

FILES = ("0001_ledger.sql",)

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


def migrate(db: Database, district: str) -> None:
    """Bring the file to the current version; a new one becomes the ledger of *district*."""
    if db.conn.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    db.conn.execute("BEGIN IMMEDIATE")
    with db.conn:
        _migrations().apply(db)
        db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.conn.execute(f"PRAGMA user_version = {VERSION}")
        db.conn.execute(
            "INSERT INTO district (name) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM district)",
            (district,),
        )


def _migrations() -> Migrations:
    migrations = Migrations("passback")
    for name in FILES:

        def apply(db: Database, name: str = name) -> None:
            for statement in _statements(name):
                db.conn.execute(statement)

        migrations(name=name)(apply)
    return migrations


def _statements(name: str) -> Iterator[str]:
    """The statements of a file one by one: `executescript` would commit the transaction."""
    text = ""
    for line in files(__package__).joinpath(name).read_text("utf-8").splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            yield text
            text = ""


def _tables_of(version: int) -> frozenset[str]:
    return frozenset(
        words[2]
        for name in FILES[:version]
        for statement in _statements(name)
        for words in [statement[statement.find("CREATE") :].split()]
        if words[:2] == ["CREATE", "TABLE"]
    )
