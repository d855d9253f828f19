"""D4: what the teacher does in PowerTeacher is what a plugin reads."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.powerschool.words import (
    CLOSING,
    MADE,
    expect_scores,
    listed,
    put_scores,
    read_back,
)
from contracts.scenarios.runner import Run, Step


def _edits(run: Run) -> str:
    put_scores(run, {run.needs("student"): 12}, 200)
    column = run.needs("column")
    run.hand("PATCH", f"/columns/{column}", {"title": "Hers"})
    run.hand("PUT", f"/columns/{column}/scores/{run.needs('student')}", {"score": 9.25})
    expect(read_back(run)["name"], "Hers", "her name for it")
    expect_scores(run, {run.needs("student"): 9.25})
    return ""


def _deletes(run: Run) -> str:
    run.hand("DELETE", f"/columns/{run.needs('column')}")
    expect(listed(run), [], "no assignment")
    put_scores(run, {run.needs("student"): 13}, 500)
    return "500: unable to find it"


def _restores(run: Run) -> str:
    run.hand("POST", f"/columns/{run.needs('column')}/restore")
    expect_scores(run, {run.needs("student"): 9.25})
    return ""


SCENARIO = Scenario(
    rule="D4",
    kind=Kind.MOCK,
    claim="a teacher's name, score, deletion and restoration are what a plugin reads",
    steps=(
        *MADE,
        Step("the teacher edits", _edits),
        Step("the teacher deletes", _deletes),
        Step("the teacher restores", _restores),
        *CLOSING,
    ),
)
