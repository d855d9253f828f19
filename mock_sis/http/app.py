"""A contract file and a class of handlers make one ASGI app; connexion routes and validates.

The app needs a world: see `Exchange`. It belongs to none, so that one serves every world.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from connexion import AsyncApp
from connexion.exceptions import ProblemException
from connexion.middleware.context import ContextMiddleware
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.request_validation import RequestValidationMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.spec import OpenAPISpecification

from mock_sis.http.contract import contract
from mock_sis.http.errors import Errors
from mock_sis.http.exchange import Asgi, Receive, Scope, Send
from mock_sis.http.handlers import MethodResolver, method_name
from mock_sis.http.middleware.answer_check import AnswerCheck
from mock_sis.http.middleware.authorize import Authorize
from mock_sis.http.middleware.faults import Faulty
from mock_sis.http.middleware.front import Gate, Journaling
from mock_sis.http.validators import VALIDATORS, Parser


def build_app(
    contract_path: str | Path,
    operations: type,
    *,
    validate_responses: bool = False,
    journaling: bool = True,
    latency: float = 0,
) -> Asgi:
    """Bind every operation of the contract to a method; a missing one raises AttributeError here.

    Args:
        validate_responses: an answer that the contract does not describe becomes a 500.
        journaling: calls are noted, and meet the faults of their world.
        latency: seconds that every call takes longer.
    """
    found, errors = contract(str(contract_path)), Errors(operations)
    for operation_id in found.operations:
        method_name(operations, operation_id)
    app = AsyncApp(
        __name__,
        middlewares=[
            _http_only,
            *([Journaling] if journaling else []),
            partial(Gate, contract=found, errors=errors),
            *([partial(Faulty, errors=errors, latency=latency)] if journaling else []),
            *([AnswerCheck] if validate_responses else []),
            ExceptionMiddleware,
            RoutingMiddleware,
            partial(Authorize, operations=operations),
            RequestValidationMiddleware,
            ContextMiddleware,
        ],
        resolver=MethodResolver(operations),
        validator_map=VALIDATORS,
        uri_parser_class=Parser,
        pythonic_params=True,
    )
    for kind in (Exception, ProblemException):  # connexion has an answer of its own to the second
        app.add_error_handler(kind, errors.answer)
    with _taken_as_sound():
        app.add_api(found.document)
    _put_together(app)
    made: Asgi = app
    return made


_building = Lock()


@contextmanager
def _taken_as_sound() -> Iterator[None]:
    """Connexion does not hold the contract to OpenAPI's own schema meanwhile.

    A test does, once (tests/contracts/test_hygiene.py); here it was most of a mock's start.
    """
    with _building:
        schema = OpenAPISpecification.openapi_schema
        OpenAPISpecification.openapi_schema = {}
        try:
            yield
        finally:
            OpenAPISpecification.openapi_schema = schema


def _http_only(inner: Asgi) -> Asgi:
    """Nothing that is no request goes further."""

    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await inner(scope, receive, send)

    return pass_on


def _put_together(app: Any) -> None:
    """Have connexion build its stack now; two first requests in two threads would do it twice.

    In a thread of its own, since whoever makes an app may be within a loop already.
    """

    async def no_request() -> None:
        await app({"type": "lifespan"}, None, None)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, no_request()).result()
