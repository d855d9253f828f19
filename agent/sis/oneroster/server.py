"""One OneRoster server: its version, and its reads: one record, all page by page, or a count."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.oneroster.rows import Kind, Row
from agent.sis.oneroster.versions import Version
from agent.sis.reading import absent, query, usable

R = TypeVar("R", bound=Row)

PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Server:
    """One server of one district.

    Attributes:
        zone: the district's.
        now: the present, aware.
    """

    http: Http
    version: Version
    zone: ZoneInfo
    now: Callable[[], datetime]

    def today(self) -> date:
        """The district's date."""
        return self.now().astimezone(self.zone).date()

    def one(self, operation: Operation, path: str, kind: Kind[R]) -> R | None:
        """The record at *path*; None when the server says that there is none."""
        reply = self.http.call(operation, path)
        return None if absent(reply) else kind.one(usable(reply))

    def all(
        self, operation: Operation, path: str, kind: Kind[R], *, where: str = ""
    ) -> Iterator[R]:
        """Every record at *path* that meets the filter *where*, in the server's order."""
        first = self._page(operation, path, where=where, limit=PAGE, offset=0)
        return self._pages(first, operation, path, kind, where=where)

    def all_or_none(self, operation: Operation, path: str, kind: Kind[R]) -> Iterator[R] | None:
        """Every record below the thing that *path* names; None when there is no such thing."""
        first = self._ask(operation, path, limit=PAGE, offset=0)
        return None if absent(first) else self._pages(usable(first), operation, path, kind)

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

    def _page(self, operation: Operation, path: str, *, where: str = "", **asked: object) -> Reply:
        return usable(self._ask(operation, path, where=where, **asked))

    def _ask(self, operation: Operation, path: str, *, where: str = "", **asked: object) -> Reply:
        search = query(**asked, **({"filter": where} if where else {}))
        return self.http.call(operation, f"{path}?{search}")


def _goes_on(reply: Reply, length: int, offset: int) -> bool:
    total = _total(reply)
    if total is not None:
        return offset < total
    link = reply.headers.get("link", "")
    return "next" in link if link else length >= PAGE


def _total(reply: Reply) -> int | None:
    text = reply.headers.get("x-total-count", "").strip()
    return int(text) if text.isdecimal() else None
