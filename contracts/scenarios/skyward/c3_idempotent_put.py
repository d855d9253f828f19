"""C3: a PUT by our own id makes once and changes ever after."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    return ""


def _again(run: Run) -> str:
    BOOK.put_item(run, 200)
    return "200, as before"


def _change(run: Run) -> str:
    BOOK.put_item(run, 200, title="Passback check, renamed")
    return ""


def _one_column(run: Run) -> str:
    found = BOOK.items(run)
    expect([one["title"] for one in found], ["Passback check, renamed"], "one column, renamed")
    return ""


def _score(run: Run) -> str:
    BOOK.put_result(run, 12, 201)
    BOOK.put_result(run, 13, 200)
    expect([one["score"] for one in BOOK.results(run)], [13], "one result")
    return ""


SCENARIO = Scenario(
    rule="C3",
    kind=Kind.CLEANS,
    claim="a PUT by our own id makes once, overwrites ever after, and never doubles",
    steps=(
        *BOOK.opening,
        Step("line item: create", _create),
        Step("line item: the same again", _again),
        Step("line item: change", _change),
        Step("one column", _one_column),
        Step("result: create and overwrite", _score),
        *BOOK.closing,
    ),
)
