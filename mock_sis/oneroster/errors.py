"""What OneRoster says when something is wrong: statusInfo, in the words of each version."""

from collections.abc import Mapping
from typing import Any

from mock_sis.http.types import Answer, Call, Problem
from mock_sis.oneroster.version import is_old

MINOR = {
    400: "invalid_filter_field",
    401: "unauthorisedrequest",
    403: "forbidden",
    404: "unknownobject",
    405: "invaliddata",
    409: "invaliddata",
    415: "invaliddata",
    422: "invaliddata",
    429: "server_busy",
}
MINOR_OLD = {
    "unauthorisedrequest": "unauthorized",
    "forbidden": "unauthorized",
    "unknownobject": "unknown object",
    "invaliddata": "invalid data",
    "server_busy": "invalid data",
    "internal_server_error": "invalid data",
}
STATUS_OF_RULE = {"A2": 422, "A10": 422, "A13": 404, "B9": 422}
"""What is wrong with the data itself; any other refusal is about the gradebook's state: 409."""


def invalid(detail: str) -> Problem:
    """The body is JSON, but cannot be stored."""
    return Problem(422, detail)


def unknown(kind: str, id: object) -> Problem:  # noqa: A002 - the word of the standard
    """There is no such object."""
    return Problem(404, f"there is no {kind} {id}")


def bad_query(minor: str, detail: str) -> Problem:
    """A filter, sort or selection that cannot be used; *minor* is the standard's code."""
    return Problem(400, detail, title=minor)


def status_of(problem: Problem, call: Call) -> int:
    """A body that breaks the contract is 422 here, not 400; a refusal goes by its rule."""
    if problem.rule in STATUS_OF_RULE:
        return STATUS_OF_RULE[problem.rule]
    in_body = any(not v["pointer"].startswith(("/query", "/path")) for v in problem.violations)
    return 422 if problem.status == 400 and in_body and call.method != "GET" else problem.status


def status_info(problem: Problem, call: Call) -> Answer:
    """The answer to *problem* in the version that the path chooses."""
    status = status_of(problem, call)
    minor = problem.title if problem.title.startswith("invalid_") else MINOR.get(status)
    minor = minor or "internal_server_error"
    shape = _old if is_old(call.path) else _new
    return Answer(shape(minor, problem.detail, call), status, {})


def _new(minor: str, detail: str, _call: Call) -> Mapping[str, Any]:
    minor = "invalid_selection_field" if minor == "invalid_sort_field" else minor
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": detail,
        "imsx_CodeMinor": {
            "imsx_codeMinorField": [
                {
                    "imsx_codeMinorFieldName": "TargetEndSystem",
                    "imsx_codeMinorFieldValue": minor,
                }
            ]
        },
    }


def _old(minor: str, detail: str, call: Call) -> Mapping[str, Any]:
    info = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_operationRefIdentifier": call.operation or call.path,
        "imsx_description": detail,
        "imsx_codeMinor": MINOR_OLD.get(minor, minor),
    }
    return {"statusInfoSet": [info]}
