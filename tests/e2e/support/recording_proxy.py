"""A server between the agent and a mock: it writes down what passes, and lies when a test wants it.

Bodies are not in the mock's journal; here they are. An `alter` function may change any answer, or
answer in the mock's stead; `down` cuts every connection, as a server does that goes away.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import httpx

JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html"}


@dataclass(slots=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    body: bytes
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def sent(self) -> Any:
        """The request's JSON."""
        return json.loads(self.body)

    @property
    def json(self) -> Any:
        """The answer's JSON."""
        return json.loads(self.content)

    def answer(self, status: int, content: bytes | str | Any, headers: dict[str, str]) -> None:
        """Answer otherwise."""
        if not isinstance(content, bytes | str):
            content = json.dumps(content)
        self.status, self.headers = status, headers
        self.content = content.encode() if isinstance(content, str) else content


@dataclass(slots=True)
class Relay:
    """What a test may set: `alter` sees every answer on its way back, `down` ends all answers.

    `before` is asked before a request is passed on; True keeps it from the mock.
    """

    url: str
    target: str
    alter: Callable[[Exchange], None] = lambda _exchange: None
    before: Callable[[Exchange], bool] = lambda _exchange: False
    down: bool = False
    seen: list[Exchange] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, verify=False))

    def of(self, method: str, part: str) -> list[Exchange]:
        """The requests of a method whose path holds *part*, in order."""
        return [e for e in self.seen if e.method == method and part in e.path]

    def carry(self, exchange: Exchange, headers: dict[str, str]) -> bool:
        """Pass a request on; False when it shall get no answer."""
        with self.lock:
            self.seen.append(exchange)
            if self.before(exchange):
                return not self.down
            if self.down:
                return False
        answer = self.http.request(
            exchange.method, self.target + exchange.path, headers=headers, content=exchange.body
        )
        kept = ("content-type", "location", "link", "x-total-count", "retry-after")
        exchange.status, exchange.content = answer.status_code, answer.content
        exchange.headers = {name: answer.headers[name] for name in kept if name in answer.headers}
        with self.lock:
            self.alter(exchange)
        return not self.down


@contextmanager
def relaying(target: str) -> Iterator[Relay]:
    """A relay in front of *target* (a mock's root, or a world's)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    relay = Relay(url=f"http://127.0.0.1:{server.server_port}", target=target.rstrip("/"))
    server.relay = relay  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        relay.http.close()


@contextmanager
def between(district: Any, side: str) -> Iterator[Relay]:
    """A relay between a district's agent and one side of it, "sis" or "otus"."""
    mock = getattr(district, side)
    with relaying(mock) as relay:
        setattr(district, side, relay.url)
        try:
            yield relay
        finally:
            setattr(district, side, mock)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _carry(self) -> None:
        relay: Relay = self.server.relay  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        left_out = {"host", "content-length", "accept-encoding", "connection"}
        headers = {n: v for n, v in self.headers.items() if n.lower() not in left_out}
        exchange = Exchange(self.command, self.path, body)
        if not relay.carry(exchange, headers):
            self.close_connection = True
            return
        self.send_response_only(exchange.status)
        self.send_header("date", exchange.headers.pop("date", self.date_time_string()))
        for name, value in exchange.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(exchange.content)))
        self.end_headers()
        self.wfile.write(exchange.content)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _carry  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass
