"""A cable to a server that can be cut: a TCP proxy over real sockets."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER for a connection that ends with a reset instead of a goodbye."""


class Cable:
    """Carries every connection to *target*, until it is cut.

    Attributes:
        port: where it listens, on the loopback address.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._whole = threading.Event()
        self._whole.set()
        self._lock = threading.Lock()
        self._links: list[tuple[socket.socket, socket.socket]] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, *, noticed: bool = False) -> None:
        """Carry nothing any more, and close nothing: neither end learns of it.

        *noticed*: the server's keep-alive did, so that it ended its side of each connection.
        """
        self._whole.clear()
        if noticed:
            for _, server in self._taken(forget=False):
                _end(server, reset=False)

    def mend(self) -> None:
        """Carry what waited, and all that comes."""
        self._whole.set()

    def reset(self) -> None:
        """End every connection at once on both sides, as a firewall does that was restarted."""
        for link in self._taken(forget=True):
            for end in link:
                _end(end, reset=True)

    def close(self) -> None:
        """Carry nothing, and let nobody connect."""
        self._listening.close()
        self._whole.set()
        self.reset()

    def connections(self) -> int:
        """How many were made and not ended by the cable."""
        with self._lock:
            return len(self._links)

    def _taken(self, *, forget: bool) -> list[tuple[socket.socket, socket.socket]]:
        with self._lock:
            links = list(self._links)
            if forget:
                self._links.clear()
        return links

    def _serve(self) -> None:
        while True:
            try:
                client = self._listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        self._whole.wait()
        try:
            server = socket.create_connection(self._target)
        except OSError:
            _end(client, reset=True)
            return
        link = client, server
        with self._lock:
            self._links.append(link)
        back = threading.Thread(target=self._pour, args=(server, client), daemon=True)
        back.start()
        self._pour(client, server)
        back.join()
        with self._lock:
            if link in self._links:
                self._links.remove(link)
        for end in link:
            _end(end, reset=False)

    def _pour(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(65536):
                self._whole.wait()
                other.sendall(piece)
        self._whole.wait()
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)


def _end(end: socket.socket, *, reset: bool) -> None:
    with suppress(OSError):
        if reset:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        else:
            end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        if reset:  # another thread waits in it, which a close alone would not wake
            end.shutdown(socket.SHUT_RD)
        end.close()


@contextmanager
def cable(host: str, port: int) -> Iterator[Cable]:
    """A cable to a server."""
    found = Cable((host, port))
    try:
        yield found
    finally:
        found.close()
