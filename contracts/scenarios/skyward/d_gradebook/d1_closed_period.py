"""D1: a closed grading period takes nothing, and lets everything be read."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect, refused
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK, QUARTER


def _open(run: Run) -> str:
    BOOK.put_item(run, 201)
    BOOK.put_result(run, 12, 201)
    return ""


def _close(run: Run) -> str:
    run.hand("POST", f"/periods/{QUARTER}/close")
    return "by hand"


def _still_there(run: Run) -> str:
    expect([one["title"] for one in BOOK.items(run)], ["Passback check"], "the column as it was")
    expect([one["score"] for one in BOOK.results(run)], [12], "the score as it was")
    return ""


def _reopen(run: Run) -> str:
    run.hand("POST", f"/periods/{QUARTER}/reopen")
    BOOK.put_result(run, 14, 200)
    return "takes scores again"


SCENARIO = Scenario(
    rule="D1",
    kind=Kind.MOCK,
    claim="a closed grading period takes no column, no change and no score until it is reopened",
    steps=(
        *BOOK.opening,
        Step("open: line item and result", _open),
        Step("the period closes", _close),
        Step("new line item", refused(lambda run: BOOK.put_item(run, 409, sourcedId="late-item"))),
        Step("changed line item", refused(lambda run: BOOK.put_item(run, 409, title="Too late"))),
        Step("changed score", refused(lambda run: BOOK.put_result(run, 19, 409))),
        Step("nothing moved", _still_there),
        Step("the period is reopened", _reopen),
        *BOOK.closing,
    ),
)
