"""A ledger's file opened for reading alone, whatever is wrong with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from agent.errors import LedgerError
from agent.ledger.sqlite.read_only import readable


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write; any trouble with the file is a `LedgerError`."""
    with trouble(path):
        if not path.is_file():
            raise LedgerError(f"{path} is no file")
        found, after_read = readable(str(path))
        with closing(found):
            yield found
            after_read()


@contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into a `LedgerError` of one line."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        why = (isinstance(error, OSError) and error.strerror) or error
        raise LedgerError(f"{path} cannot be used: {why}") from error
