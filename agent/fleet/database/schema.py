"""The schema of the fleet's tables: SQL files in `migrations`, applied in order, each once."""

from importlib.resources import files

from agent.errors import ConfigError
from agent.fleet.database.connection import SCHEMA, Connection, Database
from agent.fleet.engine.port import Engine

FILES = ("0001_fleet.sql", "0002_views.sql")
VERSION = len(FILES)
_LOCK = 0x50424C46
"""Of the advisory lock ("PBLF"): processes that start together bring the schema up to date once."""


def bring_up_to_date(database: Database, engine: Engine) -> None:
    """Make what is missing of the fleet's and the engine's tables.

    Raises:
        ConfigError: a newer version of this program has been here.
    """
    with database.transaction() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if not _one(sql, f"SELECT to_regnamespace('{SCHEMA}')"):
            sql.execute(f"CREATE SCHEMA {SCHEMA}")
        before = _version(sql)
        if before > VERSION:
            raise ConfigError(
                f"the fleet's tables have version {before}, this program knows {VERSION}: use the"
                " newer program"
            )
        for name in FILES[before:]:
            sql.execute(files("agent.fleet.database.migrations").joinpath(name).read_text("utf-8"))
        _note(sql, "version", str(VERSION))
        found = _one(sql, "SELECT value FROM note WHERE name = 'engine'")
        _note(sql, "engine", engine.install(sql, found or ""))


def _version(sql: Connection) -> int:
    if _one(sql, "SELECT to_regclass('note')") is None:
        return 0
    return int(_one(sql, "SELECT value FROM note WHERE name = 'version'") or 0)


def _one(sql: Connection, query: str) -> str | None:
    """The one value that a query gives; None: no row, or NULL."""
    row = sql.execute(query).fetchone()
    return next(iter(row.values())) if row else None


def _note(sql: Connection, name: str, value: str) -> None:
    sql.execute(
        "INSERT INTO note VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
