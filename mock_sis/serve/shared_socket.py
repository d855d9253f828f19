"""Takes connections from a socket that several processes listen on, so that each gets its share.

Left alone, whoever wakes first takes all that wait, and clients that keep their connections stay.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sized
from contextlib import suppress

PATIENCE = 0.001
MOST_PATIENT = 20


class SharedSocket:
    """The more connections a process has, the longer it leaves the next one to the others.

    Args:
        connect: makes a connection of an accepted socket.
        inside: those that there are.
    """

    def __init__(
        self,
        listening: socket.socket,
        connect: Callable[[socket.socket], Awaitable[object]],
        inside: Sized,
    ) -> None:
        self._socket, self._connect, self._inside = listening, connect, inside
        self._loop = asyncio.get_running_loop()
        self._arriving: set[asyncio.Task[None]] = set()
        self._open = True
        self._loop.add_reader(self._socket, self._knock)

    def close(self) -> None:
        """Take no more."""
        self._open = False
        self._loop.remove_reader(self._socket)

    async def wait_closed(self) -> None:
        """Nothing is left to wait for."""

    def _knock(self) -> None:
        self._loop.remove_reader(self._socket)
        self._loop.call_later(PATIENCE * min(len(self._inside), MOST_PATIENT), self._take)

    def _take(self) -> None:
        if not self._open:
            return
        self._loop.add_reader(self._socket, self._knock)
        with suppress(OSError):  # another process has taken it, or it is gone
            made, _ = self._socket.accept()
            made.setblocking(False)
            arriving = self._loop.create_task(self._let_in(made))
            self._arriving.add(arriving)
            arriving.add_done_callback(self._arriving.discard)

    async def _let_in(self, accepted: socket.socket) -> None:
        with suppress(OSError):  # a handshake may fail
            await self._connect(accepted)
