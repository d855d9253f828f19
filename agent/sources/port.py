"""The port to a source: a feed of changes, in order, with an opaque cursor.

A page of changes is small; a full snapshot is many pages. Every source gives the same records, so
a night does not depend on the kind of its source. Single values are checked here, for all sources.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ParamSpec, Protocol, TypeVar

from msgspec import DecodeError

from agent.domain import Broken
from agent.probe import Probe
from agent.records import Change, Key, Record, RecordKind

__all__ = ["Change", "Key", "Page", "Probe", "Record", "RecordKind", "Source"]

_Arguments = ParamSpec("_Arguments")
_Read = TypeVar("_Read")
_FROM_A_QUOTE = re.compile("[\"'].*", re.DOTALL)
_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the feed.

    Attributes:
        snapshot: this page is part of a full snapshot: what the whole snapshot does not
            mention is gone. The same for all pages of one pull.
        cursor: where the feed stands after this page.
        last: nothing follows; a pull that ends without a last page is incomplete, and an
            incomplete pull is not applied.
    """

    changes: tuple[Change, ...]
    snapshot: bool
    cursor: str
    last: bool


class Source(Protocol):
    """Where assessments and scores come from."""

    def check(self) -> Iterator[Probe]:
        """Try the connection; reads only."""
        ...

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """Everything since *cursor*; a cursor of None, or one the source forgot, is a snapshot."""
        ...

    def close(self) -> None:
        """Close connections and files."""
        ...


# ---- single values -----------------------------------------------------------------------------


class UnusableError(ValueError):
    """A record cannot be used; the text names the field and never quotes the value."""


def usable(
    read: Callable[_Arguments, _Read], *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Read | Broken:
    """What *read* returns, or the reason why the record cannot be used.

    The reason never quotes a value, since it may be a student's.
    """
    try:
        return read(*args, **kwargs)
    except (UnusableError, DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Broken(reason=_reason_of(error))


def _reason_of(error: Exception) -> str:
    # A value may hold quotes, and even the words with which the place begins. So the place is what
    # follows the last of these words, and the rest is cut at its first quote.
    if isinstance(error, UnicodeDecodeError):
        return "text that is not UTF-8"
    before, at, place = str(error).rpartition(" - at `$")
    what = _FROM_A_QUOTE.sub("...", before if at else place)
    return f"{place.rstrip('`').lstrip('.')}: {what}" if at and place != "`" else what


def in_range(field: str, number: Decimal) -> Decimal:
    """*number*, unless no gradebook could mean it (not finite, or far too long)."""
    if not number.is_finite():
        raise UnusableError(f"{field}: not a number")
    exponent = int(number.as_tuple().exponent)
    if number.adjusted() > _DIGITS or not -_DIGITS <= exponent <= _DIGITS:
        raise UnusableError(f"{field}: out of range")
    return number


def date_or_instant(field: str, text: str) -> date | datetime:
    """A bare date, or a date-time that names its zone."""
    try:
        if len(text) == len("2026-08-20"):
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UnusableError(f"{field}: neither a date nor a date-time") from None
    if at.tzinfo is None:
        raise UnusableError(f"{field}: a date-time without a zone")
    return at
