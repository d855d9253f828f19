"""The port to a pull: changes of the source staged beside the local copy, then taken in at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from agent.records import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class PullDiff:
    """What a pull would change in the local copy: kind of record -> count.

    Attributes:
        before: how many there are now, of each kind that would lose some; students also where SIS
            ids move.
        moved_ids: students who have a SIS id now and would have another one.
    """

    before: Mapping[str, int] = field(default_factory=dict)
    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    moved_ids: int = 0


class Pull(Protocol):
    """A pull in progress: nothing of it is visible until `commit`."""

    def take(self, changes: Iterable[Change]) -> None:
        """Stage a page."""
        ...

    def diff(self) -> PullDiff:
        """What committing would change."""
        ...

    def commit(self, cursor: str, at: datetime) -> None:
        """Make the local copy follow, mark what must be looked at, and move the cursor: at once."""
        ...

    def abort(self) -> None:
        """Forget it; the local copy and the cursor stay."""
        ...
