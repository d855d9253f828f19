"""The default demo's story: a fortnight and a grading period's end in the tiny district.

Each day has a caption and a few acts by people: teachers in Otus, teachers in the gradebook, the
registrar. Then the night comes. Classes c-1001 and c-1002 share linked gradebooks; c-1003 has a
co-teacher who joins the passback group later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contracts.demo.district import DemoDistrict

Act = Callable[[DemoDistrict, date], None]


@dataclass(frozen=True, slots=True)
class InSis:
    """An act in the SIS itself; where two SIS are shown, it happens in each."""

    act: Act


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the story: *after* days from the start."""

    after: int
    caption: str
    acts: tuple[Act | InSis, ...] = ()


def assign(
    id_: str, title: str, *classes: str, by: str, due: int, type_: str = "Quiz", points: int = 20
) -> Act:
    """A teacher assigns an assessment in Otus, due *due* days later."""

    def act(district: DemoDistrict, today: date) -> None:
        entries = [
            {
                "classId": c,
                "assignedDate": today.isoformat(),
                "dueDate": (today + timedelta(days=due)).isoformat(),
                "students": None,
            }
            for c in classes
        ]
        body = {
            "activityId": f"act-{id_}",
            "title": title,
            "type": type_,
            "gradingScale": "points",
            "totalPoints": points,
            "includeInFinalGrade": True,
            "kind": "assessment",
            "assignedBy": by,
            "createdAt": None,
            "submissionDate": None,
            "classes": entries,
        }
        district.control("PUT", f"/assessments/{id_}", body, otus=True)

    return act


def grade(assessment: str, points: dict[str, float], progress: str = "graded") -> Act:
    """Scores entered in Otus."""

    def act(district: DemoDistrict, today: date) -> None:
        del today
        for student, value in points.items():
            body = {"progress": progress, "points": value, "marks": []}
            path = f"/assessments/{assessment}/scores/{student}"
            district.control("PUT", path, body, otus=True)

    return act


def edit(assessment: str, **changes: Any) -> Act:
    """An assessment edited in Otus."""

    def act(district: DemoDistrict, today: date) -> None:
        del today
        district.control("PATCH", f"/assessments/{assessment}", changes, otus=True)

    return act


def join(teacher: str) -> Act:
    """A teacher joins the passback teacher group."""

    def act(district: DemoDistrict, today: date) -> None:
        del today
        district.control("PUT", f"/group/{teacher}", {}, otus=True)

    return act


Change = Callable[[DemoDistrict, dict[str, Any], dict[str, Any]], None]
"""What a teacher does, given the gradebook and one of its columns."""


def in_gradebook(section: str, title: str, change: Change) -> InSis:
    """Something a teacher does to a column, in the SIS."""

    def act(district: DemoDistrict, today: date) -> None:
        del today
        book = district.control("GET", f"/gradebooks/{section}")
        [column] = [c for c in book["columns"] if c["title"] == title]
        change(district, book, column)

    return InSis(act)


def retype(student: str, score: float) -> Change:
    """The teacher types another mark."""

    def change(district: DemoDistrict, book: dict[str, Any], column: dict[str, Any]) -> None:
        del book
        path = f"/columns/{column['id']}/scores/{student}"
        district.control("PUT", path, {"score": score})

    return change


def recategorise(like: str) -> Change:
    """The teacher moves the column to the category of another one."""

    def change(district: DemoDistrict, book: dict[str, Any], column: dict[str, Any]) -> None:
        [category] = {c["category"] for c in book["columns"] if c["title"] == like}
        district.control("PATCH", f"/columns/{column['id']}", {"category": category})

    return change


def close_current_period(district: DemoDistrict, today: date) -> None:
    """The registrar closes the grading period that contains today."""
    book = district.control("GET", "/gradebooks/200001")
    for period in book["periods"]:
        if period["start"] <= today.isoformat() <= period["end"]:
            district.control("POST", f"/periods/{period['id']}/close")


@dataclass(frozen=True, slots=True)
class Claim:
    """Something to be seen in the gradebook when the story is over."""

    student: str
    shows: str
    because: str


QUIZ, LAB = "a-quiz", "a-lab"
TITLE = "Quiz: decimals"
"""What the quiz is called in the end."""

STORY = (
    Day(
        0,
        "a quiz for two linked classes; some are graded, one is only turned in",
        (
            assign(QUIZ, "Decimals quiz", "c-1001", "c-1002", by="t-2001", due=2),
            grade(QUIZ, {"s-3001": 18, "s-3002": 8.5, "s-3008": 20, "s-3009": 21.5}),
            grade(QUIZ, {"s-3004": 12}, progress="turned_in"),
        ),
    ),
    Day(1, "nothing happens in Otus: an unchanged night sends nothing"),
    Day(
        2,
        "another teacher assigns homework, but is not in the passback group",
        (
            assign(LAB, "Homework 4", "c-1003", by="t-2003", due=6, type_="Homework", points=10),
            grade(LAB, {"s-3001": 9.25, "s-3003": 7}),
        ),
    ),
    Day(3, "the quiz's due date has passed: who handed nothing in gets a 0"),
    Day(
        4, "that teacher joins the group: what is eligible passes retroactively", (join("t-2003"),)
    ),
    Day(
        5,
        "in the gradebook a teacher changes a mark and moves the quiz to another category",
        (
            in_gradebook("200001", "Decimals quiz", retype("400001", 19)),
            in_gradebook("200001", "Decimals quiz", recategorise("Unit 1 test")),
        ),
    ),
    Day(
        6,
        "in Otus the title is mended, and a late score comes in where the 0 stands",
        (edit(QUIZ, title=TITLE), grade(QUIZ, {"s-3003": 15})),
    ),
    Day(
        8,
        "the registrar closes the grading period; a score changed in Otus stays out",
        (grade(QUIZ, {"s-3002": 10}), InSis(close_current_period)),
    ),
)

CLAIMS = (
    Claim("400001", "19", "typed by the teacher over our 18; Otus did not change, so it stands"),
    Claim("400003", "15", "nothing was handed in, so a 0 went in; the late score replaced it"),
    Claim("400004", "*", "turned in but not fully graded: never a 0, however late"),
    Claim("400002", "8.5", "Otus says 10 by now, but the grading period is closed"),
    Claim("400009", "21.5", "extra credit and decimals arrive as they are"),
    Claim("400008", "20", "a student of the second class, where linked in one shared column"),
)
"""What the Decimals quiz must show at the end of the whole story."""
