"""D5: enrollments tell who left and when, and a student who is back takes scores again."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.powerschool.words import (
    CLOSING,
    MADE,
    expect_scores,
    offenders,
    put_scores,
    rows,
)
from contracts.scenarios.runner import Failed, Run, Step

OTHER = "200002"  # of the tiny world: another section of the course


def _transfer(run: Run) -> str:
    put_scores(run, {run.needs("student"): 12}, 200)
    run.hand("POST", f"/students/{run.needs('student')}/transfer", {"to": OTHER})
    path = f"/ws/v1/section/{run.needs('section')}/section_enrollment"
    found = rows(run.call("GET", path, 200), "section_enrollments", "section_enrollment")
    mine = [one for one in found if str(one["student_id"]) == run.needs("student")]
    if not all(one["dropped"] for one in mine):
        raise Failed("still enrolled")
    return "here gradebooks are not linked"


def _refused(run: Run) -> str:
    body = put_scores(run, {run.needs("student"): 13}, 409)
    expect(offenders(body), [run.needs("student")], "the student is named")
    return ""


def _back(run: Run) -> str:
    section = {"to": run.needs("section")}
    run.hand("POST", f"/students/{run.needs('student')}/transfer", section)
    put_scores(run, {run.needs("student"): 13}, 200)
    expect_scores(run, {run.needs("student"): 13})
    return ""


SCENARIO = Scenario(
    rule="D5",
    kind=Kind.MOCK,
    claim="a student who moved to another section takes no score here until back",
    steps=(
        *MADE,
        Step("transferred", _transfer),
        Step("a score for them", _refused),
        Step("back again", _back),
        *CLOSING,
    ),
)
