"""What the agent's ledger says of a night, read as an operator with SQLite would."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Books:
    """Records as the ledger has them.

    Attributes:
        columns, marks: writes that the SIS accepted, or that were found done after all.
        open: writes whose outcome nobody knows.
    """

    columns: int
    marks: int
    open: int


ACCEPTED = """
SELECT op, count(*) FROM attempt JOIN outcome ON outcome.attempt = attempt.id
WHERE kind IN ('accepted', 'adopted') GROUP BY op
"""


def read(path: Path) -> Books:
    """Count."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as ledger:
        done = dict(ledger.execute(ACCEPTED).fetchall())
        [open_] = ledger.execute("SELECT count(*) FROM open_attempt").fetchone()
    return Books(columns=done.get("create", 0), marks=done.get("put", 0), open=open_)
