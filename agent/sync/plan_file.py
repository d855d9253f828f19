"""The plan of a run in a temporary file without a name: one line of JSON a gradebook.

The file is gone once it is closed, so student values never outlive the run; `plans.saved` keeps a
plan in a file with a name. Memory holds one gradebook at a time, and of the others their key, their
place in the file and the number of their writes.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

import msgspec

from agent.decide.plan import GradebookPlan
from agent.errors import PlanFileError


class PlanFile:
    """Gradebook plans: add all of them, `finish`, then read them as often as needed.

    Raises:
        PlanFileError: the disk has no room for the file.
    """

    def __init__(self, file: IO[bytes] | None = None) -> None:
        with _full_disk_as_plan_file_error():
            self._file: IO[bytes] = file or tempfile.TemporaryFile()  # noqa: SIM115  see close()
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(GradebookPlan)
        self._places: list[tuple[int, int]] = []
        self._by_key: dict[str, list[int]] = defaultdict(list)

    def add(self, plan: GradebookPlan) -> None:
        """Append a plan."""
        with _full_disk_as_plan_file_error():
            self._note(plan, self._file.tell())
            self._file.write(self._encoder.encode(plan) + b"\n")

    def find(self, place: int) -> None:
        """Take in the plan that the file has at *place* already.

        Raises:
            msgspec.DecodeError: there is none.
        """
        [plan] = self._read([place])
        self._note(plan, place)

    def _note(self, plan: GradebookPlan, place: int) -> None:
        self._places.append((plan.writes, place))
        self._by_key[plan.key].append(place)

    def finish(self) -> None:
        """Write out what is still buffered, so that a full disk shows before anything is sent."""
        with _full_disk_as_plan_file_error():
            self._file.flush()

    def __iter__(self) -> Iterator[GradebookPlan]:
        return self._read(place for _, place in self._places)

    def largest_first(self) -> Iterator[GradebookPlan]:
        """Yield the plans with the most writes first, so that no long one runs alone at the end."""
        by_size = sorted(self._places, key=lambda each: -each[0])
        return self._read(place for _, place in by_size)

    def of(self, key: str) -> Iterator[GradebookPlan]:
        """Yield the plans of one gradebook: one, or none."""
        return self._read(self._by_key.get(key, ()))

    def lines(self) -> Iterator[bytes]:
        """Yield the plans as they stand in the file, in order."""
        for _, place in self._places:
            self._file.seek(place)
            yield self._file.readline()

    @property
    def writes(self) -> int:
        """The writes of all plans."""
        return sum(writes for writes, _ in self._places)

    def _read(self, places: Iterable[int]) -> Iterator[GradebookPlan]:
        for place in places:
            self._file.seek(place)
            yield self._decoder.decode(self._file.readline())

    def close(self) -> None:
        """Close the file, which removes it."""
        with suppress(OSError):  # what found no room before is written once more here, and fails
            self._file.close()


@contextmanager
def _full_disk_as_plan_file_error() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PlanFileError(
            f"tonight's plan does not fit into a temporary file: {error.strerror};"
            " nothing was sent. Free some space, or set TMPDIR to a folder that has it"
        ) from None
