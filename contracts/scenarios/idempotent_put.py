"""C3 over OneRoster, whoever sells it: a PUT by our own id makes once and changes ever after."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import Book, expect
from contracts.scenarios.runner import Run, Step


def idempotent_put(book: Book) -> Scenario:
    """The sequence in that gradebook."""

    def create(run: Run) -> str:
        book.put_item(run, 201)
        return ""

    def again(run: Run) -> str:
        book.put_item(run, 200)
        return "200, as before"

    def change(run: Run) -> str:
        book.put_item(run, 200, title="Passback check, renamed")
        return ""

    def one_column(run: Run) -> str:
        titles = [one["title"] for one in book.items(run)]
        expect(titles, ["Passback check, renamed"], "one column, renamed")
        return ""

    def score(run: Run) -> str:
        book.put_result(run, 12, 201)
        book.put_result(run, 13, 200)
        expect([one["score"] for one in book.results(run)], [13], "one result")
        return ""

    return Scenario(
        rule="C3",
        kind=Kind.CLEANS,
        claim="a PUT by our own id makes once, overwrites ever after, and never doubles",
        steps=(
            *book.opening,
            Step("line item: create", create),
            Step("line item: the same again", again),
            Step("line item: change", change),
            Step("one column", one_column),
            Step("result: create and overwrite", score),
            *book.closing,
        ),
    )
