"""How long to wait: as a server asks, between requests that come too fast, and after failures.

A server in maintenance may ask for hours. A run that waits for them is silent, holds its ledger,
and meets the teachers' morning; one that ends at once is run again.
"""

from collections.abc import Callable
from threading import Lock

LONGEST = 600.0
"""Seconds that one call of a night waits in all, over its repeats."""
NOT_AT_ALL = 0.0
"""For a person who looks on."""
PACE = 10.0
"""Seconds that a throttle may ask for of anybody: a server that counts requests asks for pauses all
the time, and is well."""

_TOO_FAST = 429
_FIRST_GAP = 0.1
_LEAST_GAP = _FIRST_GAP / 2
_EASE = 100
"""Good answers in a row after which a shorter gap is tried; being wrong costs one pause."""
_FAILURES = 5
_REST = 30.0


def may_wait(asked: float, waited: float, longest: float, *, throttled: bool) -> bool:
    """Whether a call that *waited* so long already waits once more; all in seconds.

    *throttled*: the server says that requests come too fast, not that it is away.
    """
    return waited + asked <= (max(longest, PACE) if throttled else longest)


def in_words(seconds: float) -> str:
    """A wait as a person says it, never shorter than it is by more than a half of its unit."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"


class RateLimiter:
    """Keeps the requests of all threads as far apart as a server wants them.

    A server says how long to pause, in whole seconds, and not how far apart it wants requests to
    be. So the gap between them is found by trying: a pause doubles it, a stretch of good answers
    halves it. Several threads that are told to pause at once are one pause: a burst of refusals
    must not slow down the rest of the night.

    Attributes:
        pauses, seconds: what the server asked for so far.
    """

    def __init__(self, sleep: Callable[[float], None], clock: Callable[[], float]) -> None:
        self.pauses, self.seconds = 0, 0.0
        self._sleep, self._clock = sleep, clock
        self._lock = Lock()
        self._gap, self._next, self._good = 0.0, 0.0, 1

    def wait_for_turn(self) -> None:
        """Return when the next request may go out."""
        with self._lock:
            now = self._clock()
            start = max(now, self._next)
            self._next = start + self._gap
        if start > now:
            self._sleep(start - now)

    def answered(self, status: int | None) -> None:
        """Take note of an answer; None is a request that got none."""
        if status == _TOO_FAST:
            return
        with self._lock:
            self._good += 1
            if self._good % _EASE == 0:
                self._gap = self._gap / 2 if self._gap > _LEAST_GAP else 0.0

    def pause(self, seconds: float, *, throttled: bool) -> None:
        """Wait as the server asks; *throttled*: because requests come too fast."""
        with self._lock:
            self.pauses += 1
            self.seconds += seconds
            if throttled and self._good:
                self._gap, self._good = min(max(2 * self._gap, _FIRST_GAP), seconds), 0
        self._sleep(seconds)


class CircuitBreaker:
    """Counts calls that were given up in a row; after a few there is no asking for a while.

    Then calls try again, and the next one that is given up opens it anew.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failed, self._until = 0, 0.0

    def open(self) -> bool:
        """Whether there is no point in asking now."""
        return self._failed >= _FAILURES and self._clock() < self._until

    def worked(self) -> None:
        """The server answered."""
        self._failed = 0

    def failed(self) -> None:
        """A call was given up, its retries spent."""
        with self._lock:
            self._failed += 1
            if self._failed >= _FAILURES:
                self._until = self._clock() + _REST
