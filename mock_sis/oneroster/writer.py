"""The gradebook service's writes. PUT by the caller's id is an upsert; POST gives out ids.

A batch is one transaction: the first record that the gradebook refuses undoes the whole, since the
standard has no way to say which record failed.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mock_sis.gradebook.columns import Cell, Column, Draft, Score
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.oneroster import strict
from mock_sis.oneroster.bodies import Reader, WantedResult
from mock_sis.oneroster.errors import invalid, unknown
from mock_sis.oneroster.policy import VENDOR, Policy
from mock_sis.world.world import World

Record = Mapping[str, Any]
Pair = tuple[str, str]
GONE = {"tobedeleted", "inactive"}
"""A PUT with such a status is a deletion; 1.1 dropped the second word."""
OLD_EXTRA = {"date", "comment", "metadata", "min", "scoretype"}
"""What is kept of a record beside its own columns that version 1.1 has members for."""
OWN_ID = re.compile(r"[1-9][0-9]{0,17}")


class Writer:
    """Writes one world's gradebook for one call."""

    def __init__(self, world: World, policy: Policy, *, old: bool) -> None:
        self._world = world
        self._book = Gradebook(world, policy.kind)
        self._policy = policy
        self._old = old
        self._reader = Reader(policy, world.zone, world.today())

    def document(self, record: Record) -> Record:
        """An assessment object as it is kept: its date-time becomes the date that it stands for."""
        day = self._reader.day(record.get("scoreDate"), "scoreDate")
        return {**record, "scoreDate": day.isoformat()} if day else record

    # ---- line items -----------------------------------------------------------------------------

    def put_line_item(self, sourced_id: str, item: Record) -> bool:
        """Make or replace a column, or delete it by its status; True when it is new."""
        self._check("lineItem", sourced_id, item)
        if item.get("status") in GONE:
            self.delete_line_item(sourced_id)
            return False
        with self._world.db.write():
            draft = self._draft(item)
            own = self._own_column(sourced_id)
            known = own or self._book.find_column(VENDOR, sourced_id)
            draft = replace(draft, extra=self._unsaid(draft.extra, known))
            if own is None:
                return self._book.put_column(
                    draft, by="api", vendor=VENDOR, external_id=sourced_id
                )[1]
            self._book.edit_column(own.id, _changes(draft), by="api")
            return False

    def delete_line_item(self, sourced_id: str) -> None:
        """Take a column away."""
        self._book.delete_column(self.column(sourced_id).id, by="api")

    def post_line_items(
        self, items: Sequence[Record], allowed: Callable[[str], bool]
    ) -> list[Pair]:
        """Make columns under ids of the SIS, in classes that are *allowed*."""
        return self._batch(items, lambda item: self._post_line_item(item, allowed))

    def column(self, sourced_id: str) -> Column:
        """By the caller's id, or by the SIS's own where no caller named it."""
        found = self._book.find_column(VENDOR, sourced_id) or self._own_column(sourced_id)
        if found is None:
            raise unknown("line item", sourced_id)
        return found

    def cell(self, sourced_id: str) -> Cell:
        """By the caller's id, or by the SIS's own where no caller named it."""
        found = self._book.find_cell(VENDOR, sourced_id) or self._own_cell(sourced_id)
        if found is None or (found.value is None and found.status is None):
            raise unknown("result", sourced_id)
        return found

    # ---- results --------------------------------------------------------------------------------

    def put_result(self, sourced_id: str, result: Record) -> bool:
        """Write a cell, or empty it by its status; True when the id is new."""
        self._check("result", sourced_id, result)
        if result.get("status") in GONE:
            self.delete_result(sourced_id)
            return False
        wanted = self._reader.result(result)
        with self._world.db.write():
            column = self.column(wanted.line_item)
            self._students([wanted.student])
            own = self._own_cell(sourced_id)
            known_cell = self._book.cell(column.id, wanted.student)
            wanted = replace(wanted, extra=self._unsaid(wanted.extra, known_cell))
            if own is not None and (own.column, own.student) != (column.id, wanted.student):
                raise invalid("the id belongs to the result of another student or line item")
            score = _score(wanted, None if own else sourced_id)
            [known] = self._book.put_scores(column, [score], by="api", vendor=VENDOR)
            return own is None and not known

    def delete_result(self, sourced_id: str) -> None:
        """Empty a cell: it shows `*`, and its id is free."""
        self._book.delete_score(self.cell(sourced_id))

    def post_results(
        self, results: Sequence[Record], allowed: Callable[[Column], bool]
    ) -> list[Pair]:
        """Write cells under ids of the SIS, in columns that are *allowed*."""
        with self._world.db.write():
            return list(self._posted(results, allowed))

    # ---- categories -----------------------------------------------------------------------------

    def put_category(self, sourced_id: str, category: Record) -> bool:
        """Make or rename a category of the district; True when it is new."""
        self._check("category", sourced_id, category)
        active = int(category.get("status", "active") == "active")
        title, now, sis = (
            category["title"][: self._policy.title_limit],
            self._world.stamp(),
            self._policy.sis,
        )
        with self._world.db.write() as cursor:
            cursor.execute(
                "UPDATE category SET title = ?, active = ?, modified = ? WHERE sis = ? AND id = ?",
                (title, active, now, sis, sourced_id),
            )
            if cursor.rowcount:
                return False
            cursor.execute(
                "INSERT INTO category (sis, id, title, code, active, position, modified)"
                " SELECT ?1, ?2, ?3, ?2, ?4, coalesce(max(position), 0) + 1, ?5"
                " FROM category WHERE sis = ?1",
                (sis, sourced_id, title, active, now),
            )
            return True

    def delete_category(self, sourced_id: str) -> None:
        """Switch a category off for everyone; columns that have it keep it."""
        with self._world.db.write() as cursor:
            cursor.execute(
                "UPDATE category SET active = 0, modified = ?"
                " WHERE sis = ? AND id = ? AND active = 1",
                (self._world.stamp(), self._policy.sis, sourced_id),
            )
            if not cursor.rowcount:
                raise unknown("category", sourced_id)

    # ---- inside ---------------------------------------------------------------------------------

    def _check(self, kind: str, sourced_id: str | None, record: Record) -> None:
        if self._policy.strict:
            strict.check(kind, record, old=self._old)
        named = record.get("sourcedId")
        if sourced_id is not None and named not in {None, "", sourced_id}:
            raise invalid(f"/{kind}/sourcedId is not the id in the path")

    def _unsaid(self, extra: Record, known: Column | Cell | None) -> Record:
        """*extra* with what stands there and version 1.1 has no word for, so cannot take away."""
        if known is None or not self._old:
            return extra
        kept = {name: told for name, told in known.extra.items() if name not in OLD_EXTRA}
        return {**kept, **extra}

    def _draft(self, item: Record) -> Draft:
        section = item["class"]["sourcedId"]
        wanted = item.get("category", {}).get("sourcedId")
        return self._reader.draft(item, self._category(section, wanted))

    def _category(self, section: str, wanted: str | None) -> str | None:
        usable = [row["id"] for row in self._book.categories(section)]
        default = self._policy.default_category
        fallback = default if default in usable else next(iter(usable), None)
        if wanted is None:
            return fallback
        if wanted not in usable and self._policy.unknown_category == "default":
            return fallback
        return wanted

    def _post_line_item(self, item: Record, allowed: Callable[[str], bool]) -> str:
        self._check("lineItem", None, item)
        section = item["class"]["sourcedId"]
        if not allowed(section):
            raise invalid(f"class {section} is not the one in the path")
        column, _ = self._book.put_column(self._draft(item), by="api", vendor=VENDOR)
        return str(column.id)

    def _posted(
        self, results: Sequence[Record], allowed: Callable[[Column], bool]
    ) -> Iterator[Pair]:
        """Write results column by column; their pairs."""
        for result in results:
            self._check("result", None, result)
        wanted_results = [self._reader.result(result) for result in results]
        columns = {
            name: self.column(name) for name in {wanted.line_item for wanted in wanted_results}
        }
        for name, column in columns.items():
            if not allowed(column):
                raise invalid(f"line item {name} is not of what the path names")
        self._students([wanted.student for wanted in wanted_results])
        for name, column in columns.items():
            scores = [_score(wanted) for wanted in wanted_results if wanted.line_item == name]
            self._book.put_scores(column, scores, by="api", vendor=VENDOR)
        names = {column.id: self._book.names(column.id) for column in columns.values()}
        for result, wanted in zip(results, wanted_results, strict=True):
            yield result.get("sourcedId", ""), names[columns[wanted.line_item].id][wanted.student]

    def _batch(self, records: Sequence[Record], write: Callable[[Record], str]) -> list[Pair]:
        with self._world.db.write():
            return [(record.get("sourcedId", ""), write(record)) for record in records]

    def _own_column(self, sourced_id: str) -> Column | None:
        row = self._row("assignment", sourced_id)
        return None if row is None or row["deleted"] else self._book.column(row["id"])

    def _own_cell(self, sourced_id: str) -> Cell | None:
        row = self._row("score", sourced_id)
        return None if row is None else self._book.cell(row["assignment"], row["student"])

    def _row(self, table: str, sourced_id: str) -> sqlite3.Row | None:
        if not OWN_ID.fullmatch(sourced_id):
            return None
        return self._world.db.one(
            f"SELECT * FROM {table} WHERE id = ? AND sis = ? AND external_id IS NULL",
            int(sourced_id),
            self._policy.sis,
        )

    def _students(self, students: Sequence[str]) -> None:
        """Problem(404) for the first of *students* whom nobody knows."""
        missing = self._world.db.one(
            "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM student)",
            json.dumps(students),
        )
        if missing is not None:
            raise unknown("student", missing[0])


def _score(wanted: WantedResult, name: str | None = None) -> Score:
    return Score(
        student=wanted.student,
        value=wanted.value,
        external_id=name,
        status=wanted.status,
        extra=wanted.extra,
    )


def _changes(draft: Draft) -> dict[str, Any]:
    names = ("title", "description", "category", "assigned", "due", "points", "extra")
    return {name: getattr(draft, name) for name in names}
