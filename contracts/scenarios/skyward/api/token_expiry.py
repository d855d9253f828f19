"""A token that went stale is refused, and a new one opens the door again."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK


def _works(run: Run) -> str:
    run.read(f"{BOOK.rostering}/orgs?limit=1", "orgs")
    return ""


def _stale(run: Run) -> str:
    run.hand("POST", "/clock/advance", {"seconds": 3601})
    run.call("GET", f"{BOOK.rostering}/orgs?limit=1", 401)
    return "refused"


def _stale_generic(run: Run) -> str:
    run.call("GET", "/Generic/1/Gradebook/Category/1/5", 403)
    return "403, where others say 401"


SCENARIO = Scenario(
    rule="",
    kind=Kind.MOCK,
    claim="a stale token is a 401 through OneRoster and a 403 through the Generic API",
    steps=(
        Step("token", BOOK.sign_in),
        Step("it works", _works),
        Step("an hour later", _stale),
        Step("an hour later, Generic API", _stale_generic),
        Step("a new token", BOOK.sign_in),
        Step("it works again", _works),
    ),
)
