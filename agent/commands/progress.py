"""Show a countdown at a terminal while a run waits for a server."""

import sys
import time
from collections.abc import Callable
from threading import Lock
from typing import TextIO

_WORTH_SAYING = 2.0
_LEFT = "\r\x1b[K"
"""Return to the start of the line, and clear it."""


class Waiting:
    """Sleeps; at a terminal, shows a countdown on standard error and clears it afterwards.

    Of several threads that wait at the same time, one is shown.
    """

    def __init__(
        self, who: str, sleep: Callable[[float], None] = time.sleep, terminal: TextIO | None = None
    ) -> None:
        self._who, self._sleep = who, sleep
        self._terminal = terminal or sys.stderr
        self._shown = Lock()

    def __call__(self, seconds: float) -> None:
        """Wait for *seconds*."""
        seen = seconds >= _WORTH_SAYING and self._terminal.isatty()
        if not seen or not self._shown.acquire(blocking=False):
            self._sleep(seconds)
            return
        try:
            self._count_down(seconds)
        finally:
            self._shown.release()

    def _count_down(self, left: float) -> None:
        while left > 0:
            self._show(f"{_LEFT}{self._who} asked us to wait: {left:.0f} s left")
            self._sleep(min(left, 1.0))
            left -= 1.0
        self._show(_LEFT)

    def _show(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()
