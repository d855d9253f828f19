"""How the PowerSchool mock's own log names what a night sends, and whose a category is."""

from datetime import date

from tests.e2e.powerschool.campus import PowerSchoolDistrict

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
