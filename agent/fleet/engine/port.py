"""What a fleet needs of a queue: enqueue, work, sweep. `passback serve` needs none.

Another engine takes the place of Procrastinate by these alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A night to be done by some worker.

    Attributes:
        district: its key; two orders of one district are never at work at the same time.
        priority: higher goes first; of the same, the one that was enqueued first.
    """

    district: str
    day: date
    slot: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """An order in the queue; `id` is never given again, also not for the same night."""

    id: int
    order: Order


Lost = Callable[[], None]
"""Called at once when the database is lost: what is at work is to end soon."""


class Engine(Protocol):
    """A queue in the fleet's own database."""

    def enqueue(self, connection: Any, orders: Sequence[Order]) -> Sequence[int]:
        """Put *orders* in the queue, in the open transaction of *connection*.

        Return the ids of their jobs, in the same order.
        """
        ...

    def work(
        self, do: Callable[[Job], None], slots: int, stop: Callable[[], bool], lost: Lost
    ) -> None:
        """Take jobs and *do* them, as many at once as there are *slots*, until *stop* says so.

        It returns once what is at work has ended, and gives signs of life until then. A job whose
        *do* raises is left to the sweep. When it loses the database it calls *lost*, takes nothing
        more, and ends too.
        """
        ...

    def sweep(self, again: Callable[[Job], None]) -> int:
        """Look for jobs whose worker is dead, or failed at them; return how many there were.

        Each is handed to *again*, which may enqueue its order anew, and then it is dropped.
        """
        ...

    def install(self, connection: Any, before: str) -> str:
        """Make the queue's tables, or bring those of the version *before* up to date.

        Return the version that they have now.
        """
        ...
