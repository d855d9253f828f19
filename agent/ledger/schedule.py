"""Which classes must be checked tonight, so that a quiet night costs what changed."""

from collections.abc import Iterable
from datetime import date

from agent.domain import ClassId
from agent.ledger.store import Sql, Store, listed


class Schedule:
    """When each class was last checked, and what makes it due again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def due_classes(self, tonight: date, context: str) -> frozenset[ClassId]:
        """Classes to be checked tonight.

        Those that are dirty, were never checked, were checked under another *context*, or whose
        date has come; and those that own a column whose gradebook is to be listed again. A dirty
        class may be gone from the source: its columns are orphaned.
        """
        with self._store.write() as sql:
            # A person who decides from here on is heard: `mark_clean` leaves it for the next night.
            sql.execute("UPDATE schedule SET dirty = 1 WHERE dirty = 2")
        rows = self._store.read(
            "SELECT id FROM class LEFT JOIN schedule ON schedule.class = id"
            " WHERE schedule.class IS NULL OR context IS DISTINCT FROM ? OR recheck_on <= ?"
            " UNION SELECT class FROM schedule WHERE dirty <> 0"
            " UNION SELECT owner FROM known_column JOIN class ON id = owner WHERE list_again",
            context,
            tonight.isoformat(),
        )
        return frozenset(ClassId(row[0]) for row in rows)

    def mark_clean(self, classes: Iterable[ClassId], context: str, recheck_on: date | None) -> None:
        """Note that *classes* need no check before *recheck_on*, unless something changes."""
        day = None if recheck_on is None else recheck_on.isoformat()
        rows = [(each, context, day, 0) for each in classes]
        self._store.insert("schedule", COLUMNS, rows, CHECKED)

    def mark_dirty(self, classes: Iterable[ClassId] | None) -> None:
        """Have *classes* checked on the next night; None: all."""
        with self._store.write() as sql:
            if classes is None:
                sql.execute(DIRTY.format("SELECT id, 1 FROM class WHERE true"))
            else:
                named = DIRTY.format("SELECT value, 1 FROM elements(?) WHERE true")
                sql.execute(named, (listed(classes),))


COLUMNS = ("class", "context", "recheck_on", "dirty")

CHECKED = """
ON CONFLICT (class) DO UPDATE SET
    context = excluded.context, recheck_on = excluded.recheck_on,
    dirty = CASE WHEN schedule.dirty = 2 THEN 1 ELSE 0 END
"""


def mark_selected(sql: Sql, select: str) -> None:
    """Have the classes of the query `SELECT class, 1 ... WHERE ...` checked on the next night."""
    sql.execute(DIRTY.format(select))


DIRTY = "INSERT INTO schedule (class, dirty) {} ON CONFLICT (class) DO UPDATE SET dirty = 1"
