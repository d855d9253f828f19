"""What a night reads of the roster: classes, enrollments, calendar, categories, columns."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import ALL
from contracts.scenarios.runner import Failed, Run, Step
from contracts.scenarios.skyward.words import BOOK


def _classes(run: Run) -> str:
    found = run.read(f"{BOOK.rostering}/classes?limit={ALL}&filter=status='active'", "classes")
    run.known["class"], run.known["school"] = (
        found[0]["sourcedId"],
        found[0]["school"]["sourcedId"],
    )
    return f"{len(found)} classes"


def _enrollments(run: Run) -> str:
    path = f"{BOOK.rostering}/schools/{run.needs('school')}/classes/{run.needs('class')}"
    found = run.read(f"{path}/enrollments?limit={ALL}", "enrollments")
    if not any(one["role"] == "teacher" for one in found):
        raise Failed("no teacher among the enrollments")
    return f"{len(found)} enrollments"


def _calendar(run: Run) -> str:
    found = run.read(f"{BOOK.rostering}/academicSessions?limit={ALL}", "academicSessions")
    if not any(one["type"] == "gradingPeriod" for one in found):
        raise Failed("no grading period")
    return ""


def _categories(run: Run) -> str:
    run.read(f"{BOOK.grades}/categories?limit={ALL}", "categories")
    run.read(f"{BOOK.grades}/classes/{run.needs('class')}/categories?limit={ALL}", "categories")
    return ""


def _columns(run: Run) -> str:
    run.read(f"{BOOK.grades}/classes/{run.needs('class')}/lineItems?limit=5", "lineItems")
    return ""


SCENARIO = Scenario(
    rule="",
    kind=Kind.READS,
    claim="what a night reads of the roster is there, in the standard's shape",
    steps=(
        Step("token", BOOK.sign_in),
        Step("classes", _classes),
        Step("enrollments of a class", _enrollments),
        Step("calendar", _calendar),
        Step("categories", _categories),
        Step("columns of a class", _columns),
    ),
)
