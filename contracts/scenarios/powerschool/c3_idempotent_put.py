"""C3 through the other door: OneRoster's PUT by our own id makes once and changes ever after."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.powerschool.words import BOOK
from contracts.scenarios.runner import Run, Step


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    BOOK.put_item(run, 200)
    expect(len(BOOK.items(run)), 1, "one column")
    return "201, then 200"


def _score(run: Run) -> str:
    BOOK.put_result(run, 12, 201)
    BOOK.put_result(run, 13, 200)
    expect([one["score"] for one in BOOK.results(run)], [13], "one result")
    return "201, then 200"


SCENARIO = Scenario(
    rule="C3",
    kind=Kind.CLEANS,
    claim="over OneRoster a PUT by our own id makes once and overwrites ever after",
    steps=(
        *BOOK.opening,
        Step("line item: create, the same again", _create),
        Step("result: create and overwrite", _score),
        *BOOK.closing,
    ),
)
