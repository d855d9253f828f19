"""D4: what the teacher does in the gradebook is what a program reads."""

from decimal import Decimal

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    BOOK.put_result(run, 12, 201)
    book = run.hand("GET", f"/gradebooks/{run.needs('class')}")
    run.known["column"] = next(
        one["id"] for one in book["columns"] if one["external_id"] == run.item
    )
    return ""


def _edits(run: Run) -> str:
    column = run.needs("column")
    run.hand("PATCH", f"/columns/{column}", {"title": "Hers"})
    run.hand("PUT", f"/columns/{column}/scores/{run.needs('student')}", {"score": 9.25})
    expect([one["title"] for one in BOOK.items(run)], ["Hers"], "her title")
    expect([one["score"] for one in BOOK.results(run)], [Decimal("9.25")], "her score")
    return ""


def _deletes(run: Run) -> str:
    run.hand("DELETE", f"/columns/{run.needs('column')}")
    expect(BOOK.items(run), [], "no column")
    run.call("GET", f"{BOOK.grades}/lineItems/{run.item}", 200, 404)
    return f"read alone it is {run.status}"


def _restores(run: Run) -> str:
    run.hand("POST", f"/columns/{run.needs('column')}/restore")
    expect([one["score"] for one in BOOK.results(run)], [Decimal("9.25")], "her score again")
    return ""


SCENARIO = Scenario(
    rule="D4",
    kind=Kind.MOCK,
    claim="a teacher's title, score, deletion and restoration are what a program reads",
    steps=(
        *BOOK.opening,
        Step("line item and result", _create),
        Step("the teacher edits", _edits),
        Step("the teacher deletes", _deletes),
        Step("the teacher restores", _restores),
        *BOOK.closing,
    ),
)
