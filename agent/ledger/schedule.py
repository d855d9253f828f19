"""Which classes must be checked tonight, so that a quiet night costs what changed."""

from collections.abc import Iterable
from datetime import date

from agent.domain import ClassId
from agent.ledger.store import Store, listed


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
        rows = self._store.read(
            "SELECT id FROM class LEFT JOIN schedule ON schedule.class = id"
            " WHERE schedule.class IS NULL OR context IS NOT ? OR recheck_on <= ?"
            " UNION SELECT class FROM schedule WHERE dirty"
            " UNION SELECT owner FROM known_column JOIN class ON id = owner WHERE list_again",
            context,
            tonight.isoformat(),
        )
        return frozenset(ClassId(row[0]) for row in rows)

    def never_checked_under(self, context: str) -> frozenset[ClassId]:
        """Classes that were never checked, or last under another *context*."""
        rows = self._store.read(
            "SELECT id FROM class LEFT JOIN schedule ON schedule.class = id WHERE context IS NOT ?",
            context,
        )
        return frozenset(ClassId(row[0]) for row in rows)

    def mark_clean(self, classes: Iterable[ClassId], context: str, recheck_on: date | None) -> None:
        """Note that *classes* need no check before *recheck_on*, unless something changes."""
        day = None if recheck_on is None else recheck_on.isoformat()
        rows = [(each, context, day, 0) for each in classes]
        self._store.insert("schedule", rows, CHECKED)

    def mark_dirty(self, classes: Iterable[ClassId] | None) -> None:
        """Have *classes* checked on the next night; None: all."""
        with self._store.write() as sql:
            if classes is None:
                sql.execute(DIRTY.format("SELECT id, 1 FROM class WHERE true"))
            else:
                named = DIRTY.format("SELECT value, 1 FROM json_each(?) WHERE true")
                sql.execute(named, (listed(classes),))


CHECKED = """
ON CONFLICT (class) DO UPDATE SET
    context = excluded.context, recheck_on = excluded.recheck_on, dirty = excluded.dirty
"""

DIRTY = "INSERT INTO schedule (class, dirty) {} ON CONFLICT (class) DO UPDATE SET dirty = 1"

CHANGED = (
    "SELECT id, 1 FROM staged_class WHERE true",
    "SELECT DISTINCT class, 1 FROM staged_assessment WHERE true",
    "SELECT DISTINCT class, 1 FROM assessment WHERE id IN (SELECT assessment FROM staged_score)",
    """SELECT owner, 1 FROM (
        SELECT owner, student, sis_student FROM known_score
        UNION ALL SELECT owner, student, sis_student FROM left_score)
    WHERE EXISTS (SELECT 1 FROM staged_student)
    AND (student IN (SELECT id FROM staged_student)
        OR sis_student IN (SELECT sis_id FROM staged_student)) GROUP BY owner""",
    """SELECT DISTINCT class, 1 FROM assessment WHERE EXISTS (SELECT 1 FROM staged_student)
    AND (id IN (SELECT assessment FROM score WHERE student IN (SELECT id FROM staged_student))
        OR EXISTS (SELECT 1 FROM json_each(students)
            WHERE key IN (SELECT id FROM staged_student)))""",
    """SELECT id, 1 FROM class WHERE EXISTS (SELECT 1 FROM staged_teacher)
    OR EXISTS (SELECT 1 FROM staged_group_member)""",
)
"""Which classes a pull makes dirty, asked after it was applied: a class or assessment that changed,
a score that did, a student's SIS id, and every class when teachers or their group did."""
