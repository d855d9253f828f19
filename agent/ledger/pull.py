"""A pull: pages staged beside the local copy, compared inside the database, applied at once.

Staging tables are temporary, so a killed pull leaves nothing and memory stays flat. They are first
reduced to what really differs (`_reduce`); what is left gives the diff, the classes that become
dirty, and the rows to write.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Literal

import msgspec

from agent.ledger.care.signs import PULL as RESTORED_PULL
from agent.ledger.rows import SHAPES, Row, Shape, instant
from agent.ledger.store import Sql, Store
from agent.records import Change, MovedId, RecordKind


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

    @property
    def empty(self) -> bool:
        """Whether the local copy is the same already."""
        return not (self.added or self.changed or self.removed)


class Pull:
    """A pull in progress: nothing of it shows before `commit`. One at a time.

    Args:
        mark_dirty: has the classes of a query checked on the next night.
        drop_closed: takes what was purged or erased out of the staging tables.
        note_since_copy: notes what changed since the ledger's copy was made, if it is one.
    """

    def __init__(
        self,
        store: Store,
        mark_dirty: Callable[[Sql, str], None],
        drop_closed: Callable[[Sql], None],
        note_since_copy: Callable[..., None],
        *,
        snapshot: bool,
    ) -> None:
        self._store, self._mark_dirty = store, mark_dirty
        self._drop_closed, self._note_since_copy = drop_closed, note_since_copy
        self._snapshot = snapshot
        self._reduced = False
        self.abort()
        with store.staging() as sql:
            for shape in SHAPES.values():
                sql.stage(f"staged_{shape.kind}", shape.kind, shape.columns, shape.key)

    def take(self, changes: Iterable[Change]) -> None:
        """Stage a page; not after `diff`."""
        assert not self._reduced, "a pull takes no page after its diff"
        with self._store.staging() as sql:
            for (kind, gone, everywhere), group in groupby(changes, key=_how):
                rows = [SHAPES[kind].row(change) for change in group]
                _stage(sql, SHAPES[kind], rows, gone=gone, everywhere=everywhere)

    def diff(self) -> PullDiff:
        """What committing would change."""
        with self._store.staging() as sql:
            self._reduce(sql)
            found: dict[str, dict[str, int]] = {"added": {}, "changed": {}, "removed": {}}
            for kind, shape in SHAPES.items():
                for what, count in sql.execute(_filled(COUNTS, shape)):
                    found[what][kind] = count
            moved = sum(number for (number,) in sql.execute(MOVED_IDS))
            losing = {*found["removed"], *(["student"] if moved else [])}
            before: dict[str, int] = {
                kind: sum(number for (number,) in sql.execute(_filled(PRESENT, shape)))
                for kind, shape in SHAPES.items()
                if kind in losing
            }
        return PullDiff(before=before, moved_ids=moved, **found)

    def moved(self) -> Sequence[MovedId]:
        """The records whose id in the SIS is another one than in the local copy."""
        with self._store.staging() as sql:
            self._reduce(sql)
            return [
                MovedId(kind=kind, id=id_, before=before, now=now)
                for kind, column in SIS_IDS.items()
                for id_, before, now in sql.execute(MOVED.format(kind=kind, column=column))
            ]

    def hashed(self) -> str:
        """Return a hash of all that committing would change; empty where that is nothing."""
        hashed, rows = hashlib.sha256(), 0
        with self._store.staging() as sql:
            self._reduce(sql)
            for kind, shape in SHAPES.items():
                for row in sql.execute(_filled(STAGED, shape)):
                    hashed.update(msgspec.json.encode((kind, *row)) + b"\n")
                    rows += 1
        return hashed.hexdigest() if rows else ""

    def commit(self, cursor: str, at: datetime) -> None:
        """Update the local copy, mark classes dirty and move the cursor, all at once."""
        with self._store.write(durable=True) as sql:
            self._reduce(sql)
            self._note_since_copy(sql, at.date().isoformat(), snapshot=self._snapshot)
            sql.execute(DECISIONS_MOVE)
            for kind, shape in SHAPES.items():
                for statement in APPLY_SCORES if kind == "score" else APPLY:
                    sql.execute(_filled(statement, shape))
            for kind, selects in CHANGED.items():
                if sql.execute(f"SELECT 1 FROM staged_{kind} LIMIT 1").fetchone():
                    for select in selects:
                        self._mark_dirty(sql, select)
            sql.execute("UPDATE district SET cursor = ?, pulled_at = ?", (cursor, instant(at)))
        self.abort()

    def abort(self) -> None:
        """Forget it; the local copy and the cursor stay."""
        with self._store.staging() as sql:
            for table in (*(f"staged_{kind}" for kind in SHAPES), "mentioned_score"):
                sql.execute(f"DROP TABLE IF EXISTS {table}")

    def _reduce(self, sql: Sql) -> None:
        if self._reduced:
            return
        self._drop_closed(sql)
        sql.execute(MENTIONED)
        for shape in SHAPES.values():
            sql.analyze(f"staged_{shape.kind}")
            for statement in [UNMENTIONED, *REDUCE] if self._snapshot else REDUCE:
                sql.execute(_filled(statement, shape))
        self._reduced = True


def _how(change: Change) -> tuple[RecordKind, bool, bool]:
    """The kind, whether it is gone, and from every class; what is alike is staged together."""
    gone = change.value is None
    return change.kind, gone, gone and change.kind == "assessment" and len(change.key) == 1


def _stage(sql: Sql, shape: Shape, rows: Sequence[Row], *, gone: bool, everywhere: bool) -> None:
    table = f"staged_{shape.kind}"
    if everywhere:
        # From those staged in this pull, and from those known before it.
        sql.executemany(f"DELETE FROM {table} WHERE id = ?", rows)
        known = f"SELECT id, class FROM {shape.kind} WHERE id = ?"
        rows = [each for row in rows for each in sql.execute(known, row)]
    columns = (*shape.key, "gone") if gone else shape.columns
    sql.put(table, columns, shape.key, [(*row, True) for row in rows] if gone else rows)


# ---- the statements, for any kind of record ----------------------------------------------------


def _filled(statement: str, shape: Shape) -> str:
    """A statement below for one kind of record."""
    return statement.format(
        kind=shape.kind,
        first=shape.key[0],
        key=", ".join(shape.key),
        columns=", ".join(shape.columns),
        same_key=" AND ".join(f"known.{column} = staged.{column}" for column in shape.key),
        same_values=" AND ".join(
            f"known.{column} IS NOT DISTINCT FROM staged.{column}"
            for column in (*shape.values, "broken")
        ),
        new_values=", ".join(
            f"{column} = excluded.{column}" for column in (*shape.values, "broken")
        ),
        # Only scores leave a tombstone, which counts as not there.
        present="NOT known.gone" if shape.kind == "score" else "true",
    )


UNMENTIONED = """
INSERT INTO staged_{kind} ({key}, gone) SELECT {key}, true FROM {kind} AS known
WHERE {present} AND NOT EXISTS (SELECT 1 FROM staged_{kind} AS staged WHERE {same_key})
"""
"""What a snapshot does not mention is gone."""

MENTIONED = f"""
CREATE TEMP TABLE mentioned_score AS SELECT assessment, student FROM staged_score
WHERE EXISTS (SELECT 1 FROM setting WHERE name = '{RESTORED_PULL}')
"""
"""All that the source told, the same as known or not."""

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

SIS_IDS: Mapping[Literal["class", "teacher", "student"], str] = {
    "class": "section",
    "teacher": "sis_id",
    "student": "sis_id",
}
"""Kind of record -> the column that holds its id in the SIS."""

MOVED = """
SELECT known.id, known.{column}, staged.{column}
FROM staged_{kind} AS staged JOIN {kind} AS known ON known.id = staged.id
WHERE NOT staged.gone AND staged.{column} <> known.{column} ORDER BY known.id
"""

MOVED_IDS = f"SELECT count(*) FROM ({MOVED.format(kind='student', column='sis_id')}) AS moved"

STAGED = "SELECT {columns}, gone FROM staged_{kind} ORDER BY {key}"

APPLY = (
    "DELETE FROM {kind} WHERE ({key}) IN (SELECT {key} FROM staged_{kind} WHERE gone)",
    """INSERT INTO {kind} ({columns}) SELECT {columns} FROM staged_{kind} WHERE NOT gone
    ON CONFLICT ({key}) DO UPDATE SET {new_values}""",
)

# A broken score counts as one that was there: better no zero than one that nobody typed.
APPLY_SCORES = (
    """UPDATE score SET progress = NULL, points = NULL, flags = NULL, broken = NULL, gone = true
    WHERE ({key}) IN (SELECT {key} FROM staged_score WHERE gone)""",
    """INSERT INTO score ({columns}, had_score, gone)
    SELECT {columns}, points IS NOT NULL OR broken IS NOT NULL, false
    FROM staged_score WHERE NOT gone
    ON CONFLICT ({key}) DO UPDATE SET
        progress = excluded.progress, points = excluded.points, flags = excluded.flags,
        broken = excluded.broken, had_score = score.had_score OR excluded.had_score,
        gone = false""",
)

DECISIONS_MOVE = """
UPDATE decision SET section = moved.section FROM (
    SELECT id, section,
        row_number() OVER (PARTITION BY assessment, student, section ORDER BY id) AS place
    FROM (
        SELECT old.id, old.assessment, old.student, min(staged.section) AS section
        FROM decision AS old JOIN class AS known ON known.section = old.section
        JOIN staged_class AS staged ON staged.id = known.id
        JOIN assessment ON assessment.id = old.assessment AND assessment.class = known.id
        WHERE old.ended IS NULL AND NOT staged.gone AND staged.section <> known.section
        GROUP BY old.id, old.assessment, old.student
    ) AS decided
) AS moved
WHERE decision.id = moved.id AND moved.place = 1 AND NOT EXISTS (
    SELECT 1 FROM decision AS other WHERE other.ended IS NULL
    AND (other.assessment, other.student, other.section)
        = (decision.assessment, decision.student, moved.section))
"""
"""What is decided about a class's records is still decided when its section has another id; of one
record no second decision is ever open."""

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
            UNION ALL SELECT owner, student, sis_student FROM left_score) AS cell
        WHERE student IN (SELECT id FROM staged_student)
        OR sis_student IN (SELECT sis_id FROM staged_student) GROUP BY owner""",
        """SELECT DISTINCT class, 1 FROM assessment
        WHERE id IN (SELECT assessment FROM score WHERE student IN (SELECT id FROM staged_student))
        OR EXISTS (SELECT 1 FROM members(students)
            WHERE key IN (SELECT id FROM staged_student))""",
    ),
    "teacher": ("SELECT id, 1 FROM class WHERE true",),
    "group_member": ("SELECT id, 1 FROM class WHERE true",),
}
"""The classes that a pull makes dirty, by the kind of record that changed; asked after it was
applied, and only for a kind that did change: those of students read every score."""
