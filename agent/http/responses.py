"""What an HTTP answer means: a reply to use, or a failure, and whether a repeat may help.

A status about one record (it is unknown, it conflicts, its data are wrong) is a reply, not a
failure: the vendor's module makes a receipt of it. No text here quotes a URL or a body.

A failure does not prove that nothing was done: a gateway gives up while the server works on, and a
server may write first and fail then. For what may be done twice this matters little. For a write
that may not, only an answer from before the work counts as refused (`_turned_away`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Literal, TypeVar

import msgspec

from agent.errors import (
    AskedToWaitError,
    DeniedError,
    MaintenanceError,
    NotUnderstoodError,
    ThrottledError,
    UnavailableError,
)
from agent.http.waiting import in_words, may_wait

T = TypeVar("T")
Unavailable = TypeVar("Unavailable", bound=UnavailableError)
System = Literal["source", "sis", "webhook", "ping"]
JSON = "application/json"

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Some servers write it before their JSON, which no decoder takes."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a decoder raises where content is not what it was made for, or nested beyond all measure."""
LONGEST_ASKED = 10 * 365 * 86_400.0
"""Seconds; a server that asks for a longer pause than ten years means for ever."""

_STALE = frozenset({401})
_ABOUT_THE_RECORD = frozenset({400, 404, 409, 410, 412, 422})
_NOT_FOR_US = {
    401: "our credentials were refused",
    403: "our credentials are not allowed to do this",
    405: "this operation is not offered to us",
    501: "this operation is not offered to us",
}
_SHUT = "it shows a page instead of answering: closed for maintenance?"
_FOR_GOOD = frozenset({301, 308})
_MOVED = "it answers from another address: is the url right, https included?"
_CLOSED = (b"maintenance", b"page unavailable")
_SENTENCE = 1000
"""Bytes of an answer in which a throttle's words are looked for."""
_SECONDS = re.compile(rb"(\d{1,6}) ?s(?:ec|econds?)?\b", re.IGNORECASE)
_PERHAPS_DONE = frozenset({500, 502, 504})
_BUSY = frozenset({408, 425, 429, 503})
_TOO_MANY = re.compile(rb"too many requests", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A success, or what the server says about the record it was asked about."""

    system: System
    operation: str
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return self.status < 300

    @property
    def media_type(self) -> str:
        """The content type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the server says that the content is JSON."""
        return self.media_type == JSON or self.media_type.endswith("+json")

    @property
    def is_page(self) -> bool:
        """Whether it is a web page, made for a person."""
        return self.media_type in {"text/html", "application/xhtml+xml"}

    def read(self, decoder: msgspec.json.Decoder[T]) -> T:
        """The content as *decoder*'s type; anything else is a `NotUnderstoodError`."""
        try:
            return decoder.decode(self.content)
        except UNREADABLE:
            # The decoder's own text may quote the content.
            raise self.not_understood() from None

    def not_understood(
        self, why: str = "the answer does not have the shape that the contract promises"
    ) -> NotUnderstoodError:
        """The error for an answer that cannot be used."""
        return self.error(NotUnderstoodError, why)

    def error(self, kind: type[Unavailable], why: str) -> Unavailable:
        """An error of a *kind* about this answer."""
        return kind(why, system=self.system, operation=self.operation, status=self.status)


def _never(_reply: Reply) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a contract, as the client needs to know it.

    Attributes:
        name: its operationId.
        write: whether it changes anything on the server.
        repeatable: whether doing it twice is the same as once. A write that is not is repeated only
            where it certainly was not done.
        stale: statuses that say that the token is no good any more.
        told: whether a failure of the server's is its word about the record all the same.
    """

    name: str
    method: str = "GET"
    write: bool = False
    repeatable: bool = True
    stale: frozenset[int] = _STALE
    told: Callable[[Reply], bool] = _never


@dataclass(eq=False)
class FailedError(Exception):
    """An attempt without a usable answer.

    Attributes:
        error: what the caller hears in the end.
        why: the same in a few words.
        again: whether a repeat may help.
        lost: whether the request may have been carried out all the same.
        wait: how many seconds the server asked us to wait.
    """

    error: UnavailableError
    why: str
    _: KW_ONLY
    again: bool = False
    lost: bool = False
    wait: float | None = None


def judged(reply: Reply, operation: Operation) -> Reply:
    """*reply* to *operation* where it can be used, else a `FailedError` that says why."""
    status = reply.status
    if status < 300:
        return _checked(reply, operation)
    if status in _ABOUT_THE_RECORD or operation.told(reply):
        return reply
    raise _unknown_outcome(_failure(reply), reply, operation)


def within(failed: FailedError, waited: float, longest: float) -> FailedError:
    """*failed*; where the server asks for a longer wait than a call has left, the end of that call.

    *waited*, *longest*: seconds; so long it waited, and waits in all, because the server asked.
    """
    wait, error = failed.wait, failed.error
    throttled = isinstance(error, ThrottledError)
    if wait is None or may_wait(wait, waited, longest, throttled=throttled):
        return failed
    why = f"{failed.why}; it asks us to wait {in_words(wait)}: run again then"
    too_long = AskedToWaitError(
        why, system=error.system, operation=error.operation, status=error.status
    )
    return replace(failed, error=too_long, why=why, again=False)


def _failure(reply: Reply) -> FailedError:
    """What is wrong with an answer that is neither a success nor about the record."""
    status = reply.status
    if status in _FOR_GOOD:
        return _failed(NotUnderstoodError, reply, _MOVED)
    if status < 400:
        return _failed(MaintenanceError, reply, _SHUT)
    if status in _NOT_FOR_US:
        return _failed(DeniedError, reply, _NOT_FOR_US[status])
    if status in _BUSY:
        return _busy(reply)
    if status in _PERHAPS_DONE:
        return _failed(
            UnavailableError, reply, f"the server failed with {status}", again=True, lost=True
        )
    return _failed(NotUnderstoodError, reply, f"an answer with status {status}")


def _unknown_outcome(failed: FailedError, reply: Reply, operation: Operation) -> FailedError:
    """*failed*; a write that may not be done twice counts as perhaps done, unless turned away."""
    if operation.write and not operation.repeatable and not _turned_away(reply):
        failed.lost = True
    return failed


def _turned_away(reply: Reply) -> bool:
    """Whether it was refused before anything was done: without a valid token, or by the throttle.

    The throttle says that there were too many requests, and how many seconds to wait; a 429 that
    says less may come from anywhere, and at any moment.
    """
    if reply.status == 429 and not reply.is_page:
        said = reply.content[:_SENTENCE]
        return bool(_TOO_MANY.search(said)) and _seconds_in(said) is not None
    return reply.status == 401


def _checked(reply: Reply, operation: Operation) -> Reply:
    """A success with JSON or with nothing; proxies and log-in pages answer 200 with HTML."""
    if reply.is_json or not reply.content.strip():
        return reply
    start = reply.content[:20_000].lower()
    if reply.is_page and any(sign in start for sign in _CLOSED):
        raise _unknown_outcome(_failed(MaintenanceError, reply, _SHUT), reply, operation)
    kind = "a web page" if reply.is_page else "something else than JSON"
    raise _failed(NotUnderstoodError, reply, f"the answer is {kind}", lost=True)


def _busy(reply: Reply) -> FailedError:
    wait = _retry_after(reply.headers)
    if reply.status == 429:
        wait = _seconds_in(reply.content) if wait is None else wait
        error = reply.error(ThrottledError, f"throttled for {wait or 0:g} s")
        return FailedError(error, "throttled", again=True, wait=wait)
    if reply.is_page:
        return _failed(MaintenanceError, reply, _SHUT, again=True, wait=wait)
    why = f"the server is not ready ({reply.status})"
    return _failed(UnavailableError, reply, why, again=True, wait=wait)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds; a moment is taken relative to the server's own clock."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return min(float(text), LONGEST_ASKED)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, wait.total_seconds()), LONGEST_ASKED)


def _seconds_in(content: bytes) -> float | None:
    """A pause that is asked for in words alone, as in: wait 2 seconds."""
    found = _SECONDS.search(content[:_SENTENCE])
    return float(found[1]) if found else None


def _failed(
    kind: type[UnavailableError],
    reply: Reply,
    why: str,
    *,
    again: bool = False,
    lost: bool = False,
    wait: float | None = None,
) -> FailedError:
    return FailedError(reply.error(kind, why), why, again=again, lost=lost, wait=wait)
