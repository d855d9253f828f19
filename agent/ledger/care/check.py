"""`ledger check`: whether a ledger is sound, by SQLite and by what must hold among its rows."""

import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from agent.errors import LedgerError
from agent.ledger.care.copies import broken_pages
from agent.ledger.sqlite import schema
from agent.ledger.sqlite.read_only import read_only
from agent.ledger.store import Row, Store
from agent.records import State

Read = Callable[[str], list[Row]]

COMPANIONS = ("", "-wal", "-shm", ".lock", ".last-run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is wrong with a ledger, what somebody should mend, and its figures."""

    damaged: tuple[str, ...]
    warnings: tuple[str, ...]
    figures: Mapping[str, int]


def examine(path: Path, district: str) -> Findings:
    """Look at a ledger without writing; a night may run meanwhile.

    Raises:
        LedgerError: it cannot be opened, or is no ledger of the district at all.
    """
    with read_only(path) as file:
        schema.refuse_foreign_file(file, str(path))
        problems = broken_pages(file)
        if problems:
            return Findings(damaged=tuple(problems), warnings=(), figures={})
        owner = file.execute("SELECT name FROM district").fetchone()
        if owner is None or owner[0] != district:
            raise LedgerError(f"{path} is not a ledger of district {district!r}")
        if schema.version_of(file) < schema.VERSION:
            older = "made by an earlier version; the next sync copies it and brings it up to date"
            return Findings(damaged=(), warnings=(older,), figures=_figures(file, path))
        read = _reading(file)
        return Findings(
            damaged=tuple(_damage(file, read)),
            warnings=tuple(_open_to_others(path)),
            figures=_figures(file, path) | _since_copy(read),
        )


def examine_database(store: Store) -> Findings:
    """Look at a ledger in a database without writing; the database itself is its owner's to check.

    All of it is of one moment, also while a night runs.
    """
    schemas = store.schemas()
    with store.snapshot():
        wrong = list(_wrong_rows(store.read))
        counted = _counted(store.read) | _since_copy(store.read)
    blind = "the tables were not compared with new ones: the role may make none in this database"
    return Findings(
        damaged=(*wrong, *(_changes(*schemas) if schemas else ())),
        warnings=(blind,) if schemas is None else (),
        figures={"bytes": store.size(), **counted},
    )


def _damage(file: sqlite3.Connection, read: Read) -> Iterator[str]:
    for table, *_ in file.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} refers to one that is not there"
    yield from _wrong_rows(read)
    yield from _changes(*schema.compared(file))


def _changes(expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[str]:
    """What of a schema was changed, or is missing: a guard that somebody took off, for one."""
    for name in sorted(expected.keys() - found.keys()):
        yield f"{name} is missing"
    for name in sorted(expected.keys() & found.keys()):
        if expected[name] != found[name]:
            yield f"{name} is not as this program makes it"


def _wrong_rows(read: Read) -> Iterator[str]:
    for what, statement in MUST_BE_NONE.items():
        [[count]] = read(statement)
        if count:
            yield f"{count:,} {what}"
    unread = sum(count for codes, count in read(CODES) if not _is_list(codes))
    if unread:
        yield f"{unread:,} records have codes that cannot be read"


def _is_list(codes: str) -> bool:
    try:
        msgspec.json.decode(codes, type=list[str])
    except msgspec.DecodeError:
        return False
    return True


def _open_to_others(path: Path) -> Iterator[str]:
    for end in COMPANIONS:
        companion = path.with_name(f"{path.name}{end}")
        if companion.exists():
            mode = stat.S_IMODE(companion.stat().st_mode)
            if mode & 0o077:
                yield f"others can read {companion} (mode {mode:04o}): chmod 600 it"


def _figures(file: sqlite3.Connection, path: Path) -> dict[str, int]:
    log = path.with_name(f"{path.name}-wal")
    page, pages, free = (
        int(file.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_size", "page_count", "freelist_count")
    )
    return {
        "version": schema.version_of(file),
        "bytes": page * pages,
        "free_bytes": page * free,
        "log_bytes": log.stat().st_size if log.exists() else 0,
        **_counted(_reading(file)),
    }


def _reading(file: sqlite3.Connection) -> Read:
    return lambda statement: file.execute(statement).fetchall()


def _counted(read: Read) -> dict[str, int]:
    tables = ("run", "attempt", "open_attempt", "record", "past_record", "known_column")
    return {table: int(read(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}


def _since_copy(read: Read) -> dict[str, int]:
    """What was not compared with the SIS since the ledger was put back, where it was."""
    found = {
        table: int(read(f"SELECT count(*) FROM {table} WHERE in_doubt")[0][0])
        for table in ("known_column", "known_score")
    }
    return {"not_compared_since_restore": sum(found.values())} if any(found.values()) else {}


CODES = "SELECT codes, count(*) FROM record GROUP BY codes"

_states = ", ".join(f"'{state}'" for state in State)

MUST_BE_NONE = {
    "attempts have neither an outcome nor are they open": """SELECT count(*) FROM attempt
        WHERE id NOT IN (SELECT attempt FROM outcome)
        AND id NOT IN (SELECT id FROM open_attempt)""",
    "open attempts are not there, or have an outcome": """SELECT count(*) FROM open_attempt
        WHERE id NOT IN (SELECT id FROM attempt) OR id IN (SELECT attempt FROM outcome)""",
    "outcomes belong to no attempt": """SELECT count(*) FROM outcome
        WHERE attempt NOT IN (SELECT id FROM attempt)""",
    "attempts belong to no run": """SELECT count(*) FROM attempt
        WHERE run NOT IN (SELECT id FROM run)""",
    "records have a state that is none": f"""SELECT count(*) FROM record
        WHERE state NOT IN ({_states})""",
    "records belong to no run": """SELECT count(*) FROM record
        WHERE run NOT IN (SELECT id FROM run)""",
    "accepted scores belong to no assignment": """SELECT count(*) FROM known_score
        WHERE accepted IS NOT NULL AND NOT EXISTS (SELECT 1 FROM known_column
            WHERE known_column.assessment = known_score.assessment
            AND known_column.owner = known_score.owner AND ref IS NOT NULL)""",
    "accepted scores do not tell what was sent": """SELECT count(*) FROM known_score
        WHERE accepted IS NOT NULL AND seen IS NULL""",
    "removed scores still have points": """SELECT count(*) FROM score
        WHERE gone AND (points IS NOT NULL OR progress IS NOT NULL)""",
    "scores of purged assessments are still there": """SELECT count(*) FROM (
        SELECT assessment FROM known_score UNION ALL SELECT assessment FROM score
        UNION ALL SELECT id FROM assessment) AS kept
        WHERE assessment IN (SELECT assessment FROM purged)""",
}
"""What a sound ledger has none of -> how many there are."""
