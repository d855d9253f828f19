"""A5: a category that was switched off takes no new column and keeps the old one."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import refused
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    return ""


def _off(run: Run) -> str:
    run.hand("POST", f"/categories/{run.needs('category')}/deactivate")
    return ""


def _old(run: Run) -> str:
    BOOK.put_item(run, 200, title="Passback check, renamed")
    BOOK.put_result(run, 11, 201)
    return "the old one lives on"


SCENARIO = Scenario(
    rule="A5",
    kind=Kind.MOCK,
    claim="a category that is not active takes no new column; columns that have it live on",
    steps=(
        *BOOK.opening,
        Step("line item: create", _create),
        Step("the category is switched off", _off),
        Step("new line item", refused(lambda run: BOOK.put_item(run, 409, sourcedId="new-item"))),
        Step("the old one: change and score", _old),
        *BOOK.closing,
    ),
)
