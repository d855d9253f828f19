"""Past the agent: writes straight to the PowerSchool mock's `/ws/xte`, as any other plugin might.

Every body is valid by default, so that a test spoils exactly one thing and sees the SIS refuse it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.e2e.powerschool.campus import MATH, MS_MATH, PowerSchoolDistrict

XTE = "/ws/xte/section/assignment"
QUIZ_COPY, TEST_COPY, HOMEWORK_COPY = 100000001, 100000002, 100000003
"""Of the first teacher; another's copies lie 10000 further on."""
COPIES = 10000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the SIS said; `number` is the assignmentid of a create."""

    status: int
    words: str = ""
    fields: tuple[str, ...] = ()
    offenders: tuple[str, ...] = ()
    number: int = 0

    @property
    def done(self) -> bool:
        """Whether it was written."""
        return 200 <= self.status < 300


@dataclass(slots=True)
class Xte:
    """A program with a plugin of its own, acting for a teacher."""

    district: PowerSchoolDistrict
    teacher: str = MS_MATH

    def create(self, **members: Any) -> Answer:
        """Make an assignment in one section; a member given as `...` is left out."""
        return self._call("POST", XTE, {"_assignmentsections": [part(**members)]})

    def made(self, **members: Any) -> tuple[int, int]:
        """Make one for sure: its assignmentid and assignmentsectionid."""
        answer = self.create(**members)
        assert answer.done, answer
        return answer.number, self.part_of(answer.number)["assignmentsectionid"]

    def read(self, number: int) -> dict[str, Any]:
        """An assignment."""
        path = f"{XTE}/{number}"
        return dict(self.district.watcher.get(path, users_dcid=self.teacher).json())

    def part_of(self, number: int, section: str = MATH) -> dict[str, Any]:
        """What an assignment is in a section."""
        parts = self.read(number)["_assignmentsections"]
        return next(p for p in parts if str(p["sectionsdcid"]) == section)

    def change(
        self, number: int, *, update_scores: bool = False, section: str = MATH, **members: Any
    ) -> Answer:
        """Replace an assignment by itself with some members of one part changed."""
        whole = self.read(number)
        parts = whole["_assignmentsections"]
        next(p for p in parts if str(p["sectionsdcid"]) == section).update(members)
        return self.replace(number, whole, update_scores=update_scores)

    def replace(self, number: int, whole: Any, *, update_scores: bool = False) -> Answer:
        """Replace an assignment."""
        more = {"update_scores": "true"} if update_scores else {}
        return self._call("PUT", f"{XTE}/{number}", whole, **more)

    def delete(self, number: int, *, force: bool = True) -> Answer:
        """Delete an assignment."""
        return self._call("DELETE", f"{XTE}/{number}", force=str(force).lower())

    def score(self, column: Any, *marks: tuple[str, Any]) -> Answer:
        """Write a batch of scores into a part of an assignment."""
        rows = [mark(int(column), student, points) for student, points in marks]
        body = {"assignment_scores": rows}
        return self._call("PUT", "/ws/xte/score", body, status="A", term_id=3600)

    def change_category(self, number: int, **members: Any) -> Answer:
        """Change one of the teacher's categories."""
        path = f"/ws/xte/teacher_category/{number}"
        known = self.district.watcher.get(path, users_dcid=self.teacher).json()
        return self._call("PUT", path, {**known, **members})

    def own_category(self, name: str) -> Answer:
        """Make a category that is the teacher's alone."""
        return self._call("POST", "/ws/xte/teacher_category", {"name": name, "isactive": True})

    def _call(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        watcher = self.district.watcher
        watcher.get("/ws/v1/district")  # renews the token where it is stale
        answer = self.district.http.request(
            method,
            watcher.url + path,
            params={"users_dcid": self.teacher, **query},
            json=body,
            headers={"Authorization": f"Bearer {watcher.token}"},
        )
        return _answer(answer)


def part(**changes: Any) -> dict[str, Any]:
    """A part of an assignment as the smallest body that a real server took."""
    category = changes.pop("category", QUIZ_COPY)
    points = changes.pop("points", 20)
    body = {
        "sectionsdcid": int(MATH),
        "name": "Typed past the agent",
        "duedate": "2026-10-16",
        "scoretype": "POINTS",
        "scoreentrypoints": points,
        "totalpointvalue": points,
        "weight": 1,
        "iscountedinfinalgrade": True,
        "isscoringneeded": True,
        "publishoption": "Immediately",
        "_assignmentcategoryassociations": [{"teachercategoryid": category, "isprimary": True}],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


def mark(column: int, student: str, points: Any) -> dict[str, Any]:
    """A row of a batch of scores."""
    return {
        "_assignmentsection": {"assignmentsectionid": column},
        "studentsdcid": int(student),
        "actualscoreentered": str(points),
        "actualscorekind": "REAL_SCORE",
        "scoretype": "POINTS",
        "scorepoints": points,
    }


def all_refused(attempts: dict[str, Callable[[], Answer]]) -> dict[str, int]:
    """Try everything; what was refused, and how."""
    answers = {name: attempt() for name, attempt in attempts.items()}
    return {name: answer.status for name, answer in answers.items() if not answer.done}


def _answer(answer: httpx.Response) -> Answer:
    if answer.is_success:
        number = answer.headers.get("Location", "").rpartition("/")[2]
        return Answer(answer.status_code, number=int(number or 0))
    told = answer.json()
    errors = told.get("errors", [])
    offenders = (str(e["params"].get("student_dcid", "")) for e in errors)
    return Answer(
        answer.status_code,
        words=told["message"],
        fields=tuple(e["field"] for e in errors),
        offenders=tuple(o for o in offenders if o),
    )
