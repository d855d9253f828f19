"""The districts whose pages can be opened: their configurations, looked at now and then."""

from collections.abc import Callable, Sequence
from threading import Lock

from agent.serve.district import District

PAUSE = 5.0
"""Seconds between two looks: thousands of files take a tenth of a second."""


class Configured:
    """Gives the same tuple as long as no configuration changed, so that its people stay looked up.

    Args:
        districts: reads all of them.
        ticks: seconds that only go forward.
    """

    def __init__(
        self, districts: Callable[[], Sequence[District]], ticks: Callable[[], float]
    ) -> None:
        self._read, self._ticks = districts, ticks
        self._lock = Lock()
        self._known = tuple(districts())
        self._read_at = ticks()

    def __call__(self) -> tuple[District, ...]:
        """Every district, with the last settings that could be used."""
        # One request reads; the others go on with what was known.
        if self._ticks() - self._read_at >= PAUSE and self._lock.acquire(blocking=False):
            try:
                found = tuple(self._read())
                if _parts(found) != _parts(self._known):
                    self._known = found
                self._read_at = self._ticks()
            finally:
                self._lock.release()
        return self._known


def _parts(districts: Sequence[District]) -> list[tuple[str, int]]:
    """What tells whether they are others; settings of a file that did not change are the same."""
    return [(each.key, id(each.settings)) for each in districts]
