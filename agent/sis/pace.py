"""The pace of a server that counts requests: it asks for a pause when they come too fast.

A server says how long to pause, in whole seconds, and not how far apart it wants requests to be. So
the gap between them is found by trying: each pause doubles it.
"""

import time
from collections.abc import Callable
from typing import Any

from agent.http import Observe

_FIRST = 0.1
_TOO_FAST = 429


class Pace:
    """Give it to `Http` as its `sleep`, and `keep` as its `observe`.

    Attributes:
        pauses, seconds: what the server asked for so far.
    """

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, observe: Observe = lambda _event: None
    ) -> None:
        self._sleep, self._observe = sleep, observe
        self._gap, self._too_fast = 0.0, False
        self.pauses, self.seconds = 0, 0.0

    def __call__(self, seconds: float) -> None:
        """Pause as the server asks."""
        self.pauses += 1
        self.seconds += seconds
        if self._too_fast:
            self._gap = min(max(2 * self._gap, _FIRST), seconds)
        self._sleep(seconds)

    def keep(self, event: dict[str, Any]) -> None:
        """Pass a request's event on, and keep the next request away for the rest of the gap.

        The connection is still taken while this runs, so nobody overtakes.
        """
        self._observe(event)
        self._too_fast = event["status"] == _TOO_FAST
        left = self._gap - event["ms"] / 1000
        if left > 0 and not self._too_fast:
            self._sleep(left)
