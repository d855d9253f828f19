"""A token that went stale is refused, and a new one goes on with the same cursor."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.otus.words import pull, sign_in
from contracts.scenarios.runner import Run, Step


def _start(run: Run) -> str:
    pull(run)
    return ""


def _stale(run: Run) -> str:
    run.hand("POST", "/clock/advance", {"seconds": 3601})
    run.call("GET", "/v1/changes?limit=1", 401)
    return "refused"


def _goes_on(run: Run) -> str:
    expect(pull(run, run.needs("cursor")), [], "nothing since")
    return ""


SCENARIO = Scenario(
    rule="",
    kind=Kind.MOCK,
    claim="a stale token is a 401; with a new one the cursor goes on",
    steps=(
        Step("token", sign_in),
        Step("the feed", _start),
        Step("an hour later", _stale),
        Step("a new token", sign_in),
        Step("the cursor goes on", _goes_on),
    ),
)
