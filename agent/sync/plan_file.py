"""Plans between deciding and applying: one line of JSON a gradebook, in an unnamed file.

The file has no name in any folder and goes when it is closed, so student values never outlive the
run; memory holds one gradebook at a time, and of the others how much each has to write.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

import msgspec

from agent.decide.plan import GradebookPlan
from agent.errors import SpoolError


class Spool:
    """An ordered heap of gradebook plans; write all, `finish`, then read all, as often as wanted.

    Raises:
        SpoolError: there is no room for the file.
    """

    def __init__(self, file: IO[bytes] | None = None) -> None:
        with _one_line():
            self._file: IO[bytes] = file or tempfile.TemporaryFile()  # noqa: SIM115  see close()
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(GradebookPlan)
        self._places: list[tuple[int, int]] = []

    def add(self, plan: GradebookPlan) -> None:
        """Append a plan."""
        with _one_line():
            self._places.append((plan.writes, self._file.tell()))
            self._file.write(self._encoder.encode(plan) + b"\n")

    def finish(self) -> None:
        """See that all of it is in the file, before anything of it is sent."""
        with _one_line():
            self._file.flush()

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
        with suppress(OSError):  # what found no room is tried once more here
            self._file.close()


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SpoolError(
            f"tonight's plan does not fit into a temporary file: {error.strerror};"
            " nothing was sent. Make room, or let TMPDIR name a folder that has some"
        ) from None
