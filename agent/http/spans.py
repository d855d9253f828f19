"""How long a run waited for a server, however many of its threads waited at the same time; pure."""

from threading import Lock

_MOST = 4000


class Spans:
    """The seconds that one or more of some stretches of time cover, each counted once.

    Only the youngest are kept apart; a stretch that reaches back behind thousands of gaps counts
    them as they are.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._apart: list[tuple[float, float]] = []
        self._before = 0.0

    def add(self, began: float, ended: float) -> None:
        """Cover the time from *began* to *ended*, which is about now."""
        with self._lock:
            while self._apart and self._apart[-1][1] >= began:
                first, last = self._apart.pop()
                began, ended = min(began, first), max(ended, last)
            self._apart.append((began, ended))
            if len(self._apart) > _MOST:
                half = self._apart[: _MOST // 2]
                self._before += sum(last - first for first, last in half)
                del self._apart[: _MOST // 2]

    @property
    def seconds(self) -> float:
        """How much is covered so far."""
        with self._lock:
            return self._before + sum(last - first for first, last in self._apart)
