"""D3: what is posted to one of the linked sections is a column in all of them."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import ALL, expect
from contracts.scenarios.runner import Run, Step
from contracts.scenarios.skyward.words import BOOK, LINKED, shown


def _neighbour(run: Run) -> str:
    path = f"{BOOK.rostering}/classes/{LINKED}/students?limit={ALL}"
    run.known["over there"] = run.read(path, "users")[0]["sourcedId"]
    return ""


def _create(run: Run) -> str:
    BOOK.put_item(run, 201)
    return ""


def _in_both(run: Run) -> str:
    expect(len(BOOK.items(run, LINKED)), 1, "the column in the linked class")
    expect(set(shown(run, LINKED).values()), {"*"}, "an asterisk for everyone there")
    return ""


def _through_the_other(run: Run) -> str:
    BOOK.put_item(run, 200, **{"class": {"sourcedId": LINKED}})
    expect((len(BOOK.items(run)), len(BOOK.items(run, LINKED))), (1, 1), "still one column")
    return ""


def _result_of_the_other(run: Run) -> str:
    BOOK.put_result(run, 17, 201, student={"sourcedId": run.needs("over there")})
    expect(shown(run, LINKED)[run.needs("over there")], "17", "the score in the linked class")
    return ""


def _second(run: Run) -> str:
    BOOK.put_item(run, 201, sourcedId="second-item", **{"class": {"sourcedId": LINKED}})
    expect((len(BOOK.items(run)), len(BOOK.items(run, LINKED))), (2, 2), "two columns")
    return ""


SCENARIO = Scenario(
    rule="D3",
    kind=Kind.MOCK,
    claim="linked sections share one column an id, and take results of students of each",
    steps=(
        *BOOK.opening,
        Step("a student of the linked class", _neighbour),
        Step("line item: create in one", _create),
        Step("it is in both", _in_both),
        Step("the same id through the other", _through_the_other),
        Step("a result of a student there", _result_of_the_other),
        Step("another id is another column", _second),
        *BOOK.closing,
    ),
)
