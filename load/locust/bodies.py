"""The requests that a grade passback consists of, for each SIS: paths, and bodies as plain values.

Locust's users of a mock alone send them, and so does `make bench`. In a world of size `small`,
teacher 300001 has the sections 200001 to 200005, of which Skyward links the first two.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

SCORES = 25
"""Scores in a batch."""
TEACHER, LISTING, OTHER = "300001", "200001", "200003"
"""A teacher, the section whose columns are listed and scored, and one for new columns."""
ONE_ROSTER = "/ims/oneroster/gradebook/v1p2"
XTE = "/ws/xte/section/assignment"
YEAR_ID = 36  # required by XTE, and not read by the mock


def line_item(today: date, category: str, name: str, section: str) -> dict[str, Any]:
    """A OneRoster line item, due tomorrow."""
    return {
        "lineItem": {
            "sourcedId": name,
            "title": "Bench",
            "assignDate": f"{today}T18:00:00Z",
            "dueDate": f"{today + timedelta(days=1)}T18:00:00Z",
            "class": {"sourcedId": section},
            "category": {"sourcedId": category},
            "resultValueMin": 0,
            "resultValueMax": 20,
        }
    }


def results(today: date, column: str, students: Sequence[str], variant: int) -> dict[str, Any]:
    """A batch of OneRoster results for *column*; each *variant* has other scores."""
    return {
        "results": [
            {
                "lineItem": {"sourcedId": column},
                "student": {"sourcedId": student},
                "score": (variant + n) % 21,
                "scoreStatus": "fully graded",
                "scoreDate": today.isoformat(),
            }
            for n, student in enumerate(students)
        ]
    }


def assignment(today: date, category: int, section: str, name: str) -> dict[str, Any]:
    """A PowerSchool assignment of one section, due tomorrow."""
    part = {
        "sectionsdcid": int(section),
        "name": name,
        "duedate": (today + timedelta(days=1)).isoformat(),
        "scoretype": "POINTS",
        "scoreentrypoints": 20,
        "totalpointvalue": 20,
        "weight": 1,
        "iscountedinfinalgrade": True,
        "isscoringneeded": True,
        "publishoption": "Immediately",
        "_assignmentcategoryassociations": [{"teachercategoryid": category, "isprimary": True}],
    }
    return {"_assignmentsections": [part]}


def scores(cells: Sequence[tuple[int, str]], variant: int) -> dict[str, Any]:
    """A batch of PowerSchool scores; each *variant* has others.

    Args:
        cells: (id of the assignment in its section, student).
    """
    return {
        "assignment_scores": [
            {
                "_assignmentsection": {"assignmentsectionid": part},
                "studentsdcid": int(student),
                "actualscoreentered": str((variant + n) % 21),
                "actualscorekind": "REAL_SCORE",
                "scoretype": "POINTS",
                "scorepoints": (variant + n) % 21,
            }
            for n, (part, student) in enumerate(cells)
        ]
    }
