"""The pace of a server that counts requests: it asks for a pause when they come too fast.

A server says how long to pause, in whole seconds, and not how far apart it wants requests to be. So
the gap between them is found by trying: a pause doubles it, a stretch of good answers halves it.
Several connections that are told to pause at once are one pause: a burst of refusals must not slow
down the rest of the night.
"""

import time
from collections.abc import Callable
from typing import Any

from agent.http import Observe

_FIRST = 0.1
_LEAST = _FIRST / 2
_TOO_FAST = 429
_EASE = 100
"""Good answers in a row after which a shorter gap is tried; being wrong costs one pause."""


class Pace:
    """Give it to `Http` as its `sleep`, and `keep` as its `observe`.

    Attributes:
        pauses, seconds: what the server asked for so far.
    """

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, observe: Observe = lambda _event: None
    ) -> None:
        self._sleep, self._observe = sleep, observe
        self._gap, self._too_fast, self._good = 0.0, False, 1
        self.pauses, self.seconds = 0, 0.0

    def __call__(self, seconds: float) -> None:
        """Pause as the server asks."""
        self.pauses += 1
        self.seconds += seconds
        if self._too_fast and self._good:
            self._gap, self._good = min(max(2 * self._gap, _FIRST), seconds), 0
        self._sleep(seconds)

    def keep(self, event: dict[str, Any]) -> None:
        """Pass a request's event on, and keep the next request away for the rest of the gap.

        The connection is still taken while this runs, so nobody overtakes.
        """
        self._observe(event)
        self._too_fast = event["status"] == _TOO_FAST
        if self._too_fast:
            return
        self._good += 1
        if self._good % _EASE == 0:
            self._gap = self._gap / 2 if self._gap > _LEAST else 0.0
        left = self._gap - event["ms"] / 1000
        if left > 0:
            self._sleep(left)
