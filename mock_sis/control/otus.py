"""The control plane's hand in Otus: assessments, scores and the teacher group of one world."""

from typing import Any

from mock_sis.http.exchange import Exchange
from mock_sis.http.types import Answer, Problem
from mock_sis.world.feed import score_id
from mock_sis.world.world import World

DONE = Answer(None, 204)
PLAIN: dict[str, Any] = {
    "activityId": None,
    "gradingScale": "points",
    "includeInFinalGrade": None,
    "kind": "assessment",
    "assignedBy": None,
    "createdAt": None,
    "submissionDate": None,
}
"""A points assessment of which nothing else is said."""


class OtusActor:
    """Handlers that only the Otus mock has; the others answer 404."""

    _world: World

    def get_assessment(self, exchange: Exchange, id_: str) -> Answer:
        """As the feed gives it."""
        return Answer(self._record(exchange, "assessment", id_))

    def put_assessment(self, exchange: Exchange, id_: str, body: dict[str, Any]) -> Answer:
        """Whole: what is left out takes its default."""
        return self._store(exchange, id_, {**PLAIN, **body})

    def patch_assessment(self, exchange: Exchange, id_: str, body: dict[str, Any]) -> Answer:
        """What is given, member by member."""
        with self._world.db.write():
            return self._store(exchange, id_, {**self._record(exchange, "assessment", id_), **body})

    def delete_assessment(self, exchange: Exchange, id_: str) -> Answer:
        """With its scores."""
        feed = self._world.feed
        with self._world.db.write():
            self._record(exchange, "assessment", id_)
            rows = self._world.db.read(
                "SELECT id FROM otus WHERE kind = 'score' AND removed = 0"
                " AND record ->> 'assessmentId' = ?",
                id_,
            )
            for row in rows:
                feed.remove("score", row["id"])
            feed.remove("assessment", id_)
        return DONE

    def put_otus_score(
        self, exchange: Exchange, id_: str, student: str, body: dict[str, Any]
    ) -> Answer:
        """Points mean graded, unless the body says otherwise."""
        points = body["points"]
        record = {
            "assessmentId": id_,
            "studentId": student,
            "progress": body.get("progress", "not_submitted" if points is None else "graded"),
            "points": points,
            "marks": body.get("marks", []),
        }
        with self._world.db.write():
            self._record(exchange, "assessment", id_)
            self._record(exchange, "student", student)
            self._world.feed.put("score", score_id(id_, student), record)
        return Answer(record)

    def join_group(self, exchange: Exchange, teacher: str) -> Answer:
        """Idempotent; a second time is no change in the feed."""
        self._record(exchange, "teacher", teacher)
        if self._world.feed.get("groupMember", teacher) is None:
            self._world.feed.put("groupMember", teacher, {"teacherId": teacher})
        return DONE

    def leave_group(self, exchange: Exchange, teacher: str) -> Answer:
        """Idempotent."""
        self._record(exchange, "teacher", teacher)
        self._world.feed.remove("groupMember", teacher)
        return DONE

    def _record(self, exchange: Exchange, kind: str, id_: str) -> dict[str, Any]:
        if exchange.call.server != "otus":
            raise Problem(404, "only the Otus mock has this")
        record = self._world.feed.get(kind, id_)
        if record is None:
            raise Problem(404, f"Otus has no such {kind}")
        return record

    def _store(self, exchange: Exchange, id_: str, given: dict[str, Any]) -> Answer:
        if exchange.call.server != "otus":
            raise Problem(404, "only the Otus mock has this")
        record = {**given, "id": id_, "classes": [_assigned(part) for part in given["classes"]]}
        self._world.feed.put("assessment", id_, record)
        return Answer(record)


def _assigned(part: dict[str, Any]) -> dict[str, Any]:
    students = part.get("students")
    made = {"assignedDate": None, "dueDate": None, **part}
    made["students"] = students and [{"assignedDate": None, **student} for student in students]
    return made
