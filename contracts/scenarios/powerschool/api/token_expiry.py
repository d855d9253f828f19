"""A token that went stale is refused, and a new one opens the door again."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.powerschool.words import sign_in
from contracts.scenarios.runner import Failed, Run, Step

DAYS_30 = 30 * 24 * 3600


def _works(run: Run) -> str:
    run.call("GET", "/ws/v1/district", 200)
    return ""


def _stale(run: Run) -> str:
    run.hand("POST", "/clock/advance", {"seconds": DAYS_30})
    run.call("GET", "/ws/v1/district", 401)
    if "expired" not in run.headers.get("www-authenticate", "").lower():
        raise Failed("the header does not say that it expired")
    return "refused, and told why in the header"


SCENARIO = Scenario(
    rule="",
    kind=Kind.MOCK,
    claim="a stale token is a 401 whose header says so",
    steps=(
        Step("token", sign_in),
        Step("it works", _works),
        Step("a month later", _stale),
        Step("a new token", sign_in),
        Step("it works again", _works),
    ),
)
