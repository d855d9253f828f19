"""C4: unassigned is a removal; assigned again is another id."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.otus.words import a_quiz, pull, sign_in
from contracts.scenarios.runner import Run, Step


def _assigned(run: Run) -> str:
    run.hand("PUT", "/assessments/a-check", a_quiz())
    pull(run)
    return ""


def _unassigned(run: Run) -> str:
    run.hand("DELETE", "/assessments/a-check")
    found = [(one["kind"], one["op"], one["id"]) for one in pull(run, run.needs("cursor"))]
    expect(("assessment", "remove", "a-check") in found, True, "its removal")
    return ""


def _again(run: Run) -> str:
    run.hand("PUT", "/assessments/a-check-2", a_quiz())
    found = [(one["op"], one["id"]) for one in pull(run, run.needs("cursor"))]
    expect(found, [("put", "a-check-2")], "a new one")
    return ""


SCENARIO = Scenario(
    rule="C4",
    kind=Kind.MOCK,
    claim="an assessment that is unassigned is removed; assigned again it is a new one",
    steps=(
        Step("token", sign_in),
        Step("assigned", _assigned),
        Step("unassigned", _unassigned),
        Step("assigned again", _again),
    ),
)
