"""Otus as a source: its change feed over HTTP (contracts/otus.yaml), page by page."""

from collections.abc import Iterable, Iterator
from typing import Protocol
from urllib.parse import urlencode

import msgspec

from agent import log
from agent.errors import NotUnderstoodError, PassbackError, UnavailableError
from agent.http.oauth import Endpoint
from agent.http.responses import Operation, Reply
from agent.sources.otus_records import changes
from agent.sources.otus_wire import FeedChange, FeedPage
from agent.sources.port import Change, Page, Probe
from agent.sources.values import UnusableError

TOKEN = Endpoint("requestToken", "/oauth/token")
LIST_CHANGES = Operation("listChanges")

_FORGOTTEN = frozenset({400, 410})
_EMPTY_PAGES = 100
_PAGES = 100_000
"""Pages beyond which a feed counts as endless: five million scores in pages of fifty."""
_page = msgspec.json.Decoder(FeedPage)


class Caller(Protocol):
    """What is needed of `agent.http.Http`."""

    def call(self, operation: Operation, path: str, body: object = None) -> Reply:
        """Send, and wait for a usable answer."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class OtusSource:
    """The change feed of one Otus.

    Args:
        http: signs in and retries.
        limit: changes in a page at most.
        pages: pages in one pull at most.
    """

    def __init__(self, http: Caller, *, limit: int = 5000, pages: int = _PAGES) -> None:
        self._http = http
        self._limit = limit
        self._pages = pages

    def check(self) -> Iterator[Probe]:
        """Sign in and read one change."""
        try:
            page = self._read(self._ask(None, limit=1))
        except PassbackError as error:
            yield Probe(name="the Otus feed", ok=False, detail=str(error))
        else:
            found = "answers" if page.changes else "answers, and is empty"
            yield Probe(name="the Otus feed", ok=True, detail=found)

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """Everything since *cursor*; a snapshot where there is none or Otus forgot it."""
        reply = self._ask(cursor)
        if cursor and reply.status in _FORGOTTEN:
            log.info("source_cursor_forgotten", status=reply.status)
            cursor = None
            reply = self._ask(None)
        page = self._read(reply)
        snapshot = page.snapshot
        if not cursor and not snapshot:
            raise _not_understood("a feed from its beginning that is no snapshot")
        asked = {cursor or ""}
        empty = 0
        while True:
            yield Page(
                changes=tuple(_meaning(page.changes)),
                snapshot=snapshot,
                cursor=page.cursor,
                last=not page.more,
            )
            if not page.more:
                return
            empty = 0 if page.changes else empty + 1
            if page.cursor in asked or empty > _EMPTY_PAGES or len(asked) >= self._pages:
                raise _not_understood("a feed that never ends")
            asked.add(page.cursor)
            page = self._read(self._ask(page.cursor))
            if page.snapshot != snapshot:
                raise _not_understood("a snapshot that turns into something else")

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _ask(self, cursor: str | None, *, limit: int | None = None) -> Reply:
        query = {"limit": str(limit or self._limit)} | ({"cursor": cursor} if cursor else {})
        return self._http.call(LIST_CHANGES, f"/v1/changes?{urlencode(query)}")

    def _read(self, reply: Reply) -> FeedPage:
        if not reply.ok:
            raise UnavailableError(
                f"it refused this with status {reply.status}",
                system="source",
                operation=LIST_CHANGES.name,
                status=reply.status,
            )
        return reply.read(_page)


def _meaning(found: Iterable[FeedChange]) -> Iterator[Change]:
    for each in found:
        try:
            meant = list(changes(each))
        except UnusableError as error:
            raise _not_understood(str(error)) from None
        if not meant:
            log.warning("source_change_ignored", kind=each.kind[:40])
        yield from meant


def _not_understood(why: str) -> NotUnderstoodError:
    return NotUnderstoodError(why, system="source", operation=LIST_CHANGES.name)
