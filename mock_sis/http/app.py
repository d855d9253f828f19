"""A contract file and a class of handlers make one ASGI app; connexion reads the contract.

Each operationId is bound to the method of that name (or its snake_case). Handlers are
framework-free: parameters by snake_case name, all of them for `**query`, `body`, `call` and
`exchange` where they ask for them; they
return (body, status, headers) or raise `Problem`. The app needs a world: see `Exchange`.
"""

import inspect
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import inflection
from connexion.decorators.parameter import pythonic
from connexion.operations import OpenAPIOperation
from connexion.resolver import Resolver

from mock_sis.gradebook.columns import Unknown
from mock_sis.http.contract import Contract, Operation, contract
from mock_sis.http.exchange import Exchange
from mock_sis.http.request import RequestReader, signed_form
from mock_sis.http.response import Reply, UndescribedAnswer, check_answer, encode
from mock_sis.http.types import JSON, Answer, Call, Problem, problem_json
from mock_sis.world.enforcement import Refused

log = logging.getLogger("mock_sis")
OWN_ARGUMENTS = {"self", "body", "call", "exchange"}
HIDDEN_WHEN_EMPTY = {204, 304}


class Handlers(Protocol):
    """What `build_app` needs of a class of handlers besides a method for each operation.

    Optional methods: `authorize(call) -> str` runs before a secured operation, returns the
    client's name or raises `Problem(401)`; `problem(problem, call) -> Answer` gives errors the
    vendor's shape; `maintenance(call) -> Answer` is the vendor's page for that fault. An optional
    `other_versions` lists endings of operationIds: `getOrg11` has the method of `getOrg`.
    """

    def __init__(self, world: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Bound:
    """An operation and the method that answers it.

    Attributes:
        passed: what the method asks for besides parameters.
    """

    method: str
    reader: RequestReader
    passed: tuple[str, ...]


class App:
    """An ASGI app for one contract; world-independent, so one serves every world."""

    def __init__(self, contract: Contract, operations: type, *, validate_responses: bool) -> None:
        self.contract = contract
        self._operations = operations
        self._strict = validate_responses
        self._wanted = {id_: self._checked(id_) for id_ in contract.operations}
        self._bound: dict[str, Bound] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request whose operation is known."""
        exchange: Exchange = scope["passback"]
        try:
            reply = await self._answer(exchange, scope, receive)
        except Exception as error:  # noqa: BLE001 - whatever happens, the vendor's shape answers
            reply = self.refuse(as_problem(error, exchange), exchange)
        await reply(scope, receive, send)

    def refuse(self, problem: Problem, exchange: Exchange, *, injected: bool = False) -> Reply:
        """The vendor's answer to *problem*; it is noted for the journal.

        An *injected* one is a fault: the contract need not describe it, nor a fault of the mock.
        """
        exchange.reason, exchange.violations = problem.detail, problem.violations
        shape = getattr(exchange.handler(self._operations), "problem", None)
        body, status, headers = shape(problem, exchange.call) if shape else problem_json(problem)
        answer = Answer(body, status, {**problem.headers, **headers})
        try:
            return self._response(answer, exchange, checked=not injected and problem.status != 500)
        except UndescribedAnswer as error:
            unshaped = problem_json(as_problem(error, exchange))
            return self._response(unshaped, exchange, checked=False)

    def page(self, name: str, exchange: Exchange) -> Answer | None:
        """An answer that only the vendor knows (`maintenance`), if it has a method for it."""
        method = getattr(exchange.handler(self._operations), name, None)
        return method(exchange.call) if method else None

    async def _answer(self, exchange: Exchange, scope: Any, receive: Any) -> Reply:
        assert exchange.operation is not None
        bound = self._bound.get(exchange.operation.id) or self._bind(exchange.operation)
        raw = await bound.reader.received(receive, exchange.call)
        if exchange.call.signed:
            exchange.call = as_sent(exchange.call, scope, raw)
        with exchange.world.db.glance():
            found = self._handled(bound, exchange, raw)
            exchange.at = exchange.world.stamp()
        answer = await found if inspect.isawaitable(found) else found
        return self._response(Answer(*answer), exchange)

    def _handled(self, bound: Bound, exchange: Exchange, raw: bytes) -> Any:
        """What the handler answers to who may ask and asks by the contract; or an awaitable."""
        assert exchange.operation is not None
        handler = exchange.handler(self._operations)
        check = getattr(handler, "authorize", None)
        if check and exchange.operation.secured:
            exchange.client = check(exchange.call) or ""
        arguments = bound.reader.arguments(exchange.call, exchange.path_params)
        exchange.body = bound.reader.body(exchange.call, raw)
        for name in bound.passed:
            arguments[name] = exchange if name == "exchange" else getattr(exchange, name)
        return getattr(handler, bound.method)(**arguments)

    def _checked(self, operation_id: str) -> frozenset[str]:
        """The arguments of the method for *operation_id*, which are all in its contract."""
        name = method_name(self._operations, operation_id)
        signature = inspect.signature(getattr(self._operations, name)).parameters.values()
        known = {pythonic(p) for p in self.contract.operations[operation_id].parameters}
        wanted = {one.name for one in signature if one.kind is not one.VAR_KEYWORD}
        if strange := wanted - known - OWN_ARGUMENTS:
            raise AttributeError(f"{name} asks for {sorted(strange)}, which {operation_id} has not")
        takes_all = any(one.kind is one.VAR_KEYWORD for one in signature)
        return frozenset(wanted | known if takes_all else wanted)

    def _bind(self, operation: Operation) -> Bound:
        """Bind at the first call: a contract has a hundred operations, a test uses five."""
        wanted = self._wanted[operation.id]
        known = OpenAPIOperation(
            operation.method,
            operation.path,
            self.contract.requests[operation.id],
            resolver=Resolver(lambda _: None),
        )
        name = method_name(self._operations, operation.id)
        passed = tuple(sorted(wanted & OWN_ARGUMENTS - {"self"}))
        made = self._bound[operation.id] = Bound(name, RequestReader(known, wanted), passed)
        return made

    def _response(self, answer: Answer, exchange: Exchange, *, checked: bool = True) -> Reply:
        headers = dict(answer.headers)
        if answer.body is not None:
            headers = {**JSON, **headers}
        elif answer.status in HIDDEN_WHEN_EMPTY:
            headers.pop("Content-Type", None)
        content = encode(answer.body)
        if self._strict and checked and exchange.operation:
            check_answer(exchange.operation, answer.status, headers, content)
        return Reply(answer.status, headers, content or b"")


def build_app(
    contract_path: str | Path, operations_class: type, *, validate_responses: bool = False
) -> App:
    """Bind every operation of the contract to a method; a missing one raises AttributeError here.

    With *validate_responses* an answer that the contract does not describe becomes a 500.
    """
    return App(
        contract(str(contract_path)), operations_class, validate_responses=validate_responses
    )


def method_name(operations: type, operation_id: str) -> str:
    """The method for an operation: its id, or its id in snake_case; see `Handlers`."""
    endings = ("", *getattr(operations, "other_versions", ()))
    for same in (operation_id.removesuffix(ending) for ending in endings):
        for name in (same, inflection.underscore(same)):
            if callable(getattr(operations, name, None)):
                return name
    raise AttributeError(f"{operations.__name__} has no method for operation {operation_id}")


def as_sent(call: Call, scope: Any, raw: bytes) -> Call:
    """A signed call with what its signature covers beside the query: its path and a form."""
    form = raw.decode("latin-1") if signed_form(call) else ""
    return replace(call, target=scope["raw_path"].decode("latin-1"), form=form)


def as_problem(error: Exception, exchange: Exchange) -> Problem:
    """Whatever went wrong, as a problem; what nobody expected is logged and becomes a 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return Problem(409, error.sentence, rule=error.rule)
    if isinstance(error, Unknown):
        return Problem(404, f"there is no such {error.kind}")
    log.error("%s failed", exchange.call.operation or exchange.call.path, exc_info=error)
    return Problem(500, f"the mock failed: {type(error).__name__}")
