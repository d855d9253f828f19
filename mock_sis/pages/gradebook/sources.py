"""What Otus has behind the columns of a gradebook: the assessment, and each student's score.

Passback sends an id made of assessment and class where the SIS keeps one, and a tag made of that
id in the description where it does not (docs/reference/rules.md, C3 and C10).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from mock_sis.gradebook.columns import Column
from mock_sis.world.feed import from_json, score_id
from mock_sis.world.world import World

Record = dict[str, Any]

TAG = re.compile(r"\[pb:[0-9a-f]{12}\]")
ASSESSMENTS = """
SELECT record FROM otus WHERE kind = 'assessment' AND removed = 0 AND EXISTS (
  SELECT 1 FROM json_each(record, '$.classes')
  WHERE value ->> 'classId' IN (SELECT value FROM json_each(?)))"""
STUDENTS = """
SELECT id, record ->> 'sisId' AS student FROM otus WHERE kind = 'student' AND removed = 0
  AND record ->> 'sisId' IN (SELECT value FROM json_each(?))"""
SCORES = """
SELECT id, record FROM otus WHERE kind = 'score' AND removed = 0
  AND id IN (SELECT value FROM json_each(?))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The assessment behind a column; `parts`: section -> how it was assigned to its class."""

    assessment: Record
    parts: Mapping[str, Record]

    def due(self, section: str) -> date | None:
        """The due date in Otus; None where the teacher gave none."""
        given = self.parts.get(section, {}).get("dueDate")
        return date.fromisoformat(given[:10]) if given else None


class Sources:
    """What Otus has behind some columns, for the students of a gradebook."""

    def __init__(
        self, world: World, columns: Sequence[Column], students: Mapping[str, str]
    ) -> None:
        """*students*: student -> section."""
        self._sections = students
        self._columns = _sources(world, columns, set(students.values()))
        self._otus_ids = _otus_ids(world, students) if self._columns else {}
        self._scores = self._read_scores(world)

    def of(self, column: Column) -> Source | None:
        """The assessment; None for a column that Passback did not send, or that Otus has lost."""
        return self._columns.get(column.id)

    def known(self, student: str) -> bool:
        """Whether Otus has this student."""
        return student in self._otus_ids

    def score(self, source: Source, student: str) -> Record | None:
        """What Otus says of the student's work."""
        return self._scores.get(score_id(source.assessment["id"], self._otus_ids.get(student, "")))

    def assigned(self, source: Source, student: str) -> bool:
        """Whether the student's class has the assessment, and this student in it."""
        part = source.parts.get(self._sections[student])
        if part is None:
            return False
        chosen = part.get("students")
        return not chosen or self._otus_ids.get(student) in {s["studentId"] for s in chosen}

    def _read_scores(self, world: World) -> dict[str, Record]:
        ids = [
            score_id(source.assessment["id"], id_)
            for source in self._columns.values()
            for id_ in self._otus_ids.values()
        ]
        rows = world.db.read(SCORES, json.dumps(ids)) if ids else []
        return {row["id"]: from_json(row["record"]) for row in rows}


def _sources(world: World, columns: Sequence[Column], sections: Iterable[str]) -> dict[int, Source]:
    if not any(column.by == "api" for column in columns):
        return {}
    classes = {record["id"]: s for s in sections for record in world.feed.classes_of(s)}
    named: dict[str, Source] = {}
    for row in world.db.read(ASSESSMENTS, json.dumps(list(classes))):
        record = from_json(row["record"])
        parts = {p["classId"]: p for p in record["classes"] if p["classId"] in classes}
        source = Source(assessment=record, parts={classes[id_]: p for id_, p in parts.items()})
        for id_ in parts:
            named |= dict.fromkeys(_names(record["id"], id_), source)
    found = {column.id: named.get(name) for column in columns if (name := _name(column))}
    return {id_: source for id_, source in found.items() if source is not None}


def _name(column: Column) -> str | None:
    tag = TAG.search(column.description)
    return column.external_id or (tag[0] if tag else None)


def _names(assessment: str, class_: str) -> Iterator[str]:
    for id_ in (
        f"pb-{assessment}.{class_}",
        "pb-" + sha256(f"{assessment}\n{class_}".encode()).hexdigest()[:32],
    ):
        yield id_
        yield f"[pb:{sha256(id_.encode()).hexdigest()[:12]}]"


def _otus_ids(world: World, students: Iterable[str]) -> dict[str, str]:
    rows = world.db.read(STUDENTS, json.dumps(list(students)))
    return {row["student"]: row["id"] for row in rows}
