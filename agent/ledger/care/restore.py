"""`backup` and `restore`: a copy that can be trusted, and its way back.

A ledger that was put back knows less than the SIS holds; `last_run` sees to it that the next run
compares before it writes.
"""

import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.errors import LedgerError
from agent.ledger.care.copies import broken_pages, stamp, write_copy
from agent.ledger.sqlite import schema
from agent.ledger.sqlite.read_only import read_only, trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What stands in a copy of a ledger."""

    file: str
    district: str
    version: int
    last_run: str | None
    columns: int
    scores: int
    bytes: int


def back_up(ledger: Path, out: Path, district: str, now: datetime) -> Copy:
    """Copy the ledger into a new file and look whether it can be restored.

    Raises:
        LedgerError: the file exists, the ledger is damaged, or there is no room.
    """
    if out.exists():
        raise LedgerError(f"{out} exists; a backup overwrites nothing")
    with read_only(ledger) as source, trouble(out):
        schema.refuse_foreign_file(source, str(ledger))
        write_copy(source, out, now)
    return sound_copy(out, district)


def sound_copy(file: Path, district: str) -> Copy:
    """What stands in *file*; a `LedgerError` where it is no sound ledger of *district*."""
    with read_only(file) as found:
        schema.refuse_foreign_file(found, str(file))
        problems = broken_pages(found)
        if problems:
            raise LedgerError(f"{file} is damaged: {problems[0]}")
        owner = found.execute("SELECT name FROM district").fetchone()
        if owner is None or owner[0] != district:
            raise LedgerError(f"{file} is not a ledger of district {district!r}")
        return _described(found, file, district)


def _described(found: sqlite3.Connection, file: Path, district: str) -> Copy:
    last = found.execute("SELECT id FROM run ORDER BY at DESC, rowid DESC LIMIT 1").fetchone()
    return Copy(
        file=str(file),
        district=district,
        version=found.execute("PRAGMA user_version").fetchone()[0],
        last_run=last[0] if last else None,
        columns=found.execute("SELECT count(*) FROM known_column").fetchone()[0],
        scores=found.execute("SELECT count(*) FROM known_score").fetchone()[0],
        bytes=file.stat().st_size,
    )


def put_back(ledger: Path, file: Path, district: str, now: datetime) -> tuple[Copy, Path | None]:
    """Put a copy in the ledger's place; where the one that stood there is kept, if there was one.

    The caller holds the run lock. A kill in the middle leaves the one or the other, whole.
    """
    with trouble(file):
        if ledger.exists() and file.exists() and ledger.samefile(file):
            raise LedgerError(f"{file} is the ledger itself")
    copy = sound_copy(file, district)
    new = ledger.with_name(f"{ledger.name}.restoring")
    with trouble(ledger):
        with read_only(file) as source:
            write_copy(source, new, now)
        kept = _kept(ledger, now) if ledger.exists() else None
        # What a crash left in the log of the old file must not be played into the new one.
        for end in ("-wal", "-shm"):
            ledger.with_name(f"{ledger.name}{end}").unlink(missing_ok=True)
        new.replace(ledger)
    return copy, kept


def _kept(ledger: Path, now: datetime) -> Path:
    """Keep the present file, damaged or not, with its log, under a dated name."""
    kept = ledger.with_name(f"{ledger.name}.before-restore-{stamp(now)}")
    if kept.exists():
        raise LedgerError(f"{kept} exists; try again in a second")
    for end in ("", "-wal"):
        present = ledger.with_name(f"{ledger.name}{end}")
        if present.exists() and (not end or present.stat().st_size):
            _same_bytes(present, kept.with_name(f"{kept.name}{end}"))
    return kept


def _same_bytes(present: Path, kept: Path) -> None:
    file = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with present.open("rb") as source, os.fdopen(file, "wb") as target:
        while part := source.read(1 << 20):
            target.write(part)
        target.flush()
        os.fsync(target.fileno())
