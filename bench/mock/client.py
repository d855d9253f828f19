"""A lean client: kept-alive connections in one loop, so that the server is the limit and not it.

Each connection sends its next request when it has the answer to the last one, so the slowest
answers weigh less than with clients that do not wait.
"""

import selectors
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter

END = b"\r\n\r\n"
LENGTH = b"content-length:"
CHUNKED = b"transfer-encoding: chunked"
LAST_CHUNK = b"0\r\n\r\n"


@dataclass(slots=True)
class Driven:
    """What came of driving a server.

    Attributes:
        seconds: from the first request to the last answer.
        times: of each answer, in seconds, sorted.
        bad: how many answers had another status than 2xx.
    """

    seconds: float
    times: list[float]
    bad: int
    sample: bytes = b""

    def at(self, share: float) -> float:
        """The time within which *share* of the answers came."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


@dataclass(slots=True)
class _Connection:
    """One connection and what has come of the current answer."""

    socket: socket.socket
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)


def drive(
    address: tuple[str, int], requests: Sequence[bytes], connections: int, seconds: float
) -> Driven:
    """Send *requests* in turn, over and over, for *seconds*."""
    todo = cycle(requests)
    selector = selectors.DefaultSelector()
    opened = [_Connection(_connected(address)) for _ in range(connections)]
    for connection in opened:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    times: list[float] = []
    bad, sample, waiting = 0, b"", len(opened)
    began = perf_counter()
    until = began + seconds
    for connection in opened:
        _send(connection, next(todo))
    while waiting:
        for key, _ in selector.select(30):
            connection = key.data
            part = connection.socket.recv(262_144)
            if not part:
                raise ConnectionError("the server hung up")
            connection.received += part
            if not complete(connection.received):
                continue
            now = perf_counter()
            times.append(now - connection.began)
            if connection.received[9:10] != b"2":
                bad, sample = bad + 1, bytes(connection.received)
            if now < until:
                _send(connection, next(todo))
            else:
                waiting -= 1
    spent = perf_counter() - began
    for connection in opened:
        connection.socket.close()
    return Driven(spent, sorted(times), bad, sample)


def request(method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> bytes:
    """A request as it goes over the wire."""
    sized = headers if body is None else {**headers, "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in sized.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + (body or b"")


def complete(answer: bytearray) -> bool:
    """Whether *answer* is a whole HTTP answer."""
    end = answer.find(END)
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    at = head.find(LENGTH)
    if at >= 0:
        length = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0])
        return len(answer) >= end + len(END) + length
    return answer.endswith(LAST_CHUNK) if CHUNKED in head else True


def _send(connection: _Connection, content: bytes) -> None:
    connection.received.clear()
    connection.began = perf_counter()
    connection.socket.sendall(content)


def _connected(address: tuple[str, int]) -> socket.socket:
    made = socket.create_connection(address, timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made
