"""The floor of an unchanged night: what SQLite alone needs to find that no score has changed.

Every score of a ledger is put into a temporary table, as from a source that gives all of them, and
compared there with what the ledger has. Reading the rows that are to be staged is not counted.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import thread_time

PAGE = 10_000
ROWS = "SELECT assessment, student, progress, points, flags FROM score"

STAGED = """
CREATE TEMP TABLE staged (assessment TEXT NOT NULL, student TEXT NOT NULL, progress TEXT,
    points TEXT, flags TEXT, PRIMARY KEY (assessment, student)) STRICT, WITHOUT ROWID
"""

CHANGED = """
SELECT count(*) FROM staged WHERE NOT EXISTS (
    SELECT 1 FROM score
    WHERE score.assessment = staged.assessment AND score.student = staged.student
    AND (score.progress, score.points, score.flags)
        IS (staged.progress, staged.points, staged.flags))
"""


def floor_of(ledger: Path) -> float:
    """Seconds of CPU to stage the scores of *ledger* and to compare them."""
    spent = 0.0
    with closing(sqlite3.connect(ledger)) as source, closing(sqlite3.connect(ledger)) as sql:
        sql.execute("PRAGMA cache_size = -16000")
        sql.execute("PRAGMA temp.cache_size = -16000")
        sql.execute(STAGED)
        rows = source.execute(ROWS)
        while page := rows.fetchmany(PAGE):
            began = thread_time()
            sql.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?)", page)
            spent += thread_time() - began
        began = thread_time()
        [changed] = sql.execute(CHANGED).fetchone()
        spent += thread_time() - began
    if changed:
        raise AssertionError(f"{changed} scores differ from themselves")
    return spent
