"""Pages by limit and offset come to the whole, in one order, without a row lost or doubled."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import ALL, expect
from contracts.scenarios.runner import Failed, Run, Step
from contracts.scenarios.skyward.words import BOOK

PAGE = 5
PAGES = 3


def _whole(run: Run) -> str:
    found = run.read(f"{BOOK.rostering}/students?limit={ALL}&sort=sourcedId", "users")
    run.known["first"] = " ".join(one["sourcedId"] for one in found[: PAGE * PAGES])
    run.known["count"] = str(len(found))
    return f"{len(found)} students"


def _counted(run: Run) -> str:
    run.read(f"{BOOK.rostering}/students?limit=1", "users")
    expect(run.headers.get("x-total-count"), run.needs("count"), "X-Total-Count")
    if 'rel="next"' not in run.headers.get("link", ""):
        raise Failed("no link to the next page")
    return ""


def _pages(run: Run) -> str:
    found: list[str] = []
    for offset in range(0, PAGE * PAGES, PAGE):
        path = f"{BOOK.rostering}/students?limit={PAGE}&offset={offset}&sort=sourcedId"
        found += [one["sourcedId"] for one in run.read(path, "users")]
    expect(" ".join(found), run.needs("first"), "the pages together")
    return ""


def _beyond(run: Run) -> str:
    path = f"{BOOK.rostering}/students?limit={PAGE}&offset={run.needs('count')}"
    expect(run.read(path, "users"), [], "a page beyond the end")
    return ""


SCENARIO = Scenario(
    rule="",
    kind=Kind.READS,
    claim="pages by limit and offset come to the whole, in one order",
    steps=(
        Step("token", BOOK.sign_in),
        Step("the whole list", _whole),
        Step("the count and the link", _counted),
        Step("page by page", _pages),
        Step("beyond the end", _beyond),
    ),
)
