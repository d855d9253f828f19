"""Plans between deciding and applying: one line of JSON a gradebook, in an unnamed file.

The file has no name in any folder and goes when it is closed, so student values never outlive the
run; memory holds one gradebook at a time.
"""

import tempfile
from collections.abc import Iterator
from typing import IO

import msgspec

from agent.night.work import GradebookPlan


class Spool:
    """An ordered heap of gradebook plans; write all, then read all, as often as wanted."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(GradebookPlan)

    def add(self, plan: GradebookPlan) -> None:
        """Append a plan."""
        self._file.write(self._encoder.encode(plan) + b"\n")

    def __iter__(self) -> Iterator[GradebookPlan]:
        self._file.seek(0)
        for line in self._file:
            yield self._decoder.decode(line)

    def close(self) -> None:
        """Forget everything."""
        self._file.close()
