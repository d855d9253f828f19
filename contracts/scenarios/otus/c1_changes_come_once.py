"""C1: what changed comes once, in order, with everything that belongs to it."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.otus.words import a_quiz, pull, sign_in
from contracts.scenarios.runner import Run, Step


def _start(run: Run) -> str:
    pull(run)
    return ""


def _assigned(run: Run) -> str:
    run.hand("PUT", "/assessments/a-check", a_quiz())
    found = [(one["kind"], one["op"], one["id"]) for one in pull(run, run.needs("cursor"))]
    expect(found, [("assessment", "put", "a-check")], "the assessment alone")
    return ""


def _scored(run: Run) -> str:
    run.hand("PUT", "/assessments/a-check/scores/s-3001", {"points": 8.5})
    found = pull(run, run.needs("cursor"))
    expect([(one["kind"], one["op"]) for one in found], [("score", "put")], "the score alone")
    expect(str(found[0]["record"]["points"]), "8.5", "its points")
    return ""


def _renamed(run: Run) -> str:
    run.hand("PATCH", "/assessments/a-check", {"title": "Check, renamed"})
    (found,) = pull(run, run.needs("cursor"))
    expect(found["record"]["title"], "Check, renamed", "the new title")
    return ""


def _once(run: Run) -> str:
    expect(pull(run, run.needs("cursor")), [], "nothing comes twice")
    return ""


SCENARIO = Scenario(
    rule="C1",
    kind=Kind.MOCK,
    claim="what changed in Otus comes once, in order",
    steps=(
        Step("token", sign_in),
        Step("from the end of the snapshot", _start),
        Step("assigned", _assigned),
        Step("scored", _scored),
        Step("renamed", _renamed),
        Step("nothing twice", _once),
    ),
)
