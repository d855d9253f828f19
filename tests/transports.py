"""Connections that answer from a function of the test's, or keep what goes over a real one."""

import httpx2

mocked = httpx2.MockTransport
"""Asks a function of an `httpx2.Request`, which answers or raises an error of the library's."""


class Recorded(httpx2.HTTPTransport):
    """A real connection that keeps each request in *sent* as it goes out."""

    def __init__(self, sent):
        super().__init__(trust_env=False)
        self.sent = sent

    def handle_request(self, request):
        self.sent.append(request)
        return super().handle_request(request)
