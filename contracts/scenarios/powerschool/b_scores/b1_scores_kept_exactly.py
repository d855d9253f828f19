"""B1: decimals are kept, and a score above the maximum is extra credit."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.powerschool.words import CLOSING, MADE, expect_scores, put_scores
from contracts.scenarios.runner import Run, Step


def _decimals(run: Run) -> str:
    put_scores(run, {run.needs("student"): 17.375, run.needs("neighbour"): 0}, 200)
    expect_scores(run, {run.needs("student"): 17.375, run.needs("neighbour"): 0})
    return ""


def _above(run: Run) -> str:
    put_scores(run, {run.needs("student"): 25}, 200)
    expect_scores(run, {run.needs("student"): 25, run.needs("neighbour"): 0})
    return "25 of 20"


SCENARIO = Scenario(
    rule="B1",
    kind=Kind.CLEANS,
    claim="decimals, a 0 and a score above the maximum are kept exactly",
    steps=(*MADE, Step("decimals and 0", _decimals), Step("above the maximum", _above), *CLOSING),
)
