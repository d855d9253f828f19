"""A14: a name longer than 50 characters is refused, one of 50 is taken."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect, refused
from contracts.scenarios.powerschool.words import CLOSING, OPENING, create, read_back
from contracts.scenarios.runner import Run, Step

LONG = ("Passback check of a name that is too long for it " * 2)[:51]


def _fits(run: Run) -> str:
    create(run, 201, name=LONG[:50])
    expect(read_back(run)["name"], LONG[:50], "all 50 characters")
    return ""


SCENARIO = Scenario(
    rule="A14",
    kind=Kind.CLEANS,
    claim="a name of 51 characters is refused, one of 50 is kept whole",
    steps=(
        *OPENING,
        Step("51 characters", refused(lambda run: create(run, 409, name=LONG))),
        Step("50 characters", _fits),
        *CLOSING,
    ),
)
