"""The Otus side of a world: every record as it is now, each with the place of its last change.

One table is both the snapshot and the change feed: a change moves its record to the next sequence
number, so whoever has seen everything up to a number asks for what lies behind it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from mock_sis.world.store import Store

KINDS = ("teacher", "student", "groupMember", "class", "assessment", "score")
"""In the order of a snapshot: what is referred to comes first."""

_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class FeedChange:
    """A record and its place; `record` is JSON text, of a removed one only what identifies it."""

    seq: int
    kind: str
    id: str
    removed: bool
    record: str


def to_json(record: Mapping[str, Any]) -> str:
    """JSON in which a Decimal is an exact number."""
    return _encode(record).decode()


def from_json(text: str) -> dict[str, Any]:
    """The record; a number with a fraction is a Decimal."""
    record: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return record


def score_id(assessment: str, student: str) -> str:
    """The id of a score record in the feed."""
    return f"{assessment}:{student}"


class Feed:
    """Reads and changes the Otus records of one world."""

    def __init__(self, store: Store) -> None:
        self._db = store

    @property
    def epoch(self) -> str:
        """Changes when the world is reset or restored: an older cursor means nothing then."""
        row = self._db.one("SELECT value FROM setting WHERE name = 'feed_epoch'")
        return str(json.loads(row[0])) if row else "0"

    def head(self) -> int:
        """The sequence number of the last change; 0 when there is none."""
        row = self._db.one("SELECT max(seq) FROM otus")
        return int(row[0]) if row and row[0] else 0

    def get(self, kind: str, id: str) -> dict[str, Any] | None:  # noqa: A002 - the feed's word
        """One record as it is now; None when it is not there or was removed."""
        row = self._db.one(
            "SELECT record FROM otus WHERE kind = ? AND id = ? AND removed = 0", kind, id
        )
        return from_json(row[0]) if row else None

    def records(self, kind: str) -> Iterator[dict[str, Any]]:
        """All records of a kind, by id."""
        for row in self._db.stream(
            "SELECT record FROM otus WHERE kind = ? AND removed = 0 ORDER BY id", kind
        ):
            yield from_json(row[0])

    def classes_of(self, section: str) -> list[dict[str, Any]]:
        """The Otus classes that are linked to a SIS section."""
        rows = self._db.read(
            "SELECT record FROM otus WHERE kind = 'class' AND removed = 0"
            " AND record ->> 'sectionId' = ? ORDER BY id",
            section,
        )
        return [from_json(row[0]) for row in rows]

    def teacher_of(self, sis_id: str) -> str:
        """The Otus id of a SIS teacher; Otus learns of one whom it did not know."""
        row = self._db.one(
            "SELECT id FROM otus WHERE kind = 'teacher' AND removed = 0"
            " AND record ->> 'sisId' = ? ORDER BY id",
            sis_id,
        )
        if row is None:
            self.put("teacher", f"t-{sis_id}", {"id": f"t-{sis_id}", "sisId": sis_id})
        return str(row[0]) if row else f"t-{sis_id}"

    def since(self, seq: int, limit: int) -> list[FeedChange]:
        """At most *limit* changes behind *seq*, in order; a record changed twice comes once."""
        return self._changes("seq > ? ORDER BY seq LIMIT ?", seq, limit)

    def snapshot(self, kind: str, after: str, limit: int) -> list[FeedChange]:
        """At most *limit* records of *kind* with an id behind *after*, by id."""
        return self._changes(
            "kind = ? AND id > ? AND removed = 0 ORDER BY id LIMIT ?", kind, after, limit
        )

    def put(self, kind: str, id: str, record: Mapping[str, Any]) -> int:  # noqa: A002
        """Make the record so; answers its sequence number."""
        return self.put_many([(kind, id, record)])

    def put_many(self, records: Iterable[tuple[str, str, Mapping[str, Any]]]) -> int:
        """Many at once, in order; answers the last sequence number."""
        return self._store((kind, id_, 0, to_json(record)) for kind, id_, record in records)

    def remove(self, kind: str, id: str) -> bool:  # noqa: A002
        """Take a record out; False when it was not there."""
        with self._db.write():
            record = self.get(kind, id)
            if record is None:
                return False
            named: dict[str, Any] = {
                k: record[k] for k in ("assessmentId", "studentId") if k in record
            }
            self._store([(kind, id, 1, to_json(named))])
        return True

    def hold_back(self, records: Iterable[tuple[date, str, str, Mapping[str, Any]]]) -> None:
        """Keep (day, kind, id, record) for `release`."""
        with self._db.write() as cursor:
            row = cursor.execute("SELECT coalesce(max(seq), 0) + 1 FROM otus_pending").fetchone()
            cursor.executemany(
                "INSERT INTO otus_pending VALUES (?, ?, ?, ?, ?)",
                (
                    (day.isoformat(), number, kind, id_, to_json(record))
                    for number, (day, kind, id_, record) in enumerate(records, row[0])
                ),
            )

    def release(self, upto: date) -> int:
        """Put what was held back for *upto* and earlier, in order of days; answers how many."""
        with self._db.write() as cursor:
            rows = cursor.execute(
                "SELECT kind, id, 0, record FROM otus_pending WHERE day <= ? ORDER BY day, seq",
                (upto.isoformat(),),
            ).fetchall()
            self._store(map(tuple, rows))
            cursor.execute("DELETE FROM otus_pending WHERE day <= ?", (upto.isoformat(),))
        return len(rows)

    def waiting(self) -> set[str]:
        """The ids of all that is held back."""
        return {row["id"] for row in self._db.read("SELECT id FROM otus_pending")}

    def _store(self, rows: Iterable[tuple[Any, ...]]) -> int:
        with self._db.write() as cursor:
            seq = self.head()

            def numbered() -> Iterator[tuple[Any, ...]]:
                nonlocal seq
                for row in rows:
                    seq += 1
                    yield (*row, seq)

            cursor.executemany("INSERT OR REPLACE INTO otus VALUES (?, ?, ?, ?, ?)", numbered())
        return seq

    def _changes(self, where: str, *args: Any) -> list[FeedChange]:
        rows = self._db.read(
            f"SELECT seq, kind, id, removed, record FROM otus WHERE {where}", *args
        )
        return [FeedChange(r[0], r[1], r[2], bool(r[3]), r[4]) for r in rows]
