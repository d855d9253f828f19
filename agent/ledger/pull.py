"""A pull: pages staged beside the local copy, compared inside the database, applied at once.

Staging tables are temporary, so a killed pull leaves nothing and memory stays flat. They are first
reduced to what really differs (`_reduce`); what is left gives the diff, the classes that become
dirty, and the rows to write.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from agent.ledger.rows import SHAPES, Shape, instant
from agent.ledger.store import Store
from agent.records import Change, RecordKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PullDiff:
    """What a pull would change in the local copy: kind of record -> count.

    Attributes:
        before: how many there are now, of each kind that would lose some; students also where SIS
            ids move.
        moved_ids: students who have a SIS id now and would have another one.
    """

    before: Mapping[str, int] = field(default_factory=dict)
    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    moved_ids: int = 0


class Pull:
    """A pull in progress: nothing of it shows before `commit`. One at a time.

    Args:
        mark_dirty: has the classes of a query checked on the next night.
    """

    def __init__(
        self,
        store: Store,
        mark_dirty: Callable[[sqlite3.Connection, str], None],
        *,
        snapshot: bool,
    ) -> None:
        self._store, self._mark_dirty = store, mark_dirty
        self._snapshot = snapshot
        self._reduced = False
        self.abort()
        with store.staging() as sql:
            for shape in SHAPES.values():
                sql.execute(_filled(STAGING, shape))

    def take(self, changes: Iterable[Change]) -> None:
        """Stage a page; not after `diff`."""
        assert not self._reduced, "a pull takes no page after its diff"
        with self._store.staging() as sql:
            for (kind, statements), group in groupby(changes, key=_how):
                rows = [SHAPES[kind].row(change) for change in group]
                for statement in statements:
                    sql.executemany(_filled(statement, SHAPES[kind]), rows)

    def diff(self) -> PullDiff:
        """What committing would change."""
        with self._store.staging() as sql:
            self._reduce(sql)
            found: dict[str, dict[str, int]] = {"added": {}, "changed": {}, "removed": {}}
            for kind, shape in SHAPES.items():
                for what, count in sql.execute(_filled(COUNTS, shape)):
                    found[what][kind] = count
            moved: int = sql.execute(MOVED_IDS).fetchone()[0]
            losing = {*found["removed"], *(["student"] if moved else [])}
            before: dict[str, int] = {
                kind: sql.execute(_filled(PRESENT, shape)).fetchone()[0]
                for kind, shape in SHAPES.items()
                if kind in losing
            }
        return PullDiff(before=before, moved_ids=moved, **found)

    def commit(self, cursor: str, at: datetime) -> None:
        """Update the local copy, mark classes dirty and move the cursor, all at once."""
        with self._store.write(durable=True) as sql:
            self._reduce(sql)
            for kind, shape in SHAPES.items():
                for statement in APPLY_SCORES if kind == "score" else APPLY:
                    sql.execute(_filled(statement, shape))
            for kind, selects in CHANGED.items():
                if sql.execute(f"SELECT EXISTS (SELECT 1 FROM staged_{kind})").fetchone()[0]:
                    for select in selects:
                        self._mark_dirty(sql, select)
            sql.execute("UPDATE district SET cursor = ?, pulled_at = ?", (cursor, instant(at)))
        self.abort()

    def abort(self) -> None:
        """Forget it; the local copy and the cursor stay."""
        with self._store.staging() as sql:
            for kind in SHAPES:
                sql.execute(f"DROP TABLE IF EXISTS temp.staged_{kind}")

    def _reduce(self, sql: sqlite3.Connection) -> None:
        if self._reduced:
            return
        for shape in SHAPES.values():
            for statement in [UNMENTIONED, *REDUCE] if self._snapshot else REDUCE:
                sql.execute(_filled(statement, shape))
        self._reduced = True


def _how(change: Change) -> tuple[RecordKind, tuple[str, ...]]:
    """How a change is staged; those of one kind that are staged alike go together."""
    if change.value is not None:
        return change.kind, PUT
    whole = change.kind == "assessment" and len(change.key) == 1
    return change.kind, REMOVE_FROM_EVERY_CLASS if whole else REMOVE


# ---- the statements, for any kind of record ----------------------------------------------------


def _filled(statement: str, shape: Shape) -> str:
    """A statement below for one kind of record."""
    return statement.format(
        kind=shape.kind,
        first=shape.key[0],
        key=", ".join(shape.key),
        columns=", ".join(shape.columns),
        key_places=", ".join("?" * len(shape.key)),
        places=", ".join("?" * len(shape.columns)),
        same_key=" AND ".join(f"known.{column} = staged.{column}" for column in shape.key),
        same_values=" AND ".join(
            f"known.{column} IS staged.{column}" for column in (*shape.values, "broken")
        ),
        # Only scores leave a tombstone, which counts as not there.
        present="NOT known.gone" if shape.kind == "score" else "true",
    )


STAGING = (
    "CREATE TEMP TABLE staged_{kind} ({columns}, gone NOT NULL, PRIMARY KEY ({key})) WITHOUT ROWID"
)

PUT = ("INSERT OR REPLACE INTO staged_{kind} VALUES ({places}, 0)",)

REMOVE = ("INSERT OR REPLACE INTO staged_{kind} ({key}, gone) VALUES ({key_places}, 1)",)

REMOVE_FROM_EVERY_CLASS = (
    "DELETE FROM staged_{kind} WHERE id = ?",
    "INSERT OR REPLACE INTO staged_{kind} ({key}, gone) SELECT {key}, 1 FROM {kind} WHERE id = ?",
)
"""From those staged in this pull, and from those known before it."""

UNMENTIONED = """
INSERT INTO staged_{kind} ({key}, gone) SELECT {key}, 1 FROM {kind} AS known
WHERE {present} AND NOT EXISTS (SELECT 1 FROM staged_{kind} AS staged WHERE {same_key})
"""
"""What a snapshot does not mention is gone."""

REDUCE = (
    """DELETE FROM staged_{kind} AS staged WHERE NOT gone AND EXISTS (
        SELECT 1 FROM {kind} AS known WHERE {same_key} AND {same_values} AND {present})""",
    """DELETE FROM staged_{kind} AS staged WHERE gone AND NOT EXISTS (
        SELECT 1 FROM {kind} AS known WHERE {same_key} AND {present})""",
)
"""Take out what is the same already, and what is gone already."""

COUNTS = """
SELECT CASE WHEN staged.gone THEN 'removed' WHEN known.{first} IS NULL THEN 'added'
    ELSE 'changed' END AS what, count(*)
FROM staged_{kind} AS staged LEFT JOIN {kind} AS known ON {same_key} AND {present} GROUP BY what
"""

PRESENT = "SELECT count(*) FROM {kind} AS known WHERE {present}"

MOVED_IDS = """
SELECT count(*) FROM staged_student AS staged JOIN student AS known ON known.id = staged.id
WHERE NOT staged.gone AND staged.sis_id <> known.sis_id
"""

APPLY = (
    "DELETE FROM {kind} WHERE ({key}) IN (SELECT {key} FROM staged_{kind} WHERE gone)",
    """INSERT OR REPLACE INTO {kind} ({columns})
    SELECT {columns} FROM staged_{kind} WHERE NOT gone""",
)

# A broken score counts as one that was there: better no zero than one that nobody typed.
APPLY_SCORES = (
    """UPDATE score SET progress = NULL, points = NULL, flags = NULL, broken = NULL, gone = 1
    WHERE ({key}) IN (SELECT {key} FROM staged_score WHERE gone)""",
    """INSERT INTO score ({columns}, had_score, gone)
    SELECT {columns}, points IS NOT NULL OR broken IS NOT NULL, 0 FROM staged_score WHERE NOT gone
    ON CONFLICT ({key}) DO UPDATE SET
        progress = excluded.progress, points = excluded.points, flags = excluded.flags,
        broken = excluded.broken, had_score = score.had_score OR excluded.had_score, gone = 0""",
)

EVERY_CLASS = ("SELECT id, 1 FROM class WHERE true",)

CHANGED: Mapping[RecordKind, tuple[str, ...]] = {
    "class": ("SELECT id, 1 FROM staged_class WHERE true",),
    "assessment": ("SELECT DISTINCT class, 1 FROM staged_assessment WHERE true",),
    "score": (
        """SELECT DISTINCT class, 1 FROM assessment
        WHERE id IN (SELECT assessment FROM staged_score)""",
    ),
    "student": (
        """SELECT owner, 1 FROM (
            SELECT owner, student, sis_student FROM known_score
            UNION ALL SELECT owner, student, sis_student FROM left_score)
        WHERE student IN (SELECT id FROM staged_student)
        OR sis_student IN (SELECT sis_id FROM staged_student) GROUP BY owner""",
        """SELECT DISTINCT class, 1 FROM assessment
        WHERE id IN (SELECT assessment FROM score WHERE student IN (SELECT id FROM staged_student))
        OR EXISTS (SELECT 1 FROM json_each(students)
            WHERE key IN (SELECT id FROM staged_student))""",
    ),
    "teacher": EVERY_CLASS,
    "group_member": EVERY_CLASS,
}
"""The classes that a pull makes dirty, by the kind of record that changed; asked after it was
applied, and only for a kind that did change: those of students read every score."""
