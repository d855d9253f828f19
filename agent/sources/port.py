"""The port to a source: a feed of changes, in order, with an opaque cursor.

A page of changes is small; a full snapshot is many pages. Whatever the source, the same records
come out, so the night does not know where they are from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from agent.domain import Assessment, Broken, Class, GroupMember, Score, Student, Teacher

RecordKind = Literal["class", "teacher", "student", "group_member", "assessment", "score"]
Record = Class | Teacher | Student | GroupMember | Assessment | Score

Key = tuple[str, ...]
"""class (id,) · teacher (id,) · student (id,) · group_member (teacher,) ·
assessment (id, class_id) · score (assessment, student)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record as it is now; `value` None means it was removed.

    A removal of `assessment` may leave the class out, `(id,)`: it is gone from every class.
    """

    kind: RecordKind
    key: Key
    value: Record | Broken | None


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

    def check(self) -> Iterator[tuple[str, bool, str]]:
        """Try the connection read-only; yields (what, whether it worked, detail)."""
        ...

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """Everything since *cursor*; a cursor of None, or one the source forgot, is a snapshot."""
        ...

    def close(self) -> None:
        """Give connections or files back."""
        ...
