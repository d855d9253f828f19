"""The local copy of the source, read class by class and assessment by assessment."""

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
from agent.ledger.pulling import Pull
from agent.ledger.rows import SHAPES, a_class, a_student, a_teacher, an_assessment
from agent.ledger.staging import SqlitePull
from agent.ledger.store import Part, listed
from agent.records import SourceScore

_ASSESSMENT = ", ".join(SHAPES["assessment"].columns[:-1])


class LocalCopy(Part):
    """What the source said, as of the last committed pull."""

    def cursor(self) -> str | None:
        """Where the next pull goes on; None before the first."""
        cursor: str | None = self._store.read("SELECT cursor FROM district")[0][0]
        return cursor

    def begin_pull(self, *, snapshot: bool) -> Pull:
        """Start a pull; one that was begun before and not committed is forgotten."""
        return SqlitePull(self._store, snapshot=snapshot)

    def teachers(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Teacher]:
        """Those of *ids* that are known and usable."""
        rows = self._store.read(
            "SELECT id, sis_id FROM teacher"
            " WHERE id IN (SELECT value FROM json_each(?)) AND broken IS NULL",
            listed(tuple(ids)),
        )
        return {PersonId(row[0]): a_teacher(row) for row in rows}

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
        rows = self._store.read(
            "SELECT id, sis_id FROM student"
            " WHERE id IN (SELECT value FROM json_each(?)) AND broken IS NULL",
            listed(tuple(ids)),
        )
        return {PersonId(row[0]): a_student(row) for row in rows}

    def students_by_sis_id(self, ids: Iterable[str]) -> Mapping[str, Sequence[PersonId]]:
        """Who bears those SIS ids; mostly one student each."""
        rows = self._store.read(
            "SELECT sis_id, id FROM student"
            " WHERE sis_id IN (SELECT value FROM json_each(?)) AND broken IS NULL ORDER BY id",
            listed(tuple(ids)),
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
            listed(tuple(classes)),
        )
        return [an_assessment(row) for row in rows]

    def titles(self) -> Iterator[tuple[AssessmentId, str]]:
        """Every usable assessment with each title that it has, by id."""
        rows = self._store.read(
            "SELECT DISTINCT id, title FROM assessment WHERE broken IS NULL ORDER BY id, title"
        )
        return ((AssessmentId(key), title) for key, title in rows)

    def assigned_to(self, assessment: AssessmentId) -> frozenset[ClassId]:
        """Every class that has the assessment now, usable or broken."""
        rows = self._store.read("SELECT class FROM assessment WHERE id = ?", assessment)
        return frozenset(ClassId(owner) for (owner,) in rows)

    def broken_assessments(
        self, classes: Iterable[ClassId]
    ) -> Sequence[tuple[AssessmentId, ClassId, Broken]]:
        """Those that cannot be used, and why."""
        rows = self._store.read(
            "SELECT id, class, broken FROM assessment"
            " WHERE class IN (SELECT value FROM json_each(?)) AND broken IS NOT NULL"
            " ORDER BY id, class",
            listed(tuple(classes)),
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


_scores = msgspec.json.Decoder(list[Score])
_others = msgspec.json.Decoder(list[tuple[str, str | None, int]])
_names = msgspec.json.Decoder(list[str])

SCORES = """
SELECT
    json_group_array(json_object('assessment', assessment, 'student', student, 'progress', progress,
        'points', points, 'flags', json(marks))) FILTER (WHERE progress IS NOT NULL),
    json_group_array(json_array(student, broken, had_score)) FILTER (WHERE progress IS NULL),
    json_group_array(student) FILTER (WHERE progress IS NOT NULL AND points IS NULL AND had_score)
FROM score WHERE assessment = ?
"""
"""Usable scores; the broken and the removed; usable ones without points that once had some.

SQLite writes the JSON and msgspec makes values of it: half the time of rows read one by one.
"""
