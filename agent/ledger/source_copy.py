"""The local copy of the source, read class by class and assessment by assessment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agent.domain import (
    Assessment,
    AssessmentId,
    Broken,
    Class,
    ClassId,
    PersonId,
    SisPersonId,
    Student,
    Teacher,
)
from agent.ledger.rows import SHAPES
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import RecordKind, SourceScore


class SourceCopy:
    """What the source said, as of the last committed pull."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def cursor(self) -> str | None:
        """Where the last committed pull ended; None before the first."""
        cursor: str | None = self._store.read("SELECT cursor FROM district")[0][0]
        return cursor

    def pulled_at(self) -> str | None:
        """When the last committed pull was, as an instant in ISO text; None before the first."""
        pulled: str | None = self._store.read("SELECT pulled_at FROM district")[0][0]
        return pulled

    def teachers(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Teacher]:
        """Those of *ids* that are known and usable."""
        return {each.id: each for each in self._usable("teacher", "id", ids)}

    def group(self) -> frozenset[PersonId]:
        """The passback teacher group."""
        rows = self._store.read("SELECT teacher FROM group_member WHERE broken IS NULL")
        return frozenset(PersonId(row[0]) for row in rows)

    def classes(self) -> Iterator[Class | tuple[ClassId, Broken]]:
        """Every class, by id."""
        shape = SHAPES["class"]
        columns = ", ".join(shape.columns)
        page = f"SELECT {columns} FROM class WHERE id > ? ORDER BY id LIMIT ?"
        for row in self._store.pages(page):
            found = shape.value(row)
            yield (ClassId(row[0]), found) if isinstance(found, Broken) else found

    def students(self, ids: Iterable[PersonId]) -> Mapping[PersonId, Student]:
        """Those of *ids* that are known and usable."""
        return {each.id: each for each in self._usable("student", "id", ids)}

    def students_by_sis_id(self, ids: Iterable[str]) -> Mapping[str, Sequence[PersonId]]:
        """SIS id -> the students who have it, by id; mostly one each."""
        found: dict[str, list[PersonId]] = {}
        for each in self._usable("student", "sis_id", ids):
            found.setdefault(each.sis_id, []).append(each.id)
        return found

    def assessments(self, classes: Iterable[ClassId]) -> Sequence[Assessment]:
        """The usable assessments assigned to *classes*, by id and class."""
        return self._usable("assessment", "class", classes)

    def titles(self) -> Iterator[tuple[AssessmentId, str]]:
        """Every usable assessment with each title that it has, by id."""
        rows = self._store.read(
            "SELECT DISTINCT id, title FROM assessment WHERE broken IS NULL ORDER BY id, title"
        )
        return ((AssessmentId(key), title) for key, title in rows)

    def titles_of(self, assessments: Iterable[AssessmentId]) -> Mapping[AssessmentId, str]:
        """The title of each of *assessments* that is known and usable; of several the first."""
        rows = self._store.read(
            "SELECT id, min(title) FROM assessment"
            f" WHERE id {ANY_OF} AND broken IS NULL GROUP BY id",
            listed(assessments),
        )
        return {AssessmentId(key): title for key, title in rows}

    def class_titles(self, places: Iterable[str]) -> Mapping[str, str]:
        """SIS section, or the id of a class without one -> the title of its class in Otus."""
        rows = self._store.read(
            "SELECT coalesce(section, id) AS place, min(title) FROM class"
            f" WHERE coalesce(section, id) {ANY_OF} AND broken IS NULL GROUP BY place",
            listed(places),
        )
        return dict(rows)

    def every_student(self) -> Iterator[tuple[PersonId, SisPersonId | None]]:
        """Every usable student of Otus with the SIS id, by id."""
        page = "SELECT id, sis_id FROM student WHERE id > ? AND broken IS NULL ORDER BY id LIMIT ?"
        return ((PersonId(key), sis_id) for key, sis_id in self._store.pages(page))

    def in_classes(self, assessment: AssessmentId) -> Sequence[Assessment]:
        """An assessment as each class has it that it is assigned to, by class."""
        return self._usable("assessment", "id", [assessment])

    def assigned_to(
        self, assessments: Iterable[AssessmentId]
    ) -> Mapping[AssessmentId, frozenset[ClassId]]:
        """Every class that has each of *assessments* now, usable or broken; none has no entry."""
        rows = self._store.read(
            f"SELECT id, class FROM assessment WHERE id {ANY_OF}", listed(assessments)
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
            f"SELECT id, class, broken FROM assessment WHERE class {ANY_OF}"
            " AND broken IS NOT NULL ORDER BY id, class",
            listed(classes),
        )
        return [(AssessmentId(key), ClassId(owner), Broken(reason=why)) for key, owner, why in rows]

    def scores(
        self, assessments: Iterable[AssessmentId]
    ) -> Mapping[AssessmentId, Mapping[PersonId, SourceScore]]:
        """Every score of *assessments*, tombstones included, by student; none has no entry."""
        shape = SHAPES["score"]
        rows = self._store.read(
            f"SELECT gone, had_score, {', '.join(shape.columns)} FROM score"
            f" WHERE assessment {ANY_OF} ORDER BY assessment, student",
            listed(assessments),
        )
        found: dict[AssessmentId, dict[PersonId, SourceScore]] = defaultdict(dict)
        for gone, had_score, *row in rows:
            score = None if gone else shape.value(row)
            found[row[0]][row[1]] = SourceScore(score=score, had_score=bool(had_score))
        return found

    def _usable(self, kind: RecordKind, column: str, among: Iterable[str]) -> list[Any]:
        """The usable records of a kind with one of *among* in a column, by their key."""
        shape = SHAPES[kind]
        rows = self._store.read(
            f"SELECT {', '.join(shape.columns)} FROM {kind}"
            f" WHERE {column} {ANY_OF} AND broken IS NULL ORDER BY {', '.join(shape.key)}",
            listed(among),
        )
        return [shape.value(row) for row in rows]
