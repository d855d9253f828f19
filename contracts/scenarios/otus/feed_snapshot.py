"""The feed: a snapshot in the promised order, in pages of any size, then nothing new."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.otus.words import pull, sign_in
from contracts.scenarios.runner import Failed, Run, Step

KINDS = ("teacher", "student", "groupMember", "class", "assessment", "score")


def _snapshot(run: Run) -> str:
    found = pull(run)
    order = [KINDS.index(one["kind"]) for one in found]
    if order != sorted(order):
        raise Failed("what is referred to does not come first")
    if any(one["op"] != "put" for one in found):
        raise Failed("a snapshot removes something")
    run.known["whole"] = " ".join(one["id"] for one in found)
    return f"{len(found)} changes"


def _in_pages(run: Run) -> str:
    size = max(1, len(run.needs("whole").split()) // 3)
    found = pull(run, limit=size)
    expect(" ".join(one["id"] for one in found), run.needs("whole"), "the pages together")
    return ""


def _quiet(run: Run) -> str:
    expect(pull(run, run.needs("cursor")), [], "nothing since the last page")
    return ""


def _bad_cursor(run: Run) -> str:
    run.call("GET", "/v1/changes?cursor=nonsense", 400, 410)
    return ""


SCENARIO = Scenario(
    rule="C1",
    kind=Kind.READS,
    claim="a snapshot comes in order and in pages of any size; after it nothing is new",
    steps=(
        Step("token", sign_in),
        Step("snapshot", _snapshot),
        Step("the same in pages", _in_pages),
        Step("nothing new", _quiet),
        Step("a cursor that is none", _bad_cursor),
    ),
)
