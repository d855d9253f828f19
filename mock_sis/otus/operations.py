"""The Otus side: tokens and the change feed, each a method for an operation of otus.yaml.

A cursor is a place in the feed; inside a snapshot it also says how far the snapshot is, and its
place is where the snapshot began: what changes meanwhile comes in the delta that follows. A reset
or a restored snapshot starts a new epoch; cursors of an older one are no longer known.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson

from mock_sis.http.tokens import LIFETIME, Tokens, credentials, known_client
from mock_sis.http.types import JSON, Answer, Call, Problem, problem_json
from mock_sis.world.feed import KINDS, FeedChange
from mock_sis.world.world import World

NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a reader of the feed stands.

    Attributes:
        seq: changes up to this one are known, or will be when the snapshot is through.
        kind: inside a snapshot, the kind being read; else "".
        after: the last id of that kind that was read.
    """

    epoch: str
    seq: int
    kind: str = ""
    after: str = ""

    def __str__(self) -> str:
        plain = orjson.dumps([self.epoch, self.seq, self.kind, self.after])
        return base64.urlsafe_b64encode(plain).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor that was given out as *text*; ValueError when it never was."""
        try:
            plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            epoch, seq, kind, after = orjson.loads(plain)
        except (binascii.Error, orjson.JSONDecodeError, TypeError) as error:
            raise ValueError("not a cursor") from error
        cursor = cls(str(epoch), seq, str(kind), str(after))
        if type(seq) is not int or seq < 0 or kind not in {"", *KINDS} or str(cursor) != text:
            raise ValueError("not a cursor")
        return cursor


class Operations:
    """Handlers of otus.yaml over one world."""

    def __init__(self, world: World) -> None:
        self._feed = world.feed
        self._tokens = Tokens(world, "otus")

    def authorize(self, call: Call) -> str:
        """Every operation but the token needs a bearer token."""
        return self._tokens.authorize(call)

    def problem(self, problem: Problem, call: Call) -> Answer:
        """OAuth has a shape of its own."""
        if call.operation != "requestToken" or problem.status >= 500:
            return problem_json(problem)
        granted = all(found["pointer"] != "/grant_type" for found in problem.violations)
        error = "invalid_request" if granted else "unsupported_grant_type"
        return Answer({"error": error}, problem.status, NO_STORE)

    def request_token(self, call: Call, body: dict[str, str]) -> Answer:
        """Credentials in a Basic header or in the form."""
        asked = credentials(call, body)
        if not known_client(asked):
            headers = {**NO_STORE, "WWW-Authenticate": "Basic"}
            return Answer({"error": "invalid_client"}, 401, headers)
        token = self._tokens.issue(asked.client or "", asked.scope)
        seconds = int(LIFETIME.total_seconds())
        answer = {"access_token": token, "token_type": "bearer", "expires_in": seconds}
        return Answer(answer, 200, NO_STORE)

    def list_changes(self, limit: int, cursor: str = "") -> Answer:
        """A page of the snapshot or of the delta."""
        at = self._position(cursor)
        page = self._snapshot(at, limit) if at.kind else self._delta(at, limit)
        return Answer(page, 200, JSON)

    def _position(self, text: str) -> Cursor:
        epoch = self._feed.epoch
        if not text:
            return Cursor(epoch, self._feed.head(), KINDS[0])
        try:
            cursor = Cursor.parse(text)
        except ValueError as error:
            raise Problem(400, "the cursor cannot be read") from error
        if cursor.epoch != epoch or cursor.seq > self._feed.head():
            raise Problem(410, "the cursor is no longer known, start again without one")
        return cursor

    def _snapshot(self, at: Cursor, limit: int) -> dict[str, Any]:
        changes: list[FeedChange] = []
        kind, after = at.kind, at.after
        for kind in KINDS[KINDS.index(at.kind) :]:
            changes += self._feed.snapshot(kind, after, limit + 1 - len(changes))
            if len(changes) > limit:
                break
            after = ""
        more = len(changes) > limit
        page = changes[:limit]
        end = Cursor(at.epoch, at.seq)
        if more:
            end = Cursor(at.epoch, at.seq, page[-1].kind, page[-1].id)
        return _page(page, end, snapshot=True, more=more)

    def _delta(self, at: Cursor, limit: int) -> dict[str, Any]:
        changes = self._feed.since(at.seq, limit + 1)
        page = changes[:limit]
        end = Cursor(at.epoch, page[-1].seq if page else at.seq)
        return _page(page, end, snapshot=False, more=len(changes) > limit)


def _page(changes: list[FeedChange], end: Cursor, *, snapshot: bool, more: bool) -> dict[str, Any]:
    return {
        "snapshot": snapshot,
        "cursor": str(end),
        "more": more,
        "changes": [_change(change) for change in changes],
    }


def _change(change: FeedChange) -> dict[str, Any]:
    named = {"kind": change.kind, "op": "remove" if change.removed else "put", "id": change.id}
    record: Any = orjson.Fragment(change.record)
    return (
        {**named, **orjson.loads(change.record)} if change.removed else {**named, "record": record}
    )
