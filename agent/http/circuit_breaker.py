"""A circuit breaker: after enough failures in a row, do not even ask for a while."""

from collections.abc import Callable
from threading import Lock

FAILURES = 5
REST = 30.0


class CircuitBreaker:
    """Counts calls that were given up; one that worked starts the count anew.

    After *failures* of them it is open for *rest* seconds, then lets calls try again, and opens at
    the next failure.
    """

    def __init__(
        self, clock: Callable[[], float], *, failures: int = FAILURES, rest: float = REST
    ) -> None:
        self._clock = clock
        self._limit = failures
        self._rest = rest
        self._lock = Lock()
        self._failed = 0
        self._until = 0.0

    def open(self) -> bool:
        """Whether there is no point in asking now."""
        return self._failed >= self._limit and self._clock() < self._until

    def worked(self) -> None:
        """The server answered."""
        self._failed = 0

    def failed(self) -> None:
        """A call was given up, its retries spent."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._until = self._clock() + self._rest
