"""D2: who has no score shows `*`; 0 is a score."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK, shown


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    return ""


def _asterisks(run: Run) -> str:
    found = shown(run, run.needs("class"))
    expect(set(found.values()), {"*"}, "an asterisk for everyone")
    return f"{len(found)} students"


def _zero(run: Run) -> str:
    BOOK.put_result(run, 0, 201)
    found = shown(run, run.needs("class"))
    expect(found.pop(run.needs("student")), "0", "0 for the one")
    expect(set(found.values()), {"*"}, "an asterisk for the others")
    return ""


def _emptied(run: Run) -> str:
    BOOK.drop_result(run)
    expect(set(shown(run, run.needs("class")).values()), {"*"}, "an asterisk for everyone again")
    return ""


SCENARIO = Scenario(
    rule="D2",
    kind=Kind.CLEANS,
    claim="every enrolled student without a score shows `*`; a 0 is a score",
    steps=(
        *BOOK.opening,
        Step("line item: create", _create),
        Step("everyone shows *", _asterisks),
        Step("a 0 is shown as 0", _zero),
        Step("without the result * is back", _emptied),
        *BOOK.closing,
    ),
)
