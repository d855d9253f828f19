"""The change feed of Otus, page by page."""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlencode

import msgspec

from agent.domain import Who
from agent.errors import NotUnderstoodError, UnavailableError
from agent.http.client import Http
from agent.http.oauth import Endpoint
from agent.http.responses import Operation, Reply
from agent.log import lines as log
from agent.probe import probe
from agent.sources.otus import records
from agent.sources.otus.feed import FeedChange, FeedPage
from agent.sources.port import Change, Page, Probe, UnusableError

TOKEN = Endpoint("requestToken", "/oauth/token")
LIST_CHANGES = Operation("listChanges")

_SIGN_IN = "client_id and client_secret in [source], which Otus gives out"
_FORGOTTEN = frozenset({400, 410})
_EMPTY_PAGES = 100
_PAGES = 100_000
"""Pages beyond which a feed counts as endless: five million scores in pages of fifty."""
_page = msgspec.json.Decoder(FeedPage)


class OtusSource:
    """The change feed of one Otus.

    Args:
        http: signs in and retries.
        limit: changes in a page at most.
        pages: pages in one pull at most.
    """

    def __init__(self, http: Http, *, limit: int = 5000, pages: int = _PAGES) -> None:
        self._http = http
        self._limit = limit
        self._pages = pages

    def check(self) -> Iterator[Probe]:
        """Sign in and read one change."""
        yield probe("the Otus feed", self._first, _SIGN_IN, Who.OPERATOR, "source")

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
                changes=_changes(page),
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
        """Close the connections."""
        self._http.close()

    def _first(self) -> str:
        page = self._read(self._ask(None, limit=1))
        return "answers" if page.changes else "answers, and is empty"

    def _ask(self, cursor: str | None, *, limit: int | None = None) -> Reply:
        query = {"limit": str(limit or self._limit)} | ({"cursor": cursor} if cursor else {})
        return self._http.call(LIST_CHANGES, f"/v1/changes?{urlencode(query)}")

    def _read(self, reply: Reply) -> FeedPage:
        if not reply.ok:
            raise reply.error(UnavailableError, f"it refused this with status {reply.status}")
        return reply.read(_page)


def _changes(page: FeedPage) -> tuple[Change, ...]:
    try:
        return tuple(chain.from_iterable(map(_read_change, page.changes)))
    except UnusableError as error:
        raise _not_understood(str(error)) from None


def _read_change(found: FeedChange) -> Iterator[Change]:
    if found.kind == "assessment":
        yield from records.assessment_changes(found)
    elif found.kind == "score":
        yield records.score_change(found)
    elif found.kind in records.ROSTER_KINDS:
        yield records.roster_change(found)
    else:
        log.warning("source_change_ignored", kind=found.kind[:40])


def _not_understood(why: str) -> NotUnderstoodError:
    return NotUnderstoodError(why, system="source", operation=LIST_CHANGES.name)
