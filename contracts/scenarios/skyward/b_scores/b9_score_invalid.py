"""B9: what is no score is refused, and the score before it stays."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect, refused
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    BOOK.put_result(run, 12, 201)
    return ""


def _stays(run: Run) -> str:
    expect([one["score"] for one in BOOK.results(run)], [12], "the score before it")
    return ""


SCENARIO = Scenario(
    rule="B9",
    kind=Kind.CLEANS,
    claim="a negative score and a word are refused, and what was there stays",
    steps=(
        *BOOK.opening,
        Step("line item and result", _create),
        Step("negative", refused(lambda run: BOOK.put_result(run, -1, 400, 422))),
        Step("a word", refused(lambda run: BOOK.put_result(run, "A+", 400, 422))),
        Step("the score stays", _stays),
        *BOOK.closing,
    ),
)
