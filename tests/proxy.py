"""A proxy that makes tunnels, over real sockets: what a school's network has on the way out."""

import socket
import threading
from base64 import b64encode
from contextlib import contextmanager, suppress


class ConnectProxy:
    """Answers CONNECT: with a tunnel, or with what *refuse* holds.

    Attributes:
        asked: the lines of each head that came.
        refuse: bytes to answer instead; empty to let it through.
        user: "name:password" that must be shown, if any.
    """

    def __init__(self, user=""):
        self.asked, self.refuse, self.user, self.carried = [], b"", user, 0
        self._links = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listening.getsockname()
        self.url = f"http://{self.host}:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def hang_up(self, refuse):
        """Cut every tunnel, and answer with *refuse* from now on."""
        self.refuse = refuse
        for link in self._links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._listening.close()

    def _serve(self):
        while True:
            try:
                link = self._listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._answer, args=(link,), daemon=True).start()

    def _answer(self, link):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = link.recv(65536)
            if not piece:
                return
            head += piece
        lines = head.decode().removesuffix("\r\n\r\n").split("\r\n")
        self.asked.append(lines)
        self._links.append(link)
        with link:
            link.sendall(self._verdict(lines))
            if not self.refuse and self._knows(lines):
                self._carry(link, lines[0].split()[1])

    def _knows(self, lines):
        shown = f"proxy-authorization: Basic {b64encode(self.user.encode()).decode()}"
        return not self.user or shown in map(_lower_name, lines)

    def _verdict(self, lines):
        if not self._knows(lines):
            return (
                b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                b'Proxy-Authenticate: Basic realm="x"\r\ncontent-length: 5\r\n\r\nlogin'
            )
        return self.refuse or b"HTTP/1.1 200 Connection established\r\n\r\n"

    def _carry(self, link, server):
        host, _, port = server.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port))) as other:
            back = threading.Thread(target=self._pour, args=(other, link), daemon=True)
            back.start()
            self._pour(link, other)
            back.join()

    def _pour(self, one, other):
        with suppress(OSError):
            while piece := one.recv(65536):
                self.carried += len(piece)
                other.sendall(piece)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)


def _lower_name(line):
    name, colon, value = line.partition(":")
    return name.lower() + colon + value


@contextmanager
def connect_proxy(user=""):
    proxy = ConnectProxy(user)
    try:
        yield proxy
    finally:
        proxy.close()


def nobody():
    """The url of a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return f"http://127.0.0.1:{gone.getsockname()[1]}"
