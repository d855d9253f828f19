"""A SIS that takes its time, cheaply: it passes all on to a mock but the results that are put.

Those it answers itself, with 201 after a while, so that what is measured is the agent: the mock
would need as much CPU as the agent does. `python -m bench.delay_server PORT SECONDS` prints
the port on which it serves before the mock at PORT, and on SIGTERM the seconds that a result really
took on average: timers are late, by half a millisecond as a rule.
"""

import asyncio
import signal
import sys
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import uvloop

from bench.mock.client import END, LENGTH

CREATED = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"


@dataclass(slots=True)
class Taken:
    """Results that were answered, and the seconds between question and answer, summed."""

    results: int = 0
    seconds: float = 0.0


class Front(asyncio.Protocol):
    """One connection of the agent, and the one to the mock that goes with it."""

    def __init__(self, mock: int, seconds: float, taken: Taken) -> None:
        self._mock, self._seconds, self._taken = mock, seconds, taken
        self._received = bytearray()
        self._loop = asyncio.get_running_loop()
        self._upstream: asyncio.Task[Any] | None = None

    def connection_made(self, transport: Any) -> None:
        """Keep the way back."""
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        """Let the mock's side go too."""
        if self._upstream is not None and self._upstream.done():
            self._upstream.result()[0].close()

    def data_received(self, data: bytes) -> None:
        """Answer, or pass on, a whole request."""
        self._received += data
        end = self._received.find(END)
        if end < 0 or len(self._received) < end + len(END) + _length(self._received[:end]):
            return
        request = bytes(self._received)
        self._received.clear()
        line = request[: request.find(b"\r\n")]
        if line.startswith(b"PUT") and b"/results/" in line:
            self._loop.call_later(self._seconds, self._take, perf_counter())
        else:
            self._loop.create_task(self._pass_on(request))

    def _take(self, began: float) -> None:
        self._taken.results += 1
        self._taken.seconds += perf_counter() - began
        self._transport.write(CREATED)

    async def _pass_on(self, request: bytes) -> None:
        if self._upstream is None:
            back = Back(self._transport)
            made = self._loop.create_connection(lambda: back, "127.0.0.1", self._mock)
            self._upstream = self._loop.create_task(made)
        transport, _ = await asyncio.shield(self._upstream)
        transport.write(request)


class Back(asyncio.Protocol):
    """What the mock says goes to the agent."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        self._client.write(data)

    def connection_lost(self, _error: Exception | None) -> None:
        """Hang up as the mock did."""
        self._client.close()


def _length(head: bytearray) -> int:
    lowered = head.lower()
    at = lowered.find(LENGTH)
    return int(lowered[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def main(mock: int, seconds: float) -> None:
    """Serve before the mock until SIGTERM."""
    loop, taken, stop = asyncio.get_running_loop(), Taken(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(lambda: Front(mock, seconds, taken), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    print(taken.seconds / max(taken.results, 1), flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2])))
