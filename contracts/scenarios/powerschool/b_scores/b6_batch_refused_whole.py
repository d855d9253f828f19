"""B6: one student who left fails the whole batch, is named, and is peeled off."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.powerschool.words import (
    CLOSING,
    MADE,
    expect_scores,
    offenders,
    put_scores,
)
from contracts.scenarios.runner import Run, Step


def _drop(run: Run) -> str:
    run.hand("POST", f"/students/{run.needs('student')}/drop", {"section": run.needs("section")})
    return ""


def _whole(run: Run) -> str:
    body = put_scores(run, {run.needs("student"): 8, run.needs("neighbour"): 9}, 409)
    expect(offenders(body), [run.needs("student")], "the student who left is named")
    expect_scores(run, {})
    return "409, nothing written, the student named"


def _peeled(run: Run) -> str:
    put_scores(run, {run.needs("neighbour"): 9}, 200)
    expect_scores(run, {run.needs("neighbour"): 9})
    return ""


SCENARIO = Scenario(
    rule="B6",
    kind=Kind.MOCK,
    claim="one student who left fails the whole batch and is named; without them it is taken",
    steps=(
        *MADE,
        Step("a student leaves", _drop),
        Step("a batch with them", _whole),
        Step("without them", _peeled),
        *CLOSING,
    ),
)
