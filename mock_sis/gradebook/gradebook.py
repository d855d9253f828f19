"""The gradebook of a SIS, whoever makes it: columns and cells, and what the SIS refuses (rules D).

A column is posted through one section and shown in every section linked to it. A cell that nobody
wrote, or that was emptied, shows `*`; it never becomes 0 by itself. What lies in a closed grading
period stays byte for byte as it is (E4), whoever asks.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson

from mock_sis.gradebook.checks import GradebookKind
from mock_sis.gradebook.columns import (
    Actor,
    Cell,
    Column,
    Draft,
    Score,
    Unknown,
    column_of,
    decimal_text,
    stored,
)
from mock_sis.gradebook.reads import Reads
from mock_sis.world.enforcement import Refused
from mock_sis.world.world import World

EDITABLE = ("title", "description", "category", "assigned", "due", "points", "extra")

UPSERT = """
INSERT INTO score (assignment, student, sis, vendor, external_id, value, status, touched_by,
    created, modified, extra)
SELECT ?1, json_extract(value, '$[0]'), ?2,
    iif(json_extract(value, '$[1]') IS NULL, '', ?3), json_extract(value, '$[1]'),
    json_extract(value, '$[2]'), json_extract(value, '$[3]'), ?4, ?5, ?5,
    json_extract(value, '$[4]')
FROM json_each(?6) WHERE true
ON CONFLICT (assignment, student) DO UPDATE SET
    vendor = iif(excluded.external_id IS NULL, vendor, excluded.vendor),
    external_id = coalesce(excluded.external_id, external_id),
    value = excluded.value, status = excluded.status, touched_by = excluded.touched_by,
    modified = excluded.modified, extra = excluded.extra
"""
"""A caller without an id leaves the cell the one that it has. The cells come as one JSON text:
[student, external id, value, status, extra]."""

__all__ = ["Cell", "Column", "Draft", "Gradebook", "Refused", "Score", "Unknown"]


class Gradebook(Reads):
    """All gradebooks of one SIS in one world. Every method is one transaction."""

    def __init__(self, world: World, kind: GradebookKind) -> None:
        super().__init__(
            world,
            kind.sis,
            links=kind.links,
            categories=kind.categories,
            statuses=kind.statuses,
        )
        self._checks = kind.checks(self)

    # ---- columns --------------------------------------------------------------------------------

    def put_column(
        self, draft: Draft, *, by: Actor, vendor: str = "", external_id: str | None = None
    ) -> tuple[Column, bool]:
        """Make the column, or make the one that *external_id* names so; True when it is new.

        A column stays with the section through which it was first posted.
        """
        with self._db.write() as cursor:
            known = None if external_id is None else self.find_column(vendor, external_id)
            if known is not None:
                return self._replace(cursor, known, draft, by), False
            self._checks.column(draft, by=by)
            return self._insert(cursor, draft, by, vendor, external_id), True

    def edit_column(self, id: int, changes: Mapping[str, Any], *, by: Actor) -> Column:  # noqa: A002
        """Change some of title, description, category, assigned, due, points, extra."""
        with self._db.write() as cursor:
            known = self.column(id)
            return self._replace(cursor, known, _changed(known, changes), by)

    def delete_column(self, id: int, *, by: Actor) -> None:  # noqa: A002
        """Take a column away, with its scores; `restore_column` brings both back."""
        with self._db.write() as cursor:
            known = self.column(id)
            self._checks.writable(known.section, known.due)
            self._change(cursor, id, {"deleted": 1}, by)

    def restore_column(self, id: int, *, by: Actor) -> Column:  # noqa: A002
        """Bring a deleted column back. Refused (C3) when its id is in use again."""
        with self._db.write() as cursor:
            known = self.column(id, deleted=True)
            self._checks.writable(known.section, known.due)
            live = known.external_id and self.find_column(known.vendor, known.external_id)
            if live and live.id != id:
                raise Refused("C3", "the assignment was created again under the same id")
            return self._change(cursor, id, {"deleted": 0}, by)

    # ---- cells ----------------------------------------------------------------------------------

    def put_score(
        self,
        column: int,
        student: str,
        value: Decimal | None,
        *,
        by: Actor,
        vendor: str = "",
        external_id: str | None = None,
        status: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> tuple[Cell, bool]:
        """Write a cell; None shows `*`. True when the caller's id (or the cell) is new."""
        score = Score(student, value, external_id, status, extra or {})
        with self._db.write():
            there = self.cell(column, student) is not None
            [known] = self.put_scores(self.column(column), [score], by=by, vendor=vendor)
            written = self.cell(column, student)
            assert written is not None
            return written, not (there if known is None else known)

    def put_scores(
        self,
        column: Column,
        scores: Sequence[Score],
        *,
        by: Actor,
        vendor: str = "",
        seated: bool = False,
    ) -> list[bool | None]:
        """Write cells of one column, all or none; which of the caller's ids were their cell's.

        A cell has one id: the latest caller's. An id that names another cell is refused (C3).

        Args:
            column: as it was read in this transaction.
            seated: the caller has seen that the students sit there (B6).
        """
        with self._db.write() as cursor:
            named = [self._named(cursor, column.id, score, vendor) for score in scores]
            self._checks.scores(column, scores, seated=seated)
            if by == "teacher":
                self._checks.entry(column, scores)
            self._write_cells(cursor, column.id, scores, by, vendor)
        return named

    def must_be_open(self, column: Column) -> None:
        """Problem(409) where its grading period is closed."""
        self._checks.writable(column.section, column.due)

    def delete_score(self, cell: Cell) -> None:
        """Forget a cell altogether: it shows `*` and its id is free."""
        with self._db.write() as cursor:
            column = self.column(cell.column)
            self._checks.writable(column.section, column.due)
            cursor.execute("DELETE FROM score WHERE id = ?", (cell.id,))

    # ---- inside ---------------------------------------------------------------------------------

    def _named(self, cursor: sqlite3.Cursor, column: int, score: Score, vendor: str) -> bool | None:
        """Whether the score's id is known, as the id of this cell; None when it has none."""
        if score.external_id is None:
            return None
        known = self.find_cell(vendor, score.external_id)
        if known is not None and self.column(known.column, deleted=True).deleted:
            # The column was made anew: its results take their ids along.
            cursor.execute("UPDATE score SET external_id = NULL WHERE id = ?", (known.id,))
            known = None
        if known is not None and (known.column, known.student) != (column, score.student):
            raise Refused("C3", "the result id belongs to another student or assignment")
        return known is not None

    def _replace(self, cursor: sqlite3.Cursor, known: Column, draft: Draft, by: Actor) -> Column:
        if draft.section not in self.linked(known.section):
            self._checks.section(draft.section)
            raise Refused("C3", "the id belongs to an assignment of another gradebook")
        self._checks.column(replace(draft, section=known.section), by=by, known=known)
        return self._change(cursor, known.id, stored(draft), by)

    def _insert(
        self,
        cursor: sqlite3.Cursor,
        draft: Draft,
        by: Actor,
        vendor: str,
        external_id: str | None,
    ) -> Column:
        now = self.world.stamp()
        fields = stored(draft) | {
            "sis": self.sis,
            "vendor": vendor,
            "external_id": external_id,
            "section": draft.section,
            "by": by,
            "touched_by": by,
            "created": now,
            "modified": now,
        }
        row = cursor.execute(
            f"INSERT INTO assignment {_values(fields)} RETURNING *", tuple(fields.values())
        ).fetchone()
        return column_of(row)

    def _write_cells(
        self,
        cursor: sqlite3.Cursor,
        column: int,
        scores: Sequence[Score],
        by: Actor,
        vendor: str,
    ) -> None:
        cells = [
            (
                score.student,
                score.external_id,
                None if score.value is None else decimal_text(score.value),
                score.status,
                orjson.dumps(score.extra).decode() if score.extra else "{}",
            )
            for score in scores
        ]
        now, together = self.world.stamp(), orjson.dumps(cells).decode()
        cursor.execute(UPSERT, (column, self.sis, vendor, by, now, together))

    def _change(
        self, cursor: sqlite3.Cursor, column: int, fields: Mapping[str, Any], by: Actor
    ) -> Column:
        values = {**fields, "touched_by": by, "modified": self.world.stamp()}
        row = cursor.execute(
            f"UPDATE assignment SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?"
            " RETURNING *",
            (*values.values(), column),
        ).fetchone()
        return column_of(row)


def _values(fields: Mapping[str, Any]) -> str:
    return f"({', '.join(fields)}) VALUES ({', '.join('?' * len(fields))})"


def _changed(known: Column, changes: Mapping[str, Any]) -> Draft:
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"a column has no {', '.join(sorted(unknown))}")
    now = {name: getattr(known, name) for name in EDITABLE}
    return Draft(section=known.section, **{**now, **changes})
