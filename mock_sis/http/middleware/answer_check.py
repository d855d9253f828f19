"""Holds what a mock answers to its contract: an answer that is not described is a 500.

connexion checks the bodies of statuses that a contract has, and lets any other status pass.
"""

from collections.abc import Mapping
from typing import Any

from mock_sis.http.contract import Operation
from mock_sis.http.errors import as_problem
from mock_sis.http.exchange import Asgi, Exchange, Message, Receive, Scope, Send
from mock_sis.http.response import response
from mock_sis.http.schemas import compiled
from mock_sis.http.types import problem_json
from mock_sis.http.validators import exact


class UndescribedAnswer(Exception):
    """A handler answered something that its contract does not describe: a fault of the mock."""


class AnswerCheck:
    """Holds back each answer until it was compared with the contract."""

    def __init__(self, inner: Asgi) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the contract describes, and a 500 for the rest."""
        exchange: Exchange = scope["passback"]
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._inner(scope, receive, keep)
        try:
            assert exchange.operation is not None
            check(exchange.operation, messages)
        except UndescribedAnswer as error:
            answer = problem_json(as_problem(error, exchange))
            await response(answer)(scope, receive, send)
            return
        for message in messages:
            await send(message)


def check(operation: Operation, messages: list[Message]) -> None:
    """Raise `UndescribedAnswer` for an answer that the contract does not describe."""
    status = messages[0]["status"]
    headers = {name: value.decode("latin-1") for name, value in messages[0]["headers"]}
    content = b"".join(message.get("body", b"") for message in messages[1:])
    described = operation.responses.get(str(status), operation.responses.get("default"))
    if described is None and status == 500:
        return  # the mock itself failed
    if described is None:
        raise UndescribedAnswer(f"{operation.id} has no response {status}")
    if described and content:
        _check_body(f"{operation.id} {status}", described, headers[b"content-type"], content)


def _check_body(
    which: str, described: Mapping[str, Mapping[str, Any] | None], media: str, content: bytes
) -> None:
    media = media.split(";", maxsplit=1)[0]
    if media not in described:
        raise UndescribedAnswer(f"{which} is never {media}")
    schema = described[media]
    value = exact(content) if media.endswith("json") else content.decode()
    if schema and (found := compiled(schema, answer=True).violations(value)):
        raise UndescribedAnswer(f"{which}: {found[0]}")
