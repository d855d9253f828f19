"""The note of the last run beside the ledger's file: one line, its id and whether it ended."""

import os
from pathlib import Path

from agent.errors import LedgerError

BEGAN, ENDED = "began", "ended"


def note_run(path: str | Path, run: str, how: str) -> None:
    """Note that *run* began or ended; the ledger has it already."""
    beside = _note_path(path)
    new = Path(f"{beside}.new")
    try:
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(file, f"{run} {how}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)
        new.replace(beside)
    except OSError as error:
        raise LedgerError(f"{beside} cannot be written: {error.strerror}") from error


def read_note(path: str | Path) -> str | None:
    """The note, `RUN began` or `RUN ended`; None where there is none."""
    beside = _note_path(path)
    try:
        return beside.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as error:
        raise LedgerError(f"{beside} cannot be read") from error


def _note_path(path: str | Path) -> Path:
    return Path(f"{path}.last-run")
