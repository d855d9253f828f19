"""B9: what is no score fails its batch, and nothing of the batch is written."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.powerschool.words import CLOSING, MADE, expect_scores, put_scores
from contracts.scenarios.runner import Run, Step


def _negative(run: Run) -> str:
    put_scores(run, {run.needs("student"): -1, run.needs("neighbour"): 9}, 409)
    expect_scores(run, {})
    return "the neighbour's was not written either"


SCENARIO = Scenario(
    rule="B9",
    kind=Kind.CLEANS,
    claim="a negative score fails its whole batch",
    steps=(*MADE, Step("negative, in a batch", _negative), *CLOSING),
)
