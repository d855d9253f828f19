"""Plans between deciding and applying: one line of JSON a gradebook, in an unnamed file.

The file has no name in any folder and goes when it is closed, so student values never outlive the
run; memory holds one gradebook at a time, and of the others how much each has to write.
"""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

import msgspec

from agent.night.work import GradebookPlan


class Spool:
    """An ordered heap of gradebook plans; write all, then read all, as often as wanted."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(GradebookPlan)
        self._places: list[tuple[int, int]] = []

    def add(self, plan: GradebookPlan) -> None:
        """Append a plan."""
        self._places.append((plan.writes, self._file.tell()))
        self._file.write(self._encoder.encode(plan) + b"\n")

    def __iter__(self) -> Iterator[GradebookPlan]:
        return self._read(place for _, place in self._places)

    def largest_first(self) -> Iterator[GradebookPlan]:
        """Those with the most to write first, then in order: so no long one is left alone last."""
        by_size = sorted(self._places, key=lambda each: -each[0])
        return self._read(place for _, place in by_size)

    def _read(self, places: Iterable[int]) -> Iterator[GradebookPlan]:
        for place in places:
            self._file.seek(place)
            yield self._decoder.decode(self._file.readline())

    def close(self) -> None:
        """Forget everything."""
        self._file.close()
