"""A11: a due date outside the grading period of today is refused."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect, refused
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK


def _nothing(run: Run) -> str:
    expect(BOOK.items(run), [], "no column")
    return ""


SCENARIO = Scenario(
    rule="A11",
    kind=Kind.CLEANS,
    claim="a line item that is due outside the current grading period is refused",
    steps=(
        *BOOK.opening,
        Step("due in half a year", refused(lambda run: BOOK.put_item(run, 409, days=180))),
        Step("due half a year ago", refused(lambda run: BOOK.put_item(run, 409, days=-180))),
        Step("nothing was made", _nothing),
    ),
)
