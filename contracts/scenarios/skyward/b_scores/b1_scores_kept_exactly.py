"""B1: decimals are kept, and a score above the maximum is extra credit."""

from decimal import Decimal

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    return ""


def _decimals(run: Run) -> str:
    BOOK.put_result(run, 17.375, 201)
    expect([one["score"] for one in BOOK.results(run)], [Decimal("17.375")], "every decimal")
    return ""


def _above(run: Run) -> str:
    BOOK.put_result(run, 25, 200)
    expect([one["score"] for one in BOOK.results(run)], [25], "the score above the maximum")
    return "25 of 20"


def _zero(run: Run) -> str:
    BOOK.put_result(run, 0, 200)
    expect([one["score"] for one in BOOK.results(run)], [0], "the 0")
    return ""


SCENARIO = Scenario(
    rule="B1",
    kind=Kind.CLEANS,
    claim="decimals, a 0 and a score above the maximum are kept exactly",
    steps=(
        *BOOK.opening,
        Step("line item: create", _create),
        Step("decimals kept", _decimals),
        Step("above the maximum", _above),
        Step("0 is a score", _zero),
        *BOOK.closing,
    ),
)
