"""A14: Skyward takes a title of any length and keeps its beginning."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.runner import Failed, Run, Step
from contracts.scenarios.skyward.words import BOOK

LONG = "Passback check of a title that no gradebook has room for, to the end"


def _create(run: Run) -> str:
    BOOK.put_item(run, 201, title=LONG)
    return ""


def _kept(run: Run) -> str:
    (found,) = BOOK.items(run)
    if not LONG.startswith(found["title"].rstrip("…. ")):
        raise Failed("what was kept is not the beginning of the title")
    return f"{len(found['title'])} of {len(LONG)} characters kept"


SCENARIO = Scenario(
    rule="A14",
    kind=Kind.CLEANS,
    claim="a title that is too long is taken, cut, and not spoken of",
    steps=(
        *BOOK.opening,
        Step("line item: long title", _create),
        Step("what was kept", _kept),
        *BOOK.closing,
    ),
)
