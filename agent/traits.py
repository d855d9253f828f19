"""What a night must know of a SIS, whoever made it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What deciding must know of a SIS, whoever made it.

    Attributes:
        kind: the `sis.kind` that it answers to; chooses the rules (`RULES_FOR`).
        batch: scores in one request at most; 1 means a request a score.
        idempotent_create: repeating a create with our id does no harm.
        clears_scores: a score can be taken back to `*`.
        empties_scores: a score can be taken out while a comment or a flag beside it stays.
        connections: how many requests at a time by default.
        assigned_dates: a column keeps the day on which it was assigned.
    """

    kind: str
    batch: int
    idempotent_create: bool
    clears_scores: bool
    empties_scores: bool
    connections: int
    assigned_dates: bool = True

    def takes_back(self, *, beside: bool) -> bool:
        """Whether a score can be taken out of a cell; *beside*: a teacher says something in it."""
        return self.clears_scores and (self.empties_scores or not beside)
