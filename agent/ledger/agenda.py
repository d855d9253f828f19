"""When a class must be looked at again, so that a quiet night costs what changed."""

from collections.abc import Iterable
from datetime import date

from agent.domain import ClassId
from agent.ledger.store import Part

_ANEW = """
ON CONFLICT (class) DO UPDATE SET
    context = excluded.context, again = excluded.again, marked = excluded.marked
"""


class Agenda(Part):
    """Marks, contexts and dates of classes; a pull marks too (`staging.MARKS`)."""

    def due_classes(self, tonight: date, context: str) -> frozenset[ClassId]:
        """Classes to be looked at tonight.

        Those marked, never looked at, looked at under another *context*, or whose date has come;
        and those that own a column whose gradebook is to be listed again. A marked class may be
        gone from the source: its columns are orphaned.
        """
        rows = self._store.read(
            "SELECT id FROM class LEFT JOIN look ON look.class = id"
            " WHERE look.class IS NULL OR context IS NOT ? OR again <= ?"
            " UNION SELECT class FROM look WHERE marked"
            " UNION SELECT owner FROM known_column JOIN class ON id = owner WHERE list_again",
            context,
            tonight.isoformat(),
        )
        return frozenset(ClassId(row[0]) for row in rows)

    def looked(self, classes: Iterable[ClassId], context: str, again: date | None) -> None:
        """They need no look before the date *again*, unless something changes."""
        when = None if again is None else again.isoformat()
        rows = [(each, context, when, 0) for each in classes]
        if rows:
            self._store.insert("look", rows, _ANEW)

    def look_again(self, classes: Iterable[ClassId] | None) -> None:
        """Mark *classes*; None marks all."""
        with self._store.write() as sql:
            if classes is None:
                sql.execute(
                    "INSERT INTO look (class, marked) SELECT id, 1 FROM class WHERE true"
                    " ON CONFLICT (class) DO UPDATE SET marked = 1"
                )
                return
            sql.executemany(
                "INSERT INTO look (class, marked) VALUES (?, 1)"
                " ON CONFLICT (class) DO UPDATE SET marked = 1",
                [(each,) for each in classes],
            )
