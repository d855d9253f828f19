"""Puts exactly one night's work into a world's Otus, and nothing else.

A generated world holds a term's work; `remove_work` takes that out. `add_work` then goes through
the classes in a seeded order, gives each an assessment with a score for every student, and stops at
the number of scores that was asked for. Of 25 students one has handed in but is not graded, and one
has handed in nothing: past due that is a 0, which counts as a score; before, it is `*`.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from mock_sis.districts.ids import otus_id
from mock_sis.districts.sections import SectionPlan
from mock_sis.districts.sized import schools
from mock_sis.world.feed import score_id
from mock_sis.world.world import World

TYPES = (("Quiz", 20), ("Homework", 10), ("Test", 100), ("Project", 50), ("Lab", 25))
"""Type of an assessment, and its total points."""
NOT_GRADED = MISSING = 1 / 25
OLDEST = 7
"""Days before tonight of the oldest due date: everybody was enrolled in every class by then."""

Record = tuple[str, str, Mapping[str, Any]]


@dataclass(slots=True)
class Workload:
    """Columns and scores that must be in the gradebooks tomorrow."""

    columns: int = 0
    scores: int = 0


def remove_work(world: World) -> None:
    """Take every assessment and score out of Otus, as if there had never been any."""
    with world.db.write() as cursor:
        cursor.execute("DELETE FROM otus WHERE kind IN ('assessment', 'score')")


def add_work(
    world: World, *, students: int, scores: int, tonight: date, seed: int, first: int = 0
) -> Workload:
    """Put assessments and scores into Otus until exactly *scores* scores must pass tonight.

    Args:
        first: how many assessments earlier nights have put there.
    """
    done = Workload()
    world.feed.put_many(_records(students, scores, tonight, seed, done, first))
    return done


def _records(
    students: int, scores: int, tonight: date, seed: int, done: Workload, first: int
) -> Iterator[Record]:
    for n, section in _sections(students, seed, first):
        if done.scores >= scores:
            return
        due = tonight - timedelta(days=n % (2 * OLDEST) - OLDEST + 1)
        work = _Work(n, section, due, late=due < tonight, seed=seed)
        assigned = work.assigned(scores - done.scores)
        done.columns += 1
        done.scores += sum(passes for _, passes, _ in assigned)
        everybody = len(assigned) == len(section.students)
        yield work.assessment(None if everybody else [student for student, *_ in assigned])
        for student, _, score in assigned:
            if score is not None:
                yield work.score(student, score)


def _sections(students: int, seed: int, first: int) -> Iterator[tuple[int, SectionPlan]]:
    """Every class in a seeded order, and again from the start when a night holds more."""
    found = [plan for school in schools(students) for plan in school.plans() if plan.students]
    random.Random(f"{seed}/walk").shuffle(found)  # noqa: S311 - an order, not a secret
    for n in count(first):
        yield n, found[n % len(found)]


@dataclass(frozen=True, slots=True)
class _Work:
    """The *n*-th assessment of the night, for one class."""

    n: int
    section: SectionPlan
    due: date
    late: bool
    seed: int

    def assigned(self, room: int) -> list[tuple[int, bool, dict[str, Any] | None]]:
        """(student, whether a score passes, the score), until *room* scores pass."""
        chance = random.Random(f"{self.seed}/scores/{self.n}")  # noqa: S311 - made-up scores
        found: list[tuple[int, bool, dict[str, Any] | None]] = []
        for student in self.section.students:
            if room == 0:
                break
            passes, score = self._drawn(chance)
            found.append((student, passes, score))
            room -= passes
        return found

    def _drawn(self, chance: random.Random) -> tuple[bool, dict[str, Any] | None]:
        """Whether a score passes, and the score; None: nothing was handed in."""
        draw = chance.random()
        if draw < NOT_GRADED:
            return False, {"progress": "turned_in", "points": None, "marks": []}
        if draw < NOT_GRADED + MISSING:
            return self.late, None
        total = TYPES[self.n % len(TYPES)][1]
        points = Decimal(chance.randint(total, 2 * total)) / 2
        return True, {"progress": "graded", "points": points, "marks": []}

    def assessment(self, only: Sequence[int] | None) -> Record:
        """Its record; assigned to *only* these students, or to the whole class (None)."""
        type_, total = TYPES[self.n % len(TYPES)]
        assigned = self.due - timedelta(days=7)
        named = None
        if only is not None:
            named = [{"studentId": otus_id("student", s), "assignedDate": None} for s in only]
        record = {
            "id": self.id,
            "activityId": None,
            "title": f"{type_} {self.n + 1}",
            "type": type_,
            "gradingScale": "points",
            "totalPoints": total,
            "includeInFinalGrade": None,
            "kind": "assessment",
            "assignedBy": otus_id("teacher", self.section.teachers[0]),
            "createdAt": f"{assigned}T15:00:00Z",
            "submissionDate": None,
            "classes": [
                {
                    "classId": otus_id("section", self.section.index),
                    "assignedDate": assigned.isoformat(),
                    "dueDate": self.due.isoformat(),
                    "students": named,
                }
            ],
        }
        return "assessment", self.id, record

    def score(self, student: int, score: Mapping[str, Any]) -> Record:
        """The record of a student's score."""
        one = {"assessmentId": self.id, "studentId": otus_id("student", student)}
        return "score", score_id(self.id, one["studentId"]), {**one, **score}

    @property
    def id(self) -> str:
        """Its id in Otus."""
        return otus_id("assessment", self.n)
