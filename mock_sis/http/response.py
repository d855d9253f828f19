"""Answers on their way out: as bytes with exact numbers, and checked against their contract."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from mock_sis.http.contract import Operation
from mock_sis.http.types import Answer
from mock_sis.http.validators import compiled, exact

WITHOUT_LENGTH = {204, 304}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it goes out; an ASGI app that sends it."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        """Send it."""
        sized = [*self.headers.items()]
        if self.status not in WITHOUT_LENGTH:
            sized.append(("content-length", str(len(self.content))))
        headers = raw_headers(sized)
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content})


def plain_reply(answer: Answer) -> Reply:
    """A reply that no contract has a word in."""
    return Reply(answer.status, answer.headers, encode(answer.body) or b"")


def raw_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def encode(body: Any) -> bytes | None:
    """A body as bytes: text and bytes as they are, anything else as JSON with exact decimals."""
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return orjson.dumps(body, default=_number)


def check_answer(
    operation: Operation, status: int, headers: Mapping[str, str], content: bytes | None
) -> None:
    """Raise when the contract does not describe this answer."""
    responses = operation.responses
    described = responses.get(str(status), responses.get("default"))
    if described is None:
        raise UndescribedAnswer(f"{operation.id} has no response {status}")
    if not described or content is None:
        return
    media = headers["Content-Type"].split(";")[0]
    if media not in described:
        raise UndescribedAnswer(f"{operation.id} {status} is never {media}")
    schema = described[media]
    value = exact(content) if media.endswith("json") else content.decode()
    if schema and (found := compiled(schema, answer=True).violations(value)):
        raise UndescribedAnswer(f"{operation.id} {status}: {found[0]}")


class UndescribedAnswer(Exception):
    """A handler answered something that its contract does not describe: a fault of the mock."""


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    raise TypeError(type(value).__name__)
