"""What PowerSchool says when something is wrong: a message, and the fields at fault.

For most situations nothing public shows the body; `message` is what the known ones have in common.
"""

from typing import Any

from mock_sis.http.types import Answer, Call, Problem
from mock_sis.powerschool.plugin import NoAccess
from mock_sis.powerschool.tables.rows import TABLES
from mock_sis.powerschool.values import Invalid

TABLE = "/ws/schema/table/"
SCORES = ("putScores", "putScore")
STATUS_OF_RULE = {"A13": 404}
UNGRANTED = "At least one column lacks sufficient permission"
WRONG_VERB = "Use POST to insert a record and PUT to update one"
UNAVAILABLE = "PowerSchool page unavailable"
PAGE = (
    f"<!doctype html><html lang=en><head><title>{UNAVAILABLE}</title></head>"
    f"<body><h1>{UNAVAILABLE}</h1><p>Please try again later.</p></body></html>"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}
UNAVAILABLE_PATH = "/unavailable"


def error(problem: Problem, call: Call) -> Answer:
    """The answer to *problem* outside of OneRoster and the token endpoint."""
    if call.path.startswith(TABLE) and problem.status == 405 and call.operation is None:
        return Answer({"message": WRONG_VERB}, 404)
    message = _message(problem, call)
    if call.path.startswith("/ws/v1/"):
        return Answer({"errorMessage": {"message": message}}, problem.status)
    body: dict[str, Any] = {"message": message}
    if errors := _errors(problem, call):
        body["errors"] = errors
    return Answer(body, STATUS_OF_RULE.get(problem.rule or "", problem.status))


def maintenance(call: Call) -> Answer:
    """Away to a page of HTML, which answers 200; here it is a page of the mock itself."""
    if call.path == UNAVAILABLE_PATH:
        return Answer(PAGE, 200, HTML)
    host = call.base.partition("://")[2].partition("/")[0]
    location = f"{call.base}{UNAVAILABLE_PATH}?server={host}"
    return Answer(PAGE, 302, {**HTML, "Location": location})


def _message(problem: Problem, call: Call) -> str:
    if problem.status == 412 and call.operation in SCORES:
        return "Resubmit"
    if isinstance(problem, NoAccess):
        return UNGRANTED if call.path.startswith(TABLE) else "No access to field"
    return problem.detail


def _errors(problem: Problem, call: Call) -> list[dict[str, Any]]:
    if isinstance(problem, NoAccess):
        if call.path.startswith(TABLE):
            resource = TABLES[problem.table].name
            return [{"code": "NoAccess", "field": n, "resource": resource} for n in problem.fields]
        return [{"field": f"{problem.table}.{n}", "params": {}} for n in problem.fields]
    if isinstance(problem, Invalid):
        return problem.errors
    if problem.rule:
        return [{"field": FIELD_OF_RULE.get(problem.rule, ""), "params": {}}]
    return [{"field": one["pointer"], "params": {}} for one in problem.violations]


FIELD_OF_RULE = {
    "A2": "assignmentsection.scoreentrypoints",
    "A5": "assignmentcategoryassoc.teachercategoryid",
    "A10": "assignmentsection.duedate",
    "A12": "assignmentsection.duedate",
    "A13": "assignmentsection.sectionsdcid",
    "A14": "assignmentsection.name",
    "B6": "assignmentscore.studentsdcid",
    "B9": "assignmentscore.actualscoreentered",
}
