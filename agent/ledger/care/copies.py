"""Copies of a ledger's file, made by SQLite while a night may be writing into it."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from agent.errors import LedgerError
from agent.ledger.care.signs import COPY

KEPT = 3
"""Copies made before an upgrade that are kept."""


def stamp(now: datetime) -> str:
    """An instant as part of a file's name."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def write_copy(source: sqlite3.Connection, out: Path, now: datetime) -> None:
    """Copy a whole ledger, as it is at one moment, into the new file *out* with mode 0600.

    It carries a sign that it is a copy. A copy that fails leaves nothing under that name.
    """
    part = out.with_name(f"{out.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = delete")
            copy.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (COPY, now.isoformat()))
            problems = broken_pages(copy)
        if problems:
            raise LedgerError(f"the copy is damaged, and so is the ledger: {problems[0]}")
        _on_the_disk(part)
        part.replace(out)
        _on_the_disk(out.absolute().parent)
    finally:
        part.unlink(missing_ok=True)


def broken_pages(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with a file; nothing where it is sound."""
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def keep_before_upgrade(source: sqlite3.Connection, path: Path) -> None:
    """Copy a ledger that is about to be migrated beside itself; only the newest copies stay.

    Its name tells when the file was last changed.
    """
    now = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    [version] = source.execute("PRAGMA user_version").fetchone()
    start = f"{path.name}.before-upgrade-"
    write_copy(source, path.with_name(f"{start}{stamp(now)}-v{version}"), now)
    for old in sorted(path.parent.glob(f"{start}*-v*"))[:-KEPT]:
        old.unlink()


def kept_copies(path: Path) -> list[Path]:
    """Copies of a ledger that were kept beside it, before an upgrade or a restore."""
    return sorted(path.absolute().parent.glob(f"{path.name}.before-*"))


def _on_the_disk(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
