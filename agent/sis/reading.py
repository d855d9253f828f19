"""Reading OneRoster: one record or all of them, page by page, and counting without reading."""

from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import quote, urlencode

from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.rows import Kind, Row

R = TypeVar("R", bound=Row)

PAGE = 10_000


def segment(sourced_id: str) -> str:
    """An id as part of a path."""
    return quote(sourced_id, safe="")


class Reader:
    """The reads of one OneRoster server."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def one(self, operation: Operation, path: str, kind: Kind[R]) -> R | None:
        """The record at *path*; None when the server says that there is none."""
        reply = self._http.call(operation, path)
        if absent(reply):
            return None
        return kind.one(_usable(reply))

    def all(
        self, operation: Operation, path: str, kind: Kind[R], *, where: str = ""
    ) -> Iterator[R]:
        """Every record at *path* that meets the filter *where*, in the server's order."""
        first = self._page(operation, path, where=where, limit=PAGE, offset=0)
        return self._pages(first, operation, path, kind, where=where)

    def all_or_none(self, operation: Operation, path: str, kind: Kind[R]) -> Iterator[R] | None:
        """Every record below the thing that *path* names; None when there is no such thing."""
        first = self._ask(operation, path, limit=PAGE, offset=0)
        if absent(first):
            return None
        return self._pages(_usable(first), operation, path, kind)

    def _pages(
        self, page: Reply, operation: Operation, path: str, kind: Kind[R], *, where: str = ""
    ) -> Iterator[R]:
        """By offset and not by the links that servers give, since some encode them anew."""
        offset = 0
        while True:
            rows = kind.page(page)
            yield from rows
            offset += len(rows)
            if not rows or not _goes_on(page, len(rows), offset):
                return
            page = self._page(operation, path, where=where, limit=PAGE, offset=offset)

    def first(self, operation: Operation, path: str, kind: Kind[R]) -> R | None:
        """Any one record; None where there is none."""
        return next(iter(kind.page(self._page(operation, path, limit=1))), None)

    def newest(self, operation: Operation, path: str, kind: Kind[R]) -> R | None:
        """The record that was modified last; None where there is none."""
        reply = self._page(operation, path, limit=1, sort="dateLastModified", orderBy="desc")
        return next(iter(kind.page(reply)), None)

    def count(self, operation: Operation, path: str, *, where: str = "") -> int | None:
        """How many records meet *where*; None where the server does not count."""
        return _total(self._page(operation, path, where=where, limit=1))

    def _page(self, operation: Operation, path: str, *, where: str = "", **query: object) -> Reply:
        return _usable(self._ask(operation, path, where=where, **query))

    def _ask(self, operation: Operation, path: str, *, where: str = "", **query: object) -> Reply:
        asked = query | ({"filter": where} if where else {})
        return self._http.call(operation, f"{path}?{urlencode(asked, quote_via=quote)}")


def absent(reply: Reply) -> bool:
    """Whether the server itself says that there is no such record.

    A 404 that is not in its own words is a wrong address: nothing follows for the record.
    """
    if reply.status == 404 and not reply.is_json:
        raise reply.not_understood("there is no such service at this url")
    return reply.status == 404


def _usable(reply: Reply) -> Reply:
    if not reply.ok:
        raise reply.not_understood(f"the read was refused with {reply.status}")
    return reply


def _goes_on(reply: Reply, length: int, offset: int) -> bool:
    total = _total(reply)
    if total is not None:
        return offset < total
    link = reply.headers.get("link", "")
    return "next" in link if link else length >= PAGE


def _total(reply: Reply) -> int | None:
    text = reply.headers.get("x-total-count", "").strip()
    return int(text) if text.isdecimal() else None
