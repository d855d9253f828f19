"""What a night reads of the roster: school, terms, section, teacher, students, categories."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.powerschool.words import find_section, rows, sign_in
from contracts.scenarios.runner import Failed, Run, Step


def _terms(run: Run) -> str:
    schools = run.call("GET", "/ws/v1/district/school?page=1&pagesize=1", 200)
    school = rows(schools, "schools", "school")[0]["id"]
    found = rows(run.call("GET", f"/ws/v1/school/{school}/term", 200), "terms", "term")
    if not found:
        raise Failed("no terms")
    return f"{len(found)} terms"


def _bins(run: Run) -> str:
    fields = "dcid,storecode,date1,date2,aregradeslocked"
    path = f"/ws/schema/table/termbins?projection={fields}&q=termid=={run.needs('year')}"
    found = run.call("GET", path, 200).get("record") or []
    return f"{len(found)} reporting terms"


def _assignments(run: Run) -> str:
    path = f"/ws/xte/section/assignment/?users_dcid={run.needs('teacher')}"
    found = run.call("GET", f"{path}&section_ids={run.needs('section')}", 200)
    if not isinstance(found, list):
        raise Failed("no bare list")
    return ""


SCENARIO = Scenario(
    rule="",
    kind=Kind.READS,
    claim="what a night reads of the roster is there, in the vendor's shapes",
    steps=(
        Step("token", sign_in),
        Step("section, teacher, students, categories", find_section),
        Step("terms of a school", _terms),
        Step("reporting terms", _bins),
        Step("assignments of a section", _assignments),
    ),
)
