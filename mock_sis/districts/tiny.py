"""The `tiny` world: one school, three sections, and an assessment for each rule that can bite.

Sections 0 and 1 are linked and taught by teacher 0; section 2 by teacher 1, with teacher 2, who is
not in the teacher group, as co-teacher. Days count from the start date.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from mock_sis.districts.generate import Away, Writer
from mock_sis.districts.ids import SISES, otus_id, sis_id
from mock_sis.districts.sections import SectionPlan, class_record

LINK = "link-math"
SEATS = (
    SectionPlan(
        index=0,
        school=0,
        course=0,
        title="Math 7, period 1",
        slot="1",
        teachers=(0,),
        students=range(7),
        link=LINK,
    ),
    SectionPlan(
        index=1,
        school=0,
        course=0,
        title="Math 7, period 2",
        slot="2",
        teachers=(0,),
        students=range(7, 14),
        link=LINK,
    ),
    SectionPlan(
        index=2,
        school=0,
        course=1,
        title="Science 7, period 3",
        slot="3",
        teachers=(1, 2),
        students=(0, 2, 4, 6, 8, 10, 12, 14),
    ),
)
CLUB = SectionPlan(
    index=3, school=0, course=1, title="Science club", slot="", teachers=(1,), students=()
)
STUDENTS, TEACHERS = 15, 3
ADMIN = TEACHERS
CAME_BACK = 2
"""Left section 0 for two weeks and came back: two spans."""

BOTH, FIRST, THIRD = (0, 1), (0,), (2,)


def write(writer: Writer) -> None:
    """Fill an empty world."""
    writer.orgs("Lakeview School District", ["Lakeview Middle School"])
    writer.calendar()
    writer.categories()
    writer.courses([("Math 7", "MATH7", 0), ("Science 7", "SCI7", 0)])
    writer.people("teacher", ((0, {}) for _ in range(TEACHERS)))
    writer.people("student", ((0, {"grade": "07"}) for _ in range(STUDENTS)))
    writer.sections(SEATS)
    writer.enrolments(SEATS, partial(_away, writer.start))
    writer.rows(
        "category_off",
        [
            {"sis": sis, "category": sis_id(sis, 4), "teacher": sis_id("teacher", 1)}
            for sis in SISES
        ],
    )
    writer.numbering()
    writer.otus_people(TEACHERS, STUDENTS, group=(0, 1))
    writer.otus_classes(SEATS)
    club = class_record(CLUB, linked_to_sis=False)
    writer.otus([("class", club["id"], club)])
    assessments = [assessment(writer.start, n, one) for n, one in enumerate(ASSESSMENTS)]
    writer.otus(("assessment", record["id"], record) for record in assessments)
    writer.otus(_scores())


def _away(start: date, section: int, student: int) -> Away | None:
    if (section, student) != (0, CAME_BACK):
        return None
    return start - timedelta(days=20), start - timedelta(days=7)


def one(
    title: str,
    type_: str,
    points: str | None,
    assigned: int | None,
    due: int | None,
    classes: tuple[int, ...] = BOTH,
    by: int = 0,
    **more: Any,
) -> dict[str, Any]:
    """An assessment; `assigned` and `due` are days from the start."""
    total = None if points is None else Decimal(points)
    return {
        "title": title,
        "type": type_,
        "points": total,
        "assigned": assigned,
        "due": due,
        "classes": classes,
        "by": by,
        "more": more,
    }


ASSESSMENTS: tuple[dict[str, Any], ...] = (
    one("Fractions quiz", "Quiz", "20", -14, -7),
    one("Unit 1 test", "Test", "100", -5, 6),
    one("Reading log", "Homework", "10", -10, -3, gradingScale="standards"),
    one("Ratio quiz", "Quiz", "10.5", -6, -1),
    one("Participation", "Homework", "10", -4, None, kind="plus", includeInFinalGrade=True),
    one("Notebook check", "Homework", "5", -4, 3, kind="plus"),
    one("Practice set", "Homework", "15", -8, -2, includeInFinalGrade=False),
    one("District benchmark", "Test", "50", -3, 4, by=ADMIN),
    one("Field journal", "Journal", "10", -3, 4),
    one("Problem set 4", "Homework", "12", -2, None),
    one("Warm-up", "Quiz", "10", -45, -40),
    one("End of year project", "Project", "100", -1, 70),
    one("Make-up quiz", "Quiz", "20", -9, -4, FIRST, students=(1, 3)),
    one("Cell model", "Project", "40", -12, -5, THIRD, by=1),
    one("Density lab", "Lab", "25", -6, -1, THIRD, by=1),
    one("Weather homework", "Homework", "10", -7, -2, THIRD, by=2),
    one(
        "Ecosystems and energy transfer: observations and conclusions",
        "Test",
        "30",
        -4,
        2,
        THIRD,
        by=1,
    ),
    one("Club rocket launch", "Project", "10", -6, -1, (CLUB.index,), by=1),
)

SCORES: Mapping[int, Mapping[int, tuple[str, str | None, tuple[str, ...]]]] = {
    0: {
        0: ("graded", "18", ()),
        1: ("graded", "17.5", ()),
        2: ("graded", "20", ()),
        3: ("turned_in", None, ()),
        # 4 handed nothing in and the due date has passed: 0 (B4)
        5: ("graded", "0", ("missing",)),
        6: ("graded", "22", ()),
        7: ("graded", "12.25", ("late",)),
        8: ("graded", "19", ("excluded",)),
        9: ("not_submitted", None, ("excused",)),
        10: ("graded", "15", ()),
        11: ("graded", "16.5", ()),
        12: ("graded", "9", ()),
        13: ("not_submitted", None, ("missing",)),
    },
    1: {
        0: ("graded", "88.5", ()),
        3: ("graded", "91", ()),
        7: ("turned_in", "40", ()),
        9: ("graded", "76.25", ()),
        12: ("not_submitted", None, ()),
    },
    **{n: {0: ("graded", "7", ()), 8: ("graded", "8.5", ())} for n in (2, 3, 4, 5, 6, 7, 8, 10)},
    9: {1: ("graded", "11", ()), 10: ("graded", "12", ())},
    12: {1: ("graded", "14", ()), 3: ("graded", "13.5", ())},
    **{
        n: {s: ("graded", str(8 + s), ()) for s in (0, 4, 8, 12)} | {2: ("turned_in", None, ())}
        for n in (13, 14, 15, 16)
    },
}


def assessment(start: date, index: int, told: Mapping[str, Any]) -> dict[str, Any]:
    """The record of the feed."""
    assigned = _day(start, told["assigned"])
    more = dict(told["more"])
    students = more.pop("students", None)
    plus = more.get("kind") == "plus"
    return {
        "id": otus_id("assessment", index),
        "activityId": f"act-{index + 1}",
        "title": told["title"],
        "type": told["type"],
        "gradingScale": "points",
        "totalPoints": told["points"],
        "includeInFinalGrade": None,
        "kind": "assessment",
        "assignedBy": otus_id("teacher", told["by"]),
        "createdAt": assigned and f"{assigned}T15:00:00Z",
        "submissionDate": assigned if plus else None,
        **more,
        "classes": [
            {
                "classId": otus_id("section", number),
                "assignedDate": assigned,
                "dueDate": _day(start, told["due"]),
                "students": students
                and [{"studentId": otus_id("student", n), "assignedDate": None} for n in students],
            }
            for number in told["classes"]
        ],
    }


def _day(start: date, days: int | None) -> str | None:
    return None if days is None else (start + timedelta(days=days)).isoformat()


def _scores() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for index, cells in SCORES.items():
        for student, (progress, points, marks) in cells.items():
            record = {
                "assessmentId": otus_id("assessment", index),
                "studentId": otus_id("student", student),
                "progress": progress,
                "points": None if points is None else Decimal(points),
                "marks": list(marks),
            }
            yield "score", f"{record['assessmentId']}:{record['studentId']}", record
