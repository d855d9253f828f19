"""Failed tries to sign in: each address has to wait longer after every one."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE = 3
"""Failed tries after which the next one need not wait."""
LONGEST = 60.0
"""Seconds that one has to wait at most."""
KNOWN = 1000
"""Addresses that are remembered; of more, the one that failed longest ago is forgotten."""


@dataclass(slots=True)
class _Failed:
    times: int = 0
    not_before: float = 0.0


class Tries:
    """What failed lately, by the address that it came from.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, _Failed] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, peer: str) -> float:
        """How many seconds *peer* has to wait before a token of it is looked at; 0: none."""
        with self._lock:
            found = self._failed.get(peer)
            return max(0.0, found.not_before - self._clock()) if found else 0.0

    def failed(self, peer: str) -> int:
        """Note a wrong token; how many *peer* has given."""
        with self._lock:
            found = self._failed.setdefault(peer, _Failed())
            self._failed.move_to_end(peer)
            found.times += 1
            pause = 0.0 if found.times < FREE else min(2.0 ** (found.times - FREE), LONGEST)
            found.not_before = self._clock() + pause
            if len(self._failed) > KNOWN:
                self._failed.popitem(last=False)
            return found.times

    def succeeded(self, peer: str) -> None:
        """Forget what *peer* failed at."""
        with self._lock:
            self._failed.pop(peer, None)
