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
class _Lane:
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
    lanes = [_Lane(_connected(address)) for _ in range(connections)]
    for lane in lanes:
        selector.register(lane.socket, selectors.EVENT_READ, lane)
    times: list[float] = []
    bad, sample, waiting = 0, b"", len(lanes)
    began = perf_counter()
    until = began + seconds
    for lane in lanes:
        _send(lane, next(todo))
    while waiting:
        for key, _ in selector.select(30):
            lane = key.data
            part = lane.socket.recv(262_144)
            if not part:
                raise ConnectionError("the server hung up")
            lane.received += part
            if not complete(lane.received):
                continue
            now = perf_counter()
            times.append(now - lane.began)
            if lane.received[9:10] != b"2":
                bad, sample = bad + 1, bytes(lane.received)
            if now < until:
                _send(lane, next(todo))
            else:
                waiting -= 1
    spent = perf_counter() - began
    for lane in lanes:
        lane.socket.close()
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


def _send(lane: _Lane, content: bytes) -> None:
    lane.received.clear()
    lane.began = perf_counter()
    lane.socket.sendall(content)


def _connected(address: tuple[str, int]) -> socket.socket:
    made = socket.create_connection(address, timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made
