"""The local copy of the source, read class by class and assessment by assessment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    PersonId,
    Score,
    Student,
    Teacher,
)
from agent.ledger.rows import SHAPES, a_class, an_assessment
from agent.ledger.store import Store, listed
from agent.records import SourceScore

_teachers = msgspec.json.Decoder(dict[PersonId, Teacher])
_students = msgspec.json.Decoder(dict[PersonId, Student])
_scores = msgspec.json.Decoder(list[Score])
_others = msgspec.json.Decoder(list[tuple[str, str | None, int]])
_names = msgspec.json.Decoder(list[str])
_ASSESSMENT = ", ".join(SHAPES["assessment"].columns[:-1])


class SourceCopy:
    """What the source said, as of the last committed pull."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def cursor(self) -> str | None:
        """Where the last committed pull ended; None before the first."""
        cursor: str | None = self._store.read("SELECT cursor FROM district")[0][0]
        return cursor

    def teachers(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Teacher]:
        """Those of *ids* that are known and usable."""
        return self._store.values(_teachers, PEOPLE.format("teacher"), listed(ids))

    def group(self) -> frozenset[PersonId]:
        """The passback teacher group."""
        rows = self._store.read("SELECT teacher FROM group_member WHERE broken IS NULL")
        return frozenset(PersonId(row[0]) for row in rows)

    def classes(self) -> Iterator[Class | tuple[ClassId, Broken]]:
        """Every class, by id."""
        columns = ", ".join(SHAPES["class"].columns)
        page = f"SELECT {columns} FROM class WHERE id > ? ORDER BY id LIMIT ?"
        return map(a_class, self._store.pages(page))

    def students(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Student]:
        """Those of *ids* that are known and usable."""
        return self._store.values(_students, PEOPLE.format("student"), listed(ids))

    def students_by_sis_id(self, ids: Iterable[str]) -> Mapping[str, Sequence[PersonId]]:
        """SIS id -> the students who have it, by id; mostly one each."""
        rows = self._store.read(
            "SELECT sis_id, id FROM student"
            " WHERE sis_id IN (SELECT value FROM json_each(?)) AND broken IS NULL ORDER BY id",
            listed(ids),
        )
        found: dict[str, list[PersonId]] = {}
        for sis_id, student in rows:
            found.setdefault(sis_id, []).append(PersonId(student))
        return found

    def assessments(self, classes: Iterable[ClassId]) -> Sequence[Assessment]:
        """The usable assessments assigned to *classes*, by id and class."""
        rows = self._store.read(
            f"SELECT {_ASSESSMENT} FROM assessment"
            " WHERE class IN (SELECT value FROM json_each(?)) AND broken IS NULL"
            " ORDER BY id, class",
            listed(classes),
        )
        return [an_assessment(row) for row in rows]

    def titles(self) -> Iterator[tuple[AssessmentId, str]]:
        """Every usable assessment with each title that it has, by id."""
        rows = self._store.read(
            "SELECT DISTINCT id, title FROM assessment WHERE broken IS NULL ORDER BY id, title"
        )
        return ((AssessmentId(key), title) for key, title in rows)

    def assigned_to(
        self, assessments: Iterable[AssessmentId]
    ) -> Mapping[AssessmentId, frozenset[ClassId]]:
        """Every class that has each of *assessments* now, usable or broken; none has no entry."""
        rows = self._store.read(
            "SELECT id, class FROM assessment WHERE id IN (SELECT value FROM json_each(?))",
            listed(assessments),
        )
        found: dict[AssessmentId, set[ClassId]] = defaultdict(set)
        for key, owner in rows:
            found[AssessmentId(key)].add(ClassId(owner))
        return {key: frozenset(classes) for key, classes in found.items()}

    def broken_assessments(
        self, classes: Iterable[ClassId]
    ) -> Sequence[tuple[AssessmentId, ClassId, Broken]]:
        """Assessments of *classes* whose latest record cannot be used, and why."""
        rows = self._store.read(
            "SELECT id, class, broken FROM assessment"
            " WHERE class IN (SELECT value FROM json_each(?)) AND broken IS NOT NULL"
            " ORDER BY id, class",
            listed(classes),
        )
        return [(AssessmentId(key), ClassId(owner), Broken(reason=why)) for key, owner, why in rows]

    def scores(self, assessment: AssessmentId) -> Sequence[SourceScore]:
        """Every score of *assessment*, tombstones included, by student."""
        usable, others, once_scored = self._store.read(SCORES, assessment)[0]
        had = frozenset(_names.decode(once_scored))
        scores = [
            SourceScore(
                student=score.student,
                score=score,
                had_score=score.points is not None or score.student in had,
            )
            for score in _scores.decode(usable)
        ]
        if others == "[]":
            return scores
        scores += [
            SourceScore(
                student=PersonId(student),
                score=None if broken is None else Broken(reason=broken),
                had_score=bool(had_score),
            )
            for student, broken, had_score in _others.decode(others)
        ]
        return sorted(scores, key=lambda each: each.student)


PEOPLE = """
SELECT json_group_object(id, json_object('id', id, 'sis_id', sis_id)) FROM {}
WHERE id IN (SELECT value FROM json_each(?)) AND broken IS NULL
"""

SCORES = """
SELECT
    json_group_array(json_object('assessment', assessment, 'student', student, 'progress', progress,
        'points', points, 'flags', json(flags))) FILTER (WHERE progress IS NOT NULL),
    json_group_array(json_array(student, broken, had_score)) FILTER (WHERE progress IS NULL),
    json_group_array(student) FILTER (WHERE progress IS NOT NULL AND points IS NULL AND had_score)
FROM score WHERE assessment = ?
"""
"""Usable scores; the broken and the removed; usable ones without points that once had some."""
