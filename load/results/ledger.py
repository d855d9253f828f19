"""What the agent's ledger holds after a night, read as an operator with SQLite would."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LedgerCounts:
    """How many records the ledger has.

    Attributes:
        columns, scores: writes that the SIS accepted, or that were read back as done.
        open: writes whose outcome is unknown.
        columns_read_back, scores_read_back: those of which the answer was lost. The run that found
            them done did not send them, so no report counts them as created or sent.
    """

    columns: int
    scores: int
    open: int
    columns_read_back: int = 0
    scores_read_back: int = 0


DONE = """
SELECT op, kind, count(*) FROM attempt JOIN outcome ON outcome.attempt = attempt.id
WHERE kind IN ('accepted', 'adopted') GROUP BY op, kind
"""


def count_ledger(path: Path) -> LedgerCounts:
    """Count the records of the ledger at *path*."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as ledger:
        done = Counter({(op, kind): n for op, kind, n in ledger.execute(DONE)})
        [open_] = ledger.execute("SELECT count(*) FROM open_attempt").fetchone()
    return LedgerCounts(
        columns=done["create", "accepted"] + done["create", "adopted"],
        scores=done["put", "accepted"] + done["put", "adopted"],
        open=open_,
        columns_read_back=done["create", "adopted"],
        scores_read_back=done["put", "adopted"],
    )
