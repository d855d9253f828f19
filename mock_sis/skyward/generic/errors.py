"""Errors of Qmlativ's Generic API."""

from mock_sis.http.types import Answer, Problem
from mock_sis.skyward.oauth1 import Unsigned


def generic_error(problem: Problem) -> Answer:
    """An error as this face says it: a stale token is a 403, in words that programs look for."""
    stale = problem.status == 401 and not isinstance(problem, Unsigned)
    message = f"Token has expired: {problem.detail}" if stale else problem.detail
    status = 403 if stale else problem.status
    return Answer({"errors": [{"Message": message, "Severity": "Error"}]}, status)
