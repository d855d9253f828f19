"""Pages of resources and of tables come to their counts; a list of one is an object."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.oneroster import expect
from contracts.scenarios.powerschool.words import rows, sign_in
from contracts.scenarios.runner import Failed, Run, Step

PAGE = 4


def _metadata(run: Run) -> str:
    told = run.call("GET", "/ws/v1/metadata", 200)["metadata"]
    if int(told["student_max_page_size"]) < PAGE:
        raise Failed("the largest page is smaller than this check's")
    return f"version {told['powerschool_version']}"


def _resource(run: Run) -> str:
    path = "/ws/v1/district/student"
    count = int(run.call("GET", f"{path}/count", 200)["resource"]["count"])
    found: list[str] = []
    for page in range(1, min(count // PAGE, 3) + 1):
        body = run.call("GET", f"{path}?page={page}&pagesize={PAGE}", 200)
        found += [str(one["id"]) for one in rows(body, "students", "student")]
    expect(len(set(found)), len(found), "nobody twice")
    return f"{count} students"


def _of_one(run: Run) -> str:
    body = run.call("GET", "/ws/v1/district/student?page=1&pagesize=1", 200)
    if not isinstance(body["students"]["student"], dict):
        raise Failed("a list of one is a list")
    return "an object"


def _table(run: Run) -> str:
    path = "/ws/schema/table/students"
    count = int(run.call("GET", f"{path}/count", 200)["count"])
    found: list[str] = []
    for page in range(1, min(count // PAGE, 3) + 1):
        query = f"projection=dcid&sort=dcid&page={page}&pagesize={PAGE}"
        body = run.call("GET", f"{path}?{query}", 200)
        found += [one["tables"]["students"]["dcid"] for one in body["record"]]
    expect(len(set(found)), len(found), "nobody twice")
    return f"{count} rows"


SCENARIO = Scenario(
    rule="",
    kind=Kind.READS,
    claim="pages of resources and tables double nobody; a list of one is an object",
    steps=(
        Step("token", sign_in),
        Step("metadata", _metadata),
        Step("pages of a resource", _resource),
        Step("a list of one", _of_one),
        Step("pages of a table", _table),
    ),
)
