"""An assignment's life over XTE: made, read back, scored, kept by its scores, deleted by force."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.powerschool.words import (
    CLOSING,
    OPENING,
    create,
    expect_scores,
    listed,
    put_scores,
    read_back,
    remove,
)
from contracts.scenarios.runner import Failed, Run, Step


def _create(run: Run) -> str:
    create(run, 201)
    if run.calls[-1].body is not None:
        raise Failed("the answer has a body")
    return "empty body, id in Location"


def _read_back(run: Run) -> str:
    part = read_back(run)
    expect(part["name"], "Passback check", "the name")
    if run.needs("column") == run.needs("assignment"):
        raise Failed("the part in the section has the assignment's own number")
    return "scores go to another number"


def _score(run: Run) -> str:
    put_scores(run, {run.needs("student"): 17, run.needs("neighbour"): 0}, 200)
    expect_scores(run, {run.needs("student"): 17, run.needs("neighbour"): 0})
    return ""


def _not_without_force(run: Run) -> str:
    remove(run, run.needs("assignment"), 412, force=False)
    return "412: it has scores"


def _force(run: Run) -> str:
    remove(run, run.needs("assignment"), 204)
    expect(listed(run), [], "no assignment")
    return ""


def _vanished(run: Run) -> str:
    put_scores(run, {run.needs("student"): 18}, 500)
    return "500: unable to find it"


SCENARIO = Scenario(
    rule="",
    kind=Kind.CLEANS,
    claim="made with an empty answer, read back, scored, kept by its scores, deleted by force",
    steps=(
        *OPENING,
        Step("create", _create),
        Step("read back", _read_back),
        Step("score two students", _score),
        Step("delete without force", _not_without_force),
        Step("delete with force", _force),
        Step("score what is gone", _vanished),
        *CLOSING,
    ),
)
