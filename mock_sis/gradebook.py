"""The gradebook of a SIS, whoever makes it: columns and cells, and what the SIS refuses (RULES D).

A column is posted through one section and shown in every section linked to it. A cell that nobody
wrote, or that was emptied, shows `*`; it never becomes 0 by itself. What lies in a closed grading
period stays byte for byte as it is (E4), whoever asks.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mock_sis.checks import Checks
from mock_sis.columns import (
    Cell,
    Column,
    Draft,
    Hand,
    Unknown,
    decimal_text,
    stored,
)
from mock_sis.enforcement import Refused
from mock_sis.gradereads import Reads

if TYPE_CHECKING:
    from mock_sis.world import World

EDITABLE = ("title", "description", "category", "assigned", "due", "points", "extra")

__all__ = ["Cell", "Column", "Draft", "Gradebook", "Refused", "Unknown"]


class Gradebook(Reads):
    """All gradebooks of one SIS in one world. Every method is one transaction."""

    def __init__(self, world: "World", sis: str) -> None:
        super().__init__(world, sis)
        self._checks = Checks(self)

    # ---- columns --------------------------------------------------------------------------------

    def put_column(
        self, draft: Draft, *, by: Hand, vendor: str = "", external_id: str | None = None
    ) -> tuple[Column, bool]:
        """Make the column, or make the one that *external_id* names so; True when it is new.

        A column stays with the section through which it was first posted.
        """
        with self._db.write():
            known = None if external_id is None else self.find_column(vendor, external_id)
            if known is not None:
                return self._replace(known, draft, by), False
            self._checks.column(draft, by=by)
            return self._insert(draft, by, vendor, external_id), True

    def edit_column(self, id: int, changes: Mapping[str, Any], *, by: Hand) -> Column:  # noqa: A002
        """Change some of title, description, category, assigned, due, points, extra."""
        with self._db.write():
            known = self.column(id)
            return self._replace(known, _changed(known, changes), by)

    def delete_column(self, id: int, *, by: Hand) -> None:  # noqa: A002
        """Take a column away, with its scores; `restore_column` brings both back."""
        with self._db.write():
            known = self.column(id)
            self._checks.writable(known.section, known.due)
            self._set("assignment", id, {"deleted": 1}, by)

    def restore_column(self, id: int, *, by: Hand) -> Column:  # noqa: A002
        """Bring a deleted column back. Refused (C3) when its id is in use again."""
        with self._db.write():
            known = self.column(id, deleted=True)
            self._checks.writable(known.section, known.due)
            live = known.external_id and self.find_column(known.vendor, known.external_id)
            if live and live.id != id:
                raise Refused("C3", "the assignment was created again under the same id")
            self._set("assignment", id, {"deleted": 0}, by)
            return self.column(id)

    # ---- cells ----------------------------------------------------------------------------------

    def put_score(
        self,
        column: int,
        student: str,
        value: Decimal | None,
        *,
        by: Hand,
        vendor: str = "",
        external_id: str | None = None,
        status: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> tuple[Cell, bool]:
        """Write a cell; None shows `*`. True when the caller's id (or the cell) is new.

        A cell has one id: the latest caller's. An id that names another cell is refused (C3).
        """
        with self._db.write():
            known = None if external_id is None else self.find_cell(vendor, external_id)
            if known is not None and (known.column, known.student) != (column, student):
                raise Refused("C3", "the result id belongs to another student or assignment")
            self._checks.score(self.column(column), student, value)
            before = known or self.cell(column, student)
            fields: dict[str, Any] = {
                "value": None if value is None else decimal_text(value),
                "status": status,
                "extra": json.dumps(dict(extra or {})),
            }
            if external_id is not None:
                fields |= {"vendor": vendor, "external_id": external_id}
            self._write_cell(column, student, before, fields, by)
            created = before is None or (external_id is not None and known is None)
            written = self.cell(column, student)
            assert written is not None
            return written, created

    def delete_score(self, cell: Cell) -> None:
        """Forget a cell altogether: it shows `*` and its id is free."""
        with self._db.write() as cursor:
            column = self.column(cell.column)
            self._checks.writable(column.section, column.due)
            cursor.execute("DELETE FROM score WHERE id = ?", (cell.id,))

    # ---- inside ---------------------------------------------------------------------------------

    def _replace(self, known: Column, draft: Draft, by: Hand) -> Column:
        if draft.section not in self.linked(known.section):
            self._checks.section(draft.section)
            raise Refused("C3", "the id belongs to an assignment of another gradebook")
        self._checks.column(replace(draft, section=known.section), by=by, known=known)
        self._set("assignment", known.id, stored(draft), by)
        return self.column(known.id)

    def _insert(self, draft: Draft, by: Hand, vendor: str, external_id: str | None) -> Column:
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
        return self.column(self._insert_row("assignment", fields))

    def _write_cell(
        self, column: int, student: str, before: Cell | None, fields: Mapping[str, Any], by: Hand
    ) -> None:
        if before is not None:
            self._set("score", before.id, fields, by)
            return
        now = self.world.stamp()
        who = {"assignment": column, "student": student, "sis": self.sis, "touched_by": by}
        self._insert_row("score", {**fields, **who, "created": now, "modified": now})

    def _insert_row(self, table: str, fields: Mapping[str, Any]) -> int:
        marks = ", ".join("?" * len(fields))
        with self._db.write() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(fields)}) VALUES ({marks})",
                tuple(fields.values()),
            )
            return int(cursor.lastrowid or 0)

    def _set(self, table: str, row: int, fields: Mapping[str, Any], by: Hand) -> None:
        values = {**fields, "touched_by": by, "modified": self.world.stamp()}
        with self._db.write() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
                (*values.values(), row),
            )


def _changed(known: Column, changes: Mapping[str, Any]) -> Draft:
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"a column has no {', '.join(sorted(unknown))}")
    now = {name: getattr(known, name) for name in EDITABLE}
    return Draft(section=known.section, **{**now, **changes})
