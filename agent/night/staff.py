"""Who may assign, and who is in the teacher group: the same for every gradebook of a run."""

from collections.abc import Mapping

from agent.domain import PersonId, Teacher
from agent.ledger.port import Ledger
from agent.night.once import Once


class Staff:
    """Read once, when the first gradebook asks: the pull has been by then."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @Once
    def teachers(self) -> Mapping[PersonId, Teacher]:
        """Everyone who may assign."""
        return self._ledger.teachers()

    @Once
    def group(self) -> frozenset[PersonId]:
        """The passback teacher group."""
        return self._ledger.group()
