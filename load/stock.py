"""Puts exactly one night's work into a world's Otus, and nothing else.

A generated world holds a term's work; `empty` takes that out. `stock` then walks the classes in a
seeded order, gives each an assessment with a score for every seat, and stops at the mark that was
asked for. Of 25 seats one has handed in but is not graded, and one has handed in nothing: past due
that is a 0, which counts as a mark; before it is `*`.
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
NOT_GRADED = MISSING = 1 / 25
OLDEST = 7
"""Days before tonight of the oldest due date: everybody sat in every class by then."""

Record = tuple[str, str, Mapping[str, Any]]


@dataclass(slots=True)
class Stocked:
    """What was put in: columns and marks that must be in the gradebooks tomorrow."""

    columns: int = 0
    marks: int = 0


def empty(world: World) -> None:
    """Take every assessment and score out of Otus, as if there had never been any."""
    with world.db.write() as cursor:
        cursor.execute("DELETE FROM otus WHERE kind IN ('assessment', 'score')")


def stock(world: World, *, students: int, marks: int, tonight: date, seed: int) -> Stocked:
    """Put assessments and scores into Otus until exactly *marks* marks must pass tonight."""
    done = Stocked()
    world.feed.put_many(_records(students, marks, tonight, seed, done))
    return done


def _records(
    students: int, marks: int, tonight: date, seed: int, done: Stocked
) -> Iterator[Record]:
    for n, seat in _walk(students, seed):
        if done.marks >= marks:
            return
        due = tonight - timedelta(days=n % (2 * OLDEST) - OLDEST + 1)
        work = _Work(n, seat, due, late=due < tonight, seed=seed)
        sat = work.cut(marks - done.marks)
        done.columns += 1
        done.marks += sum(mark for _, mark, _ in sat)
        yield work.assessment(None if len(sat) == len(seat.students) else [s for s, *_ in sat])
        for student, _, score in sat:
            if score is not None:
                yield work.score(student, score)


def _walk(students: int, seed: int) -> Iterator[tuple[int, SectionPlan]]:
    """Every class in a seeded order, and again from the start when a night holds more."""
    seats = [seat for school in schools(students) for seat in school.plans() if seat.students]
    random.Random(f"{seed}/walk").shuffle(seats)  # noqa: S311 - an order, not a secret
    for n in count():
        yield n, seats[n % len(seats)]


@dataclass(frozen=True, slots=True)
class _Work:
    """The *n*-th assessment of the night, for one class."""

    n: int
    seat: SectionPlan
    due: date
    late: bool
    seed: int

    def cut(self, room: int) -> list[tuple[int, bool, dict[str, Any] | None]]:
        """(student, whether a mark passes, score) of the seats, up to *room* marks."""
        chance = random.Random(f"{self.seed}/scores/{self.n}")  # noqa: S311 - made-up scores
        found: list[tuple[int, bool, dict[str, Any] | None]] = []
        for student in self.seat.students:
            if room == 0:
                break
            mark, score = self._drawn(chance)
            found.append((student, mark, score))
            room -= mark
        return found

    def _drawn(self, chance: random.Random) -> tuple[bool, dict[str, Any] | None]:
        draw = chance.random()
        if draw < NOT_GRADED:
            return False, {"progress": "turned_in", "points": None, "marks": []}
        if draw < NOT_GRADED + MISSING:
            return self.late, None
        total = TYPES[self.n % len(TYPES)][1]
        points = Decimal(chance.randint(total, 2 * total)) / 2
        return True, {"progress": "graded", "points": points, "marks": []}

    def assessment(self, only: Sequence[int] | None) -> Record:
        """Its record; assigned to *only* these, where not to the whole class."""
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
            "assignedBy": otus_id("teacher", self.seat.teachers[0]),
            "createdAt": f"{assigned}T15:00:00Z",
            "submissionDate": None,
            "classes": [
                {
                    "classId": otus_id("section", self.seat.index),
                    "assignedDate": assigned.isoformat(),
                    "dueDate": self.due.isoformat(),
                    "students": named,
                }
            ],
        }
        return "assessment", self.id, record

    def score(self, student: int, score: Mapping[str, Any]) -> Record:
        """A student's record."""
        one = {"assessmentId": self.id, "studentId": otus_id("student", student)}
        return "score", score_id(self.id, one["studentId"]), {**one, **score}

    @property
    def id(self) -> str:
        """Its id in Otus."""
        return otus_id("assessment", self.n)
