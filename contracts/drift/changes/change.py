"""One breaking change, and the words that requests and answers share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was promised and is no more.

    Attributes:
        operation: its operationId in the earlier version.
        what: one sentence.
        felt: whether the agent uses what changed.
    """

    operation: str
    what: str
    felt: bool

    def __str__(self) -> str:
        """A line for a person."""
        return f"{'BREAKS' if self.felt else 'warns'}  {self.operation}: {self.what}"


def is_used(at: str, used: frozenset[str]) -> bool:
    """Whether one of *used* is *at* or stands inside it."""
    return any(one == at or one.startswith(f"{at}/") for one in used)


def wider(types: set[str]) -> set[str]:
    """Types that are taken for granted: a whole number is a number."""
    return {"integer"} if "number" in types else set()


def listed(types: set[str]) -> str:
    """JSON types for a person; where none is told, any may come."""
    return " or ".join(sorted(types)) or "anything"
