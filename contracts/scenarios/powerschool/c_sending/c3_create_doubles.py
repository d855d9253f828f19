"""C3: a create over XTE is not idempotent, and a PUT changes in place."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.powerschool.words import CLOSING, MADE, XTE, create, listed
from contracts.scenarios.runner import Run, Step


def _again(run: Run) -> str:
    first = run.needs("assignment")
    create(run, 201)
    expect(len(listed(run)), 2, "two assignments")
    run.known["assignment"] = first
    return "a second one"


def _change(run: Run) -> str:
    path = f"{XTE}/{run.needs('assignment')}?users_dcid={run.needs('teacher')}"
    whole = run.call("GET", path, 200)
    whole["_assignmentsections"][0]["name"] = "Passback check, renamed"
    run.call("PUT", path, 200, 201, json=_plain(whole))
    names = sorted(one["_assignmentsections"][0]["name"] for one in listed(run))
    expect(names, ["Passback check", "Passback check, renamed"], "the one renamed")
    return ""


def _plain(value: object) -> object:
    """Decimals as numbers that JSON can hold; none here needs more digits than a float has."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | int) else float(str(value))


SCENARIO = Scenario(
    rule="C3",
    kind=Kind.CLEANS,
    claim="the same create again makes a second assignment; a PUT changes the one it names",
    steps=(
        *MADE,
        Step("the same create again", _again),
        Step("replace one of them", _change),
        *CLOSING,
    ),
)
