"""The control plane of one mock, as plain calls.

It goes over the standard library's client on purpose: a test that replaces the transport of httpx
or requests for its own ends does not reach what the fixtures do.
"""

import json
from decimal import Decimal
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

SECONDS = 60


class MockError(Exception):
    """The mock did not do what the test asked of it.

    Attributes:
        status: 404 for what is not there, 409 for what a SIS refuses, 422 for what makes no sense.
        detail: why, in one sentence.
    """

    def __init__(self, asked: str, status: int, detail: str) -> None:
        super().__init__(f"{asked}: {detail} ({status})")
        self.status = status
        self.detail = detail


class Control:
    """Calls `/_mock/...` below the root of a mock; numbers with a point come back as Decimal."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port)
        self._prefix = parts.path.rstrip("/") + "/_mock"

    def __call__(self, method: str, *path: str, body: Any = None, **query: Any) -> Any:
        """Do one request; *path* goes in segments. MockError: it was not done."""
        where = "".join(f"/{quote(str(part), safe='')}" for part in path)
        asked = {name: _text(value) for name, value in query.items() if value is not None}
        target = self._prefix + where + (f"?{urlencode(asked)}" if asked else "")
        status, answer = self._send(method, target, body)
        if status >= 400:
            raise MockError(f"{method} {where}", status, _why(answer))
        return answer

    def _send(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body, default=_plain)
        headers = {} if content is None else {"Content-Type": "application/json"}
        connection = HTTPConnection(*self._address, timeout=SECONDS)
        try:
            connection.request(method, target, content, headers)
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(raw, parse_float=Decimal) if raw else None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any) -> Any:
    """Decimals as JSON numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is none of JSON's types")


def _why(answer: Any) -> str:
    if not isinstance(answer, dict):
        return "no explanation"
    broken = "; ".join(f"{v['pointer']} {v['message']}" for v in answer.get("violations", []))
    return broken or str(answer.get("detail", "no explanation"))
