"""Lanes that answer from a function of the test's, or keep what goes over a real connection."""

from urllib.parse import urlsplit

import httpx

from agent.lane import Lane
from agent.wire import Answer


class Mocked:
    """Asks *handle*, a function of an `httpx.Request` that answers or raises a `LaneError`."""

    def __init__(self, handle, base="https://sis.example"):
        self.handle = handle
        self.base = base

    def exchange(self, request):
        response = self.handle(asked(request, self.base))
        return Answer(response.status_code, dict(response.headers), response.read())

    def close(self):
        pass


class Recorded(Lane):
    """A lane to the server at *url* that keeps each request in *sent* as it goes out."""

    def __init__(self, url, sent):
        parts = urlsplit(url)
        super().__init__(parts.hostname, parts.port)
        self.base = f"{parts.scheme}://{parts.netloc}"
        self.sent = sent

    def exchange(self, request):
        self.sent.append(asked(request, self.base))
        return super().exchange(request)


def asked(request, base):
    """The request as httpx has it, which reads addresses and bodies for a test."""
    method, target, headers, body = request
    return httpx.Request(method, base + target, headers=dict(headers), content=body)
