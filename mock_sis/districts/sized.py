"""Districts by size: one rule for 1,200 students and for 184,000, written row by row.

Six sections a student and 21 students a section, five sections a teacher; every school is a block
of its own. A section has a new points assessment every ten school days, a tenth of them each day.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from mock_sis.districts.generate import Away, Writer
from mock_sis.districts.ids import otus_id
from mock_sis.districts.sections import SectionPlan
from mock_sis.world.feed import score_id

PER_STUDENT = 6
PER_SECTION = 21
PER_TEACHER = 5
STUDENTS_PER_SCHOOL = 600
MOST_SCHOOLS = 275
ASSESSMENTS_PER_SECTION = 2
SUBJECTS = (
    *("Algebra", "Biology", "Chemistry", "English", "French", "Geography", "Geometry", "Health"),
    *("History", "Music", "Physics", "Spanish"),
)
TYPES = (("Quiz", 20), ("Homework", 10), ("Test", 100), ("Project", 50), ("Lab", 25))
EVERY_TENTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A block of the district: ranges of indexes."""

    index: int
    students: range
    sections: range
    teachers: range

    def sitting(self, section: int) -> Sequence[int]:
        """Who sits in *section*: student i of the school takes six sections in a row, from 6i."""
        of_school = section - self.sections.start
        seats = range(of_school, PER_STUDENT * len(self.students), len(self.sections))
        return [self.students[seat // PER_STUDENT] for seat in seats]

    def plans(self) -> Iterator[SectionPlan]:
        """Its sections."""
        for n, section in enumerate(self.sections):
            teacher = n // PER_TEACHER
            subject = teacher % len(SUBJECTS)
            twin = (
                n % PER_TEACHER in (0, 1) and teacher % 4 == 0 and section + 1 < self.sections.stop
            )
            helper = (teacher + 1) % len(self.teachers)
            co = (self.teachers[helper],) if n % EVERY_TENTH == 9 and helper != teacher else ()
            yield SectionPlan(
                index=section,
                school=self.index,
                course=self.index * len(SUBJECTS) + subject,
                title=f"{SUBJECTS[subject]}, section {n + 1}",
                slot=str(1 + n % PER_STUDENT),
                teachers=(self.teachers[teacher], *co),
                students=self.sitting(section),
                link=f"link-{self.teachers[teacher]}" if twin else None,
            )


def schools(students: int) -> list[School]:
    """The district cut into schools of about equal size."""
    number = min(MOST_SCHOOLS, max(1, round(students / STUDENTS_PER_SCHOOL)))
    people = _cut(students, number)
    sections = _cut(round(PER_STUDENT * students / PER_SECTION), number)
    found: list[School] = []
    for n, (some, taught) in enumerate(zip(people, sections, strict=True)):
        first = found[-1].teachers.stop if found else 0
        staff = range(first, first - (-len(taught) // PER_TEACHER))
        found.append(School(index=n, students=some, sections=taught, teachers=staff))
    return found


def write(writer: Writer, *, students: int) -> None:
    """Fill an empty world."""
    district = schools(students)
    writer.orgs("Rivermark Unified Schools", [f"Rivermark School {s.index + 1}" for s in district])
    writer.calendar()
    writer.categories()
    writer.courses(
        (title, f"{title[:4].upper()}{school.index + 1}", school.index)
        for school in district
        for title in SUBJECTS
    )
    writer.people("teacher", ((s.index, {}) for s in district for _ in s.teachers))
    writer.people(
        "student", ((s.index, {"grade": _grade(n)}) for s in district for n in s.students)
    )
    writer.sections(plan for school in district for plan in school.plans())
    writer.enrolments(
        (plan for school in district for plan in school.plans()), partial(_away, writer.start)
    )
    writer.numbering()
    staff = district[-1].teachers.stop
    writer.otus_people(staff, students, group=range(staff))
    writer.otus_classes(plan for school in district for plan in school.plans())
    writer.otus(
        ("assessment", work["id"], work) for _, _, work in _assessments(writer.start, district)
    )
    writer.otus(_scores(writer.seed, _assessments(writer.start, district)))


def _away(start: date, section: int, student: int) -> Away | None:
    """One in a hundred was away from one section for two weeks."""
    if student % 100 != 7 or section % PER_STUDENT:
        return None
    return start - timedelta(days=21), start - timedelta(days=8)


Group = tuple[SectionPlan, ...]
"""Sections that share a gradebook, hence assessments."""
Work = tuple[int, Group, dict[str, Any]]


def _groups(school: School) -> Iterator[Group]:
    waiting: list[SectionPlan] = []
    for plan in school.plans():
        if waiting and waiting[-1].link != plan.link:
            yield tuple(waiting)
            waiting = []
        waiting.append(plan)
        if plan.link is None:
            yield tuple(waiting)
            waiting = []
    if waiting:
        yield tuple(waiting)


def _assessments(start: date, district: Sequence[School]) -> Iterator[Work]:
    number = sum(1 for school in district for _ in _groups(school))
    for round_ in range(ASSESSMENTS_PER_SECTION):
        groups = (group for school in district for group in _groups(school))
        for n, group in enumerate(groups):
            index = round_ * number + n
            days = 14 * (ASSESSMENTS_PER_SECTION - round_) - 14 * (n % EVERY_TENTH) // EVERY_TENTH
            assigned = start - timedelta(days=days)
            yield index, group, _assessment(index, group, assigned)


def _assessment(index: int, group: Group, assigned: date) -> dict[str, Any]:
    type_, points = TYPES[index % len(TYPES)]
    return {
        "id": otus_id("assessment", index),
        "activityId": f"act-{index + 1}",
        "title": f"{type_} {index + 1}",
        "type": type_,
        "gradingScale": "points",
        "totalPoints": points,
        "includeInFinalGrade": None,
        "kind": "assessment",
        "assignedBy": otus_id("teacher", group[0].teachers[0]),
        "createdAt": f"{assigned}T15:00:00Z",
        "submissionDate": None,
        "classes": [
            {
                "classId": otus_id("section", plan.index),
                "assignedDate": assigned.isoformat(),
                "dueDate": (assigned + timedelta(days=7)).isoformat(),
                "students": None,
            }
            for plan in group
        ],
    }


def _scores(seed: int, works: Iterator[Work]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for index, group, work in works:
        chance = random.Random(f"{seed}/scores/{index}")  # noqa: S311 - made-up scores
        for plan in group:
            for student in plan.students:
                score = _score(chance, work["totalPoints"])
                if score is not None:
                    one = {"assessmentId": work["id"], "studentId": otus_id("student", student)}
                    yield "score", score_id(one["assessmentId"], one["studentId"]), one | score


def _score(chance: random.Random, total: int) -> dict[str, Any] | None:
    """86 in 100 are graded, a third of them in halves; the rest is open, excused or not there."""
    draw = chance.random()
    if draw < 0.04:
        return None
    if draw < 0.10:
        return {"progress": "turned_in", "points": None, "marks": []}
    if draw < 0.14:
        mark = chance.choice(("excused", "missing"))
        return {"progress": "not_submitted", "points": None, "marks": [mark]}
    points = Decimal(round(total * (0.5 + chance.random() * 0.5)))
    if chance.random() < 1 / 3:
        points -= Decimal("0.5")
    return {"progress": "graded", "points": points, "marks": []}


def _grade(student: int) -> str:
    return f"{6 + student % 7:02d}"


def _cut(total: int, parts: int) -> list[range]:
    edges = [round(total * n / parts) for n in range(parts + 1)]
    return [range(a, b) for a, b in pairwise(edges)]
