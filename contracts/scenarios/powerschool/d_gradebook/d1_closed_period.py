"""D1: what is due in a locked reporting term takes nothing until it is unlocked."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import refused
from contracts.scenarios.powerschool.words import (
    CLOSING,
    MADE,
    QUARTER,
    create,
    expect_scores,
    put_scores,
)
from contracts.scenarios.runner import Run, Step


def _score(run: Run) -> str:
    put_scores(run, {run.needs("student"): 12}, 200)
    return ""


def _lock(run: Run) -> str:
    run.hand("POST", f"/periods/{QUARTER}/close")
    return "by hand"


def _late_score(run: Run) -> str:
    put_scores(run, {run.needs("student"): 19}, 409)
    expect_scores(run, {run.needs("student"): 12})
    return "refused, and the score stays"


def _unlock(run: Run) -> str:
    run.hand("POST", f"/periods/{QUARTER}/reopen")
    put_scores(run, {run.needs("student"): 14}, 200)
    expect_scores(run, {run.needs("student"): 14})
    return "takes scores again"


SCENARIO = Scenario(
    rule="D1",
    kind=Kind.MOCK,
    claim="what is due in a locked reporting term takes no assignment and no score",
    steps=(
        *MADE,
        Step("a score", _score),
        Step("the reporting term is locked", _lock),
        Step("new assignment", refused(lambda run: create(run, 409))),
        Step("changed score", _late_score),
        Step("the reporting term is unlocked", _unlock),
        *CLOSING,
    ),
)
