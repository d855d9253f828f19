"""What goes wrong, as an answer in the vendor's shape."""

import logging

from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.responses import Response

from mock_sis.gradebook.columns import Unknown
from mock_sis.http.exchange import Exchange
from mock_sis.http.response import response
from mock_sis.http.types import Answer, Problem, problem_json
from mock_sis.world.enforcement import Refused

log = logging.getLogger("mock_sis")


class Errors:
    """The answers to what goes wrong in a mock.

    Args:
        operations: the class of its handlers. Optional methods: `problem(problem, call) -> Answer`
            gives errors the vendor's shape; `maintenance(call) -> Answer` is its page for that
            fault.
    """

    def __init__(self, operations: type) -> None:
        self._operations = operations

    def refuse(self, problem: Problem, exchange: Exchange) -> Response:
        """The vendor's answer to *problem*, which is noted for the journal."""
        exchange.reason, exchange.violations = problem.detail, problem.violations
        shape = getattr(exchange.handler(self._operations), "problem", None)
        body, status, headers = shape(problem, exchange.call) if shape else problem_json(problem)
        return response(Answer(body, status, {**problem.headers, **headers}))

    def page(self, name: str, exchange: Exchange) -> Answer | None:
        """An answer that only the vendor knows (`maintenance`), if it has a method for it."""
        method = getattr(exchange.handler(self._operations), name, None)
        return method(exchange.call) if method else None

    async def answer(self, request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        """The answer to whatever a handler or connexion raised."""
        exchange: Exchange = request.scope["passback"]
        made = self.refuse(as_problem(error, exchange), exchange)
        return ConnexionResponse(made.status_code, headers=made.headers, body=made.body)


def as_problem(error: Exception, exchange: Exchange) -> Problem:
    """Whatever went wrong, as a problem; what nobody expected is logged and becomes a 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return Problem(409, error.sentence, rule=error.rule)
    if isinstance(error, Unknown):
        return Problem(404, f"there is no such {error.kind}")
    if isinstance(error, ProblemException) and error.status == 415 and exchange.operation:
        return Problem(415, f"the body is to be {' or '.join(exchange.operation.consumes)}")
    log.error("%s failed", exchange.call.operation or exchange.call.path, exc_info=error)
    return Problem(500, f"the mock failed: {type(error).__name__}")
