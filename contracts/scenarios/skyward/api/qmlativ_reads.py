"""What OneRoster lacks and Qmlativ's own API tells: closed periods, linked gradebooks, the log."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.runner import Failed, Run, Step
from contracts.scenarios.skyward.words import BOOK, generic


def _system(run: Run) -> str:
    body = run.call("GET", "/Custom/GetSystemMetadata", 200)
    if not body["System"]["Districts"][0]["EntityID"]:
        raise Failed("no district")
    return ""


def _periods(run: Run) -> str:
    found = generic(run, "Grading/GradingPeriod")
    if not found or not found[0].keys() >= {"GradingPeriodID", "IsCompleted"}:
        raise Failed("no grading period that says whether it is completed")
    return f"{len(found)} grading periods"


def _links(run: Run) -> str:
    found = generic(run, "Gradebook/ClassGroupSection")
    return f"{len(found)} sections in class groups"


def _categories(run: Run) -> str:
    found = generic(run, "Gradebook/Category")
    return f"{len(found)} categories"


SCENARIO = Scenario(
    rule="D6",
    kind=Kind.READS,
    claim="Qmlativ's own API tells of closed periods and of linked gradebooks",
    steps=(
        Step("token", BOOK.sign_in),
        Step("system metadata", _system),
        Step("grading periods", _periods),
        Step("linked sections", _links),
        Step("categories", _categories),
    ),
)
