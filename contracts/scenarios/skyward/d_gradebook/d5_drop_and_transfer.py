"""D5: a student who left takes no score; the neighbour does; one who moved keeps theirs."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK, LINKED


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    return ""


def _drop(run: Run) -> str:
    run.hand("POST", f"/students/{run.needs('student')}/drop", {"section": run.needs("class")})
    BOOK.put_result(run, 8, 409)
    return "refused"


def _neighbour(run: Run) -> str:
    neighbour = {"sourcedId": run.needs("neighbour")}
    BOOK.put_result(run, 9, 201, sourcedId="of-the-neighbour", student=neighbour)
    return ""


def _back(run: Run) -> str:
    run.hand("POST", f"/students/{run.needs('student')}/enroll", {"section": run.needs("class")})
    BOOK.put_result(run, 8, 201)
    return ""


def _transfer(run: Run) -> str:
    run.hand("POST", f"/students/{run.needs('student')}/transfer", {"to": LINKED})
    BOOK.put_result(run, 10, 200)
    expect(sorted(one["score"] for one in BOOK.results(run)), [9, 10], "both scores")
    return "to a linked class: the score stays in its column"


SCENARIO = Scenario(
    rule="D5",
    kind=Kind.MOCK,
    claim="who left the class takes no score until back, and never blocks the neighbour",
    steps=(
        *BOOK.opening,
        Step("line item: create", _create),
        Step("dropped: no score", _drop),
        Step("the neighbour's score", _neighbour),
        Step("back: a score", _back),
        Step("transferred: still a score", _transfer),
        *BOOK.closing,
    ),
)
