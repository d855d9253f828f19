"""A12: a due date outside the section's term is refused."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect, refused
from contracts.scenarios.powerschool.words import CLOSING, OPENING, create, listed
from contracts.scenarios.runner import Run, Step


def _nothing(run: Run) -> str:
    expect(listed(run), [], "no assignment")
    return ""


SCENARIO = Scenario(
    rule="A12",
    kind=Kind.CLEANS,
    claim="an assignment that is due outside the section's term is refused",
    steps=(
        *OPENING,
        Step("due in a year", refused(lambda run: create(run, 409, days=365))),
        Step("due a year ago", refused(lambda run: create(run, 409, days=-365))),
        Step("nothing was made", _nothing),
        *CLOSING,
    ),
)
