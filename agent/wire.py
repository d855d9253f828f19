"""HTTP/1.1 without a socket: a request as bytes, and bytes as an answer.

llhttp reads them, through httptools. It knows no bounds and no end of a connection, and what it
takes for an answer beyond that is refused here: what is not whole must never pass for done.
"""

import gzip
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_LONGEST_HEAD = 65_536
_MOST_HEADERS = 100
_FINAL = range(200, 1000)
_INTERIM = range(100, 200)
_WITHOUT_CONTENT = frozenset({"HEAD", "CONNECT"})


class Request(NamedTuple):
    """What is asked; *target* is the path with its query, percent-encoded."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None


class Answer(NamedTuple):
    """What came back; names of headers are in lower case, and repeated ones are joined."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class MalformedError(Exception):
    """This is no HTTP, or not all of it."""


def written(request: Request, named: str) -> bytes:
    """The request as it goes out, head and body together; *named* is the server's Host header."""
    lines = [f"{request.method} {request.target} HTTP/1.1", f"host: {named}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    body = request.body
    if body is not None:
        lines.append(f"content-length: {len(body)}")
    elif request.method in {"POST", "PUT", "PATCH"}:
        lines.append("content-length: 0")
    if " " in request.target or not all(line.isascii() and line.isprintable() for line in lines):
        raise MalformedError
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
    return head + body if body else head


class Reading:
    """One answer, read as it comes in.

    Attributes:
        done: it is all there.
        last: nothing more is to be asked on this connection.
    """

    def __init__(self, method: str) -> None:
        self.done = False
        self.last = True
        self._method = method
        self._parser = HttpResponseParser(self)
        self._head = b""
        self._status = 0
        self._lines = 0
        self._length = 0
        self._headers: dict[str, str] = {}
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Take what the server said; nothing means that it hung up."""
        if not data:
            self._hung_up()
        if not self._status:
            self._head += data
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            ours = error.__context__
            if ours is not None and not isinstance(ours, MalformedError):
                raise ours from None
            self.last = True
            if not self.done:
                raise MalformedError from error
        if not self._status and len(self._head) > _LONGEST_HEAD:
            raise MalformedError

    def answer(self) -> Answer:
        """What was read, once it is done."""
        content = b"".join(self._pieces)
        packed = self._headers.get("content-encoding", "").lower() in {"gzip", "x-gzip"}
        if content and packed:
            try:
                content = gzip.decompress(content)
            except (OSError, EOFError, zlib.error) as error:
                raise MalformedError from error
        return Answer(self._status, self._headers, content)

    def _hung_up(self) -> None:
        if not self._status or self._headers.keys() & {"content-length", "transfer-encoding"}:
            raise MalformedError
        self.done = True

    # What follows is called by the parser. Anything said after the answer ends the connection.

    def on_message_begin(self) -> None:
        """A first byte came."""
        if self.done:
            raise MalformedError

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head, or of what trails the chunks, which counts for nothing."""
        self._lines += 1
        self._length += len(name) + len(value)
        if self._lines > _MOST_HEADERS or self._length > _LONGEST_HEAD:
            raise MalformedError
        if not self._status:
            key, said = name.decode("ascii").lower(), value.decode("latin-1").strip()
            found = self._headers.get(key)
            self._headers[key] = said if found is None else f"{found}, {said}"

    def on_headers_complete(self) -> None:
        """The head ended: of the answer, or of an interim one, which is passed over."""
        status = self._parser.get_status_code()
        # llhttp also reads RTSP and HTTP/2.0 in lines, and any coding under chunks.
        coded = self._headers.get("transfer-encoding", "chunked").lower()
        if not self._head.startswith(b"HTTP/1.") or coded != "chunked":
            raise MalformedError
        if status in _INTERIM:
            self._headers.clear()
            return
        if status not in _FINAL:
            raise MalformedError
        self._status = status
        self.last = not self._parser.should_keep_alive()
        self.done = self._method in _WITHOUT_CONTENT

    def on_body(self, piece: bytes) -> None:
        """A piece of the content."""
        if self.done:
            raise MalformedError
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """The end, if it is not that of an interim answer."""
        self.done = bool(self._status)
