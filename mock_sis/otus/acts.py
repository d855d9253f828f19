"""What people do in Otus, as changes of the feed; the control plane and the pages share them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mock_sis.gradebook.columns import Unknown
from mock_sis.world.feed import score_id
from mock_sis.world.world import World

Record = dict[str, Any]

PLAIN: Mapping[str, Any] = {
    "activityId": None,
    "gradingScale": "points",
    "includeInFinalGrade": None,
    "kind": "assessment",
    "assignedBy": None,
    "createdAt": None,
    "submissionDate": None,
}
"""A points assessment of which nothing else is said."""


class Otus:
    """The Otus side of one world, as its staff changes it."""

    def __init__(self, world: World) -> None:
        self._db = world.db
        self._feed = world.feed
        self._stamp = world.stamp

    def record(self, kind: str, id: str) -> Record:  # noqa: A002 - the feed's word
        """One record of the feed as it is now; Unknown when there is none."""
        found = self._feed.get(kind, id)
        if found is None:
            raise Unknown(kind, id)
        return found

    # ---- assessments ----------------------------------------------------------------------------

    def put_assessment(self, id: str, given: Mapping[str, Any]) -> Record:  # noqa: A002
        """Make it so, whole: what *given* leaves out takes its default."""
        record = {**PLAIN, **given, "id": id, "classes": [_assigned(p) for p in given["classes"]]}
        self._feed.put("assessment", id, record)
        return record

    def add_assessment(self, given: Mapping[str, Any]) -> Record:
        """A new one, under an id that no record of this world ever had."""
        with self._db.write():
            id_ = self._new_id()
            made = {"activityId": f"act-{id_}", "createdAt": self._stamp()}
            return self.put_assessment(id_, {**made, **given})

    def change_assessment(self, id: str, change: Mapping[str, Any]) -> Record:  # noqa: A002
        """Change what *change* names; a record that says so already is no change in the feed."""
        with self._db.write():
            known = self.record("assessment", id)
            if all(name in known and known[name] == value for name, value in change.items()):
                return known
            return self.put_assessment(id, {**known, **change})

    def delete_assessment(self, id: str) -> None:  # noqa: A002
        """Remove it from every class, with its scores."""
        with self._db.write():
            self.record("assessment", id)
            for row in self._db.read(
                "SELECT id FROM otus WHERE kind = 'score' AND removed = 0"
                " AND record ->> 'assessmentId' = ?",
                id,
            ):
                self._feed.remove("score", row["id"])
            self._feed.remove("assessment", id)

    def assign_again(self, id: str) -> Record:  # noqa: A002
        """Unassign it and assign the same activity anew: a new id, and nobody has a score (C4)."""
        with self._db.write():
            known = self.record("assessment", id)
            self.delete_assessment(id)
            return self.add_assessment({k: v for k, v in known.items() if k != "id"})

    # ---- scores ---------------------------------------------------------------------------------

    def put_score(
        self,
        assessment: str,
        student: str,
        *,
        points: Decimal | float | None,
        progress: str | None = None,
        marks: Sequence[str] = (),
    ) -> Record:
        """Make a score so. Points mean graded, and none not submitted, unless *progress* is given.

        A score that is so already is no change in the feed.
        """
        record = {
            "assessmentId": assessment,
            "studentId": student,
            "progress": progress or ("not_submitted" if points is None else "graded"),
            "points": points,
            "marks": list(marks),
        }
        with self._db.write():
            self.record("assessment", assessment)
            self.record("student", student)
            key = score_id(assessment, student)
            if self._feed.get("score", key) != record:
                self._feed.put("score", key, record)
        return record

    # ---- people ---------------------------------------------------------------------------------

    def join_group(self, teacher: str) -> None:
        """Put a teacher into the passback group; a second time is no change in the feed."""
        self.record("teacher", teacher)
        if self._feed.get("groupMember", teacher) is None:
            self._feed.put("groupMember", teacher, {"teacherId": teacher})

    def leave_group(self, teacher: str) -> None:
        """Take a teacher out of the passback group; idempotent."""
        self.record("teacher", teacher)
        self._feed.remove("groupMember", teacher)

    def administrator(self) -> str:
        """Somebody who assigns and is not in the SIS (A9); made where there is none."""
        row = self._db.one(
            "SELECT id FROM otus WHERE kind = 'teacher' AND removed = 0"
            " AND record ->> 'sisId' IS NULL ORDER BY id"
        )
        if row is not None:
            return str(row["id"])
        self._feed.put("teacher", "t-admin", {"id": "t-admin", "sisId": None})
        return "t-admin"

    def identify_student(self, student: str, sis_id: str | None) -> None:
        """Set the SIS id of a student, or take it away; the same one again is no change."""
        known = self.record("student", student)
        if known["sisId"] != sis_id:
            self._feed.put("student", student, {**known, "sisId": sis_id})

    # ---- inside ---------------------------------------------------------------------------------

    def _new_id(self) -> str:
        """Numbers behind all that the feed ever had: one that was removed never comes back."""
        number = self._feed.head() + 1
        while self._db.one("SELECT 1 FROM otus WHERE id = ?", f"a-{number}"):
            number += 1
        return f"a-{number}"


def _assigned(part: Mapping[str, Any]) -> Record:
    students = part.get("students")
    made = {"assignedDate": None, "dueDate": None, **part}
    made["students"] = students and [{"assignedDate": None, **student} for student in students]
    return made
