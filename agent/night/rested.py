"""What a run has found out about cells at rest: the same facts need no second look.

A cell is at rest when nothing is to be sent or said of it that the ledger does not hold already.
The facts are everything that the decision rests on, so that cells of other columns share them.
"""

from collections.abc import Hashable
from datetime import date

LIMIT = 50_000

UNKNOWN = date.min
"""For `Rested.get`: these facts were not met before."""


class Rested(dict[Hashable, date | None]):
    """Facts -> the date on which time alone may change the outcome; for all threads of a run."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[Hashable, int] = {}

    def number(self, facts: Hashable) -> int:
        """A short name for facts that are long to compare."""
        return self._numbers.setdefault(facts, len(self._numbers))

    def __setitem__(self, facts: Hashable, again: date | None) -> None:
        # Forgetting costs a second look; not to forget would cost memory without end.
        if len(self) < LIMIT:
            super().__setitem__(facts, again)
