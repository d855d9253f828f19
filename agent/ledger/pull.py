"""A pull: pages staged beside the local copy, compared inside the database, applied at once.

Staging tables are temporary, so a killed pull leaves nothing and memory stays flat. They are first
reduced to what really differs (`reduce`); what is left gives the diff, the classes that become
dirty, and the rows to write.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
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
        with store.staging() as sql:
            for kind, shape in SHAPES.items():
                _make_staging(sql, kind, shape)

    def take(self, changes: Iterable[Change]) -> None:
        """Stage a page; not after `diff`."""
        assert not self._reduced, "a pull takes no page after its diff"
        with self._store.staging() as sql:
            for (kind, stage), group in groupby(changes, key=_how):
                stage(sql, kind, list(group))

    def diff(self) -> PullDiff:
        """What committing would change."""
        with self._store.staging() as sql:
            self._reduce(sql)
            found: dict[str, dict[str, int]] = {"added": {}, "changed": {}, "removed": {}}
            for kind, shape in SHAPES.items():
                for what, count in sql.execute(_counts(kind, shape)):
                    found[what][kind] = count
            moved: int = sql.execute(MOVED_IDS).fetchone()[0]
            losing = {kind for kind in SHAPES if kind in found["removed"]}
            losing |= {"student"} if moved else set()
            before: dict[str, int] = {kind: _count(sql, kind) for kind in losing}
        return PullDiff(before=before, moved_ids=moved, **found)

    def commit(self, cursor: str, at: datetime) -> None:
        """Update the local copy, mark classes dirty and move the cursor, all at once."""
        with self._store.write(durable=True) as sql:
            self._reduce(sql)
            for kind, shape in SHAPES.items():
                _apply(sql, kind, shape)
            for classes in CHANGED:
                self._mark_dirty(sql, classes)
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
        for kind, shape in SHAPES.items():
            if self._snapshot:
                sql.execute(_unmentioned(kind, shape))
            sql.execute(_unchanged(kind, shape))
            sql.execute(_gone_already(kind, shape))
        self._reduced = True


# ---- staging -----------------------------------------------------------------------------------

_Stage = Callable[[sqlite3.Connection, RecordKind, Sequence[Change]], None]


def _how(change: Change) -> tuple[RecordKind, _Stage]:
    if change.value is not None:
        return change.kind, _stage_puts
    if change.kind == "assessment" and len(change.key) == 1:
        return change.kind, _stage_whole_removals
    return change.kind, _stage_removals


def _make_staging(sql: sqlite3.Connection, kind: RecordKind, shape: Shape) -> None:
    sql.execute(f"DROP TABLE IF EXISTS temp.staged_{kind}")
    sql.execute(
        f"CREATE TEMP TABLE staged_{kind} ({', '.join(shape.columns)}, gone NOT NULL,"
        f" PRIMARY KEY ({', '.join(shape.key)})) WITHOUT ROWID"
    )


def _stage_puts(sql: sqlite3.Connection, kind: RecordKind, changes: Sequence[Change]) -> None:
    row = SHAPES[kind].row
    places = ", ".join("?" * len(SHAPES[kind].columns))
    sql.executemany(f"INSERT OR REPLACE INTO staged_{kind} VALUES ({places}, 0)", map(row, changes))


def _stage_removals(sql: sqlite3.Connection, kind: RecordKind, changes: Sequence[Change]) -> None:
    key = SHAPES[kind].key
    sql.executemany(
        f"INSERT OR REPLACE INTO staged_{kind} ({', '.join(key)}, gone)"
        f" VALUES ({', '.join('?' * len(key))}, 1)",
        [change.key for change in changes],
    )


def _stage_whole_removals(
    sql: sqlite3.Connection, kind: RecordKind, changes: Sequence[Change]
) -> None:
    """Gone from every class: from those staged in this pull, and from those known before it."""
    keys = [change.key for change in changes]
    sql.executemany(f"DELETE FROM staged_{kind} WHERE id = ?", keys)
    sql.executemany(
        f"INSERT OR REPLACE INTO staged_{kind} (id, class, gone)"
        f" SELECT id, class, 1 FROM {kind} WHERE id = ?",
        keys,
    )


# ---- comparing ---------------------------------------------------------------------------------


def _same_key(shape: Shape) -> str:
    return " AND ".join(f"known.{column} = staged.{column}" for column in shape.key)


def _present(kind: RecordKind) -> str:
    """Only scores leave a tombstone, which counts as not there."""
    return "NOT known.gone" if kind == "score" else "true"


def _unmentioned(kind: RecordKind, shape: Shape) -> str:
    key = ", ".join(shape.key)
    return (
        f"INSERT INTO staged_{kind} ({key}, gone) SELECT {key}, 1 FROM {kind} AS known"
        f" WHERE {_present(kind)} AND NOT EXISTS"
        f" (SELECT 1 FROM staged_{kind} AS staged WHERE {_same_key(shape)})"
    )


def _unchanged(kind: RecordKind, shape: Shape) -> str:
    same = " AND ".join(
        f"known.{column} IS staged.{column}" for column in (*shape.values, "broken")
    )
    return (
        f"DELETE FROM staged_{kind} AS staged WHERE NOT gone AND EXISTS"
        f" (SELECT 1 FROM {kind} AS known WHERE {_same_key(shape)} AND {same} AND {_present(kind)})"
    )


def _gone_already(kind: RecordKind, shape: Shape) -> str:
    return (
        f"DELETE FROM staged_{kind} AS staged WHERE gone AND NOT EXISTS"
        f" (SELECT 1 FROM {kind} AS known WHERE {_same_key(shape)} AND {_present(kind)})"
    )


def _count(sql: sqlite3.Connection, kind: RecordKind) -> int:
    query = f"SELECT count(*) FROM {kind} AS known WHERE {_present(kind)}"
    count: int = sql.execute(query).fetchone()[0]
    return count


def _counts(kind: RecordKind, shape: Shape) -> str:
    return (
        "SELECT CASE WHEN staged.gone THEN 'removed'"
        f" WHEN known.{shape.key[0]} IS NULL THEN 'added' ELSE 'changed' END AS what, count(*)"
        f" FROM staged_{kind} AS staged LEFT JOIN {kind} AS known"
        f" ON {_same_key(shape)} AND {_present(kind)} GROUP BY what"
    )


MOVED_IDS = """
SELECT count(*) FROM staged_student AS staged JOIN student AS known ON known.id = staged.id
WHERE NOT staged.gone AND staged.sis_id <> known.sis_id
"""
"""Students who had a SIS id and have another one now."""

# ---- applying ----------------------------------------------------------------------------------


def _apply(sql: sqlite3.Connection, kind: RecordKind, shape: Shape) -> None:
    key = ", ".join(shape.key)
    gone = f"({key}) IN (SELECT {key} FROM staged_{kind} WHERE gone)"
    if kind == "score":
        sql.execute(
            "UPDATE score SET progress = NULL, points = NULL, flags = NULL, broken = NULL, gone = 1"
            f" WHERE {gone}"
        )
        sql.execute(PUT_SCORES)
        return
    sql.execute(f"DELETE FROM {kind} WHERE {gone}")
    columns = ", ".join(shape.columns)
    sql.execute(
        f"INSERT OR REPLACE INTO {kind} ({columns})"
        f" SELECT {columns} FROM staged_{kind} WHERE NOT gone"
    )


# A broken score counts as one that was there: better no zero than one that nobody typed.
PUT_SCORES = """
INSERT INTO score (assessment, student, progress, points, flags, broken, had_score, gone)
SELECT assessment, student, progress, points, flags, broken,
       points IS NOT NULL OR broken IS NOT NULL, 0
FROM staged_score WHERE NOT gone
ON CONFLICT (assessment, student) DO UPDATE SET
    progress = excluded.progress, points = excluded.points, flags = excluded.flags,
    broken = excluded.broken, had_score = score.had_score OR excluded.had_score, gone = 0
"""

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
