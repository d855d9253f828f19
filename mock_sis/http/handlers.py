"""Binds each operationId to the method of a class of handlers."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from connexion.resolver import Resolver
from inflection import underscore
from starlette.responses import Response

from mock_sis.http.exchange import Exchange
from mock_sis.http.response import response
from mock_sis.http.types import Answer

Handler = Callable[..., Awaitable[Response]]


class MethodResolver(Resolver):
    """Finds the method of *operations* for an operationId: of that name, or in snake_case.

    A method takes parameters by their snake_case names, or all of them as `**query`, and besides
    these `body`, `call` and `exchange` where it asks for them. It returns (body, status, headers),
    or an awaitable of that; or raises `Problem`.

    The class is made with a world. Its `authorize(call) -> str`, if it has one, runs before a
    secured operation and returns the client's name or raises `Problem(401)`; for `problem` and
    `maintenance` see `Errors`. Its
    `about(arguments, body) -> dict`, if it has one, names what a write is about for the journal,
    by ids alone and whatever the body looks like. `other_versions` lists endings of operationIds:
    with "11" in it, `getOrg11` has the method of `getOrg`.
    """

    def __init__(self, operations: type) -> None:
        super().__init__()
        self._operations = operations
        self._made: dict[str, Handler] = {}

    def resolve_function_from_operation_id(self, operation_id: str) -> Handler:
        """The handler of an operation, made once; AttributeError when the class has none."""
        if operation_id not in self._made:
            name = method_name(self._operations, operation_id)
            self._made[operation_id] = _handler(self._operations, name)
        return self._made[operation_id]


def method_name(operations: type, operation_id: str) -> str:
    """The method for an operation: its id, or its id in snake_case; see `MethodResolver`."""
    endings = ("", *getattr(operations, "other_versions", ()))
    for same in (operation_id.removesuffix(ending) for ending in endings):
        for name in (same, underscore(same)):
            if callable(getattr(operations, name, None)):
                return name
    raise AttributeError(f"{operations.__name__} has no method for operation {operation_id}")


def _handler(operations: type, name: str) -> Handler:
    """A function that connexion can call, around the method *name* of the world's handlers."""
    wanted = list(inspect.signature(getattr(operations, name)).parameters.values())[1:]
    ours = {"body", "call", "exchange"}.intersection(each.name for each in wanted)

    about = getattr(operations, "about", None)

    async def handle(exchange: Exchange, **arguments: Any) -> Response:
        if about and exchange.operation and exchange.operation.write:
            exchange.about = about(arguments, exchange.body)
        if "body" in ours:
            arguments["body"] = exchange.body
        if "call" in ours:
            arguments["call"] = exchange.call
        if "exchange" in ours:
            arguments["exchange"] = exchange
        method = getattr(exchange.handler(operations), name)
        with exchange.world.db.one_state():
            found = method(**arguments)
            exchange.at = exchange.world.stamp()
        return response(Answer(*(await found if inspect.isawaitable(found) else found)))

    # connexion passes what a signature names, and reads the body itself where it names `body`.
    parameters = [inspect.Parameter("exchange", inspect.Parameter.KEYWORD_ONLY)]
    for each in wanted:
        if each.kind is each.VAR_KEYWORD:
            parameters.append(each)
        elif each.name not in ours:
            parameters.append(inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY))
    handle.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return handle
