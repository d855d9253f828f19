"""`/ws/xte/section/assignment`: assignments of a teacher's sections, made, replaced and deleted."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from mock_sis.gradebook.columns import Column, Draft, column_of
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.http.types import Answer, Call, Problem
from mock_sis.powerschool.gradebook.assignment_bodies import SCORING, Reader, Sent, Shaper
from mock_sis.powerschool.gradebook.checks import POWERSCHOOL
from mock_sis.powerschool.gradebook.teachers import must_teach, teacher
from mock_sis.powerschool.numbers import ASSIGNMENT, assignment_of
from mock_sis.powerschool.plugin import ASSIGNMENT_FIELDS, Plugin
from mock_sis.powerschool.values import invalid
from mock_sis.world.world import World

VENDOR = "xte"
PARTS_IN = """
WITH one AS (
    SELECT id, bundle FROM assignment WHERE sis = 'powerschool' AND deleted = 0
      AND section IN (SELECT value FROM json_each(?)))
SELECT *, coalesce(bundle, id) AS head FROM assignment
WHERE deleted = 0 AND id IN (
    SELECT id FROM one UNION SELECT part.id FROM one JOIN assignment part USING (bundle))
ORDER BY head, id
"""
"""Every part of the assignments that have one in some sections."""


class Assignments:
    """The assignments that one teacher may touch, through one plugin."""

    def __init__(self, world: World, plugin: Plugin, users_dcid: str, call: Call) -> None:
        self._world = world
        self._book = Gradebook(world, POWERSCHOOL)
        self._plugin = plugin
        self._teacher = teacher(world, users_dcid)["id"]
        self._call = call

    # ---- reading --------------------------------------------------------------------------------

    def listed(self, section_ids: Iterable[str]) -> Answer:
        """Every assignment with a part in one of these sections; never paged."""
        self._may("view")
        sections = list(dict.fromkeys(part.strip() for part in section_ids if part.strip()))
        if not sections:
            raise Problem(400, "section_ids is required")
        must_teach(self._world, self._teacher, sections)
        rows = self._world.db.read(PARTS_IN, json.dumps(sections))
        shape = Shaper(self._world)
        return Answer(
            [shape.assignment(list(parts)) for _, parts in groupby(rows, itemgetter("head"))]
        )

    def one(self, number: int) -> Answer:
        """One assignment, an object."""
        self._may("view")
        rows = self._rows(number)
        must_teach(self._world, self._teacher, {row["section"] for row in rows})
        return Answer(Shaper(self._world).assignment(rows))

    def parts(self, numbers: Iterable[int], sections: Iterable[str]) -> list[int]:
        """The assignmentsectionids of some assignments in some sections; all of them by default."""
        wanted = set(sections)
        columns = [column for number in numbers for column in self._known(number)[0]]
        return [column.id for column in columns if not wanted or column.section in wanted]

    # ---- writing --------------------------------------------------------------------------------

    def create(self, body: Mapping[str, Any]) -> Answer:
        """Make it: 201, no body, and a Location that ends in the assignmentid."""
        self._may("full")
        sent = Reader(self._world, self._teacher, self._plugin.number).parts(body)
        must_teach(self._world, self._teacher, [part.draft.section for part in sent])
        with self._world.db.write() as cursor:
            made = [self._put(part.draft) for part in sent]
            if len(made) > 1:
                _bundle(cursor, made)
        number = assignment_of(made[0].id, None)
        return Answer(None, 201, self._created(number, made))

    def replace(self, number: int, body: Mapping[str, Any], *, update_scores: bool) -> Answer:
        """Overwrite everything, in all its sections."""
        self._may("full")
        known, head = self._known(number)
        must_teach(self._world, self._teacher, {column.section for column in known})
        sent = Reader(self._world, self._teacher, self._plugin.number, known).parts(body)
        must_teach(self._world, self._teacher, {part.draft.section for part in sent})
        pairs = _matched(known, sent)
        if not update_scores and any(_rescored(c, p.draft) and self._scored(c) for c, p in pairs):
            raise Problem(
                412, "There are scores: update_scores=true is needed to change the scoring"
            )
        with self._world.db.write() as cursor:
            for column, part in pairs:
                self._edit(column, part.draft)
            added = [self._put(part.draft) for part in sent if part not in [p for _, p in pairs]]
            if added:
                _bundle(cursor, [*known, *added], head)
        return Answer(None, 201, self._created(number, [*known, *added]))

    def delete(self, number: int, *, force: bool) -> Answer:
        """Take it away from all its sections; with scores only when forced."""
        self._may("full")
        known, _ = self._known(number)
        must_teach(self._world, self._teacher, {column.section for column in known})
        if not force and any(self._scored(column) for column in known):
            raise Problem(412, "The assignment has scores: force=true is needed to delete it")
        with self._world.db.write():
            for column in known:
                self._book.delete_column(column.id, by="api")
        return Answer(None, 204)

    # ---- inside ---------------------------------------------------------------------------------

    def _may(self, wanted: str) -> None:
        for table, names in ASSIGNMENT_FIELDS.items():
            self._plugin.need(wanted, table, names)

    def _known(self, number: int) -> tuple[list[Column], int]:
        return [column_of(row) for row in self._rows(number)], number - ASSIGNMENT

    def _rows(self, number: int) -> list[sqlite3.Row]:
        """The parts of an assignment; 404 when there is none."""
        head = number - ASSIGNMENT
        rows = self._world.db.read(
            "SELECT * FROM assignment WHERE sis = 'powerschool' AND deleted = 0"
            " AND (bundle = ?1 OR (id = ?1 AND bundle IS NULL)) ORDER BY id",
            head if 0 < head < ASSIGNMENT else None,
        )
        if not rows:
            raise Problem(404, f"Unable to find Assignment with id {number}")
        return rows

    def _put(self, draft: Draft) -> Column:
        column, _ = self._book.put_column(self._dated(draft), by="api", vendor=VENDOR)
        return column

    def _edit(self, column: Column, draft: Draft) -> None:
        own = ("createdbyplugin", "min")
        kept = {name: column.extra[name] for name in own if name in column.extra}
        changes = {
            name: getattr(self._dated(draft), name)
            for name in ("title", "description", "category", "due", "points")
        }
        extra = {**draft.extra, "createdbyplugin": None, **kept}
        self._book.edit_column(column.id, {**changes, "extra": extra}, by="api")

    def _dated(self, draft: Draft) -> Draft:
        """Without a due date (A10 let it pass) it is due tomorrow: the default of the column."""
        if draft.due is not None:
            return draft
        self._world.enforcement.refuse("A10", "duedate is required")
        return replace(draft, due=self._world.today() + timedelta(days=1))

    def _scored(self, column: Column) -> bool:
        return any(cell.value is not None for cell in self._book.cells(column.id))

    def _created(self, number: int, columns: Sequence[Column]) -> dict[str, str]:
        location = f"{self._call.base}/ws/xte/section/assignment/{number}"
        headers = {"Location": location}
        if self._world.setting("powerschool", {}).get("assignment_section_ids_header"):
            headers["AssignmentSectionIds"] = f"[{','.join(str(column.id) for column in columns)}]"
        return headers


def _bundle(cursor: sqlite3.Cursor, columns: Sequence[Column], head: int | None = None) -> None:
    first = columns[0].id if head is None else head
    cursor.executemany(
        "UPDATE assignment SET bundle = ? WHERE id = ?", [(first, column.id) for column in columns]
    )


def _matched(known: Sequence[Column], sent: Sequence[Sent]) -> list[tuple[Column, Sent]]:
    """Each part that is there with what it becomes, by its id or else by its section."""
    by_id = {part.column: part for part in sent if part.column is not None}
    by_section: dict[str, list[Sent]] = defaultdict(list)
    for part in sent:
        by_section[part.draft.section].append(part)
    pairs = []
    for column in known:
        candidates = [by_id[column.id]] if column.id in by_id else by_section[column.section]
        if not candidates:
            raise invalid(
                "All sections of the assignment must be sent",
                "_assignmentsections",
                assignment_section_id=column.id,
            )
        part = candidates[0]
        if part.draft.section != column.section:
            raise invalid("A part of an assignment cannot move", "assignmentsection.sectionsdcid")
        pairs.append((column, part))
    return pairs


def _rescored(column: Column, draft: Draft) -> bool:
    usual = {"scoretype": "POINTS", "weight": "1"}
    return column.points != draft.points or any(
        str(column.extra.get(name, usual[name])) != str(draft.extra.get(name, usual[name]))
        for name in SCORING
    )
