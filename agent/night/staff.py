"""Who is in the teacher group: the same for every gradebook of a run."""

from agent.domain import PersonId
from agent.ledger import Ledger
from agent.night.once import Once


class Staff:
    """Read once, when the first gradebook asks: the pull has been by then."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @Once
    def group(self) -> frozenset[PersonId]:
        """The passback teacher group."""
        return self._ledger.source.group()
