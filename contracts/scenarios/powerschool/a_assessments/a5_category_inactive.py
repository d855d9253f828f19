"""A5: the posting teacher's own copy of a category must be active; old assignments live on."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import refused
from contracts.scenarios.powerschool.words import CLOSING, MADE, create, put_scores
from contracts.scenarios.runner import Run, Step


def _off(run: Run) -> str:
    run.hand("POST", f"/categories/{run.needs('category')}/deactivate")
    return "this teacher's copy"


def _old(run: Run) -> str:
    put_scores(run, {run.needs("student"): 11}, 200)
    return "the old one lives on"


SCENARIO = Scenario(
    rule="A5",
    kind=Kind.MOCK,
    claim="an inactive copy of a category takes no new assignment; those that have it live on",
    steps=(
        *MADE,
        Step("the category is switched off", _off),
        Step("new assignment", refused(lambda run: create(run, 409))),
        Step("a score on the old one", _old),
        *CLOSING,
    ),
)
