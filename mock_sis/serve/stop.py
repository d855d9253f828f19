"""Waits for the signal to end.

Its handler runs between any two steps of the thread that waits, so it may take no lock that this
thread may hold: `threading.Event.set` would wait for ever. It writes a byte into a pipe.
"""

import os
import select
import signal
import threading
from types import FrameType


class Stop:
    """Told by signals that it is time to end."""

    def __init__(self, *numbers: signal.Signals, once: bool = False) -> None:
        """Listen for *numbers*; in another than the main thread no signal is heard.

        Args:
            once: a second one ends the process as usual.
        """
        self._reads, self._writes = os.pipe()
        self._once = once
        if threading.current_thread() is threading.main_thread():
            for number in numbers:
                signal.signal(number, self._told)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until told, or so long; whether it was told."""
        return bool(select.select([self._reads], [], [], seconds)[0])

    def _told(self, number: int, _frame: FrameType | None) -> None:
        os.write(self._writes, b".")
        if self._once:
            signal.signal(number, signal.SIG_DFL)
