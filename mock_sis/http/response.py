"""Answers on their way out: bytes with exact numbers."""

from decimal import Decimal
from typing import Any

import orjson
from starlette.responses import Response

from mock_sis.http.types import JSON, Answer

WITHOUT_BODY = {204, 304}


def response(answer: Answer) -> Response:
    """An answer as it goes out, an ASGI app; a body is JSON where nothing else is said."""
    headers = dict(answer.headers)
    if answer.body is not None:
        headers = {**JSON, **headers}
    elif answer.status in WITHOUT_BODY:
        headers.pop("Content-Type", None)
    return Response(encode(answer.body), answer.status, headers)


def encode(body: Any) -> bytes | None:
    """A body as bytes: text and bytes as they are, anything else as JSON with exact decimals."""
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return orjson.dumps(body, default=_number)


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    raise TypeError(type(value).__name__)
