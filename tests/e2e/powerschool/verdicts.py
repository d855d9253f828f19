"""How the PowerSchool mock's own log names what a night sends, and whose a category is."""

from datetime import date

from tests.e2e.powerschool.campus import CLASSES, PowerSchoolDistrict
from tests.e2e.support.district import Run

CREATE, REPLACE, SCORES = "createAssignment", "replaceAssignment", "putScores"
TERM_LAST = date(2027, 5, 23)
"""Of the sections' term, which begins with Q1."""


def category_of(district: PowerSchoolDistrict, column: str) -> str:
    """TEACHERCATEGORYID of a column."""
    fields = ("assignmentsectionid", "teachercategoryid")
    [row] = district.watcher.rows(
        "assignmentcategoryassoc", f"assignmentsectionid=={column}", *fields
    )
    return row["teachercategoryid"]


def excuse_zeros_that_are_held(district: PowerSchoolDistrict, run: Run) -> None:
    """A 0 may outlive its reason where tonight's report asks a teacher to clear it, and only there.

    XTE cannot take a score back (B4).
    """
    numbers = {s["id"]: s["sisId"] for s in district.feed("student")}
    for record in run.report["records"]:
        if record["state"] == "held" and "zero_not_taken_back" in record["codes"]:
            for class_ in CLASSES:
                column = f"pb-{record['assignment']}.{class_}"
                district.typed_zeros[column, numbers[record["student"]]] = True
