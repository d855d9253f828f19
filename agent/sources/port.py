"""The port to a source: a feed of changes, in order, with an opaque cursor.

A page of changes is small; a full snapshot is many pages. Whatever the source, the same records
come out, so the night does not know where they are from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from agent.probe import Probe
from agent.records import Change, Key, Record, RecordKind

__all__ = ["Change", "Key", "Page", "Probe", "Record", "RecordKind", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A stretch of the feed.

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
        """Give connections or files back."""
        ...
