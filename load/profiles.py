"""How much a district sends in a night, and how long that takes at best (docs/load/profiles.md).

Pure numbers from the number of students, the kind of night and the share of teachers who use it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

SECTIONS_PER_STUDENT = 6
STUDENTS_PER_SECTION = 21
SCORES_PER_STUDENT = 0.6
BACKFILL_NIGHTS = 45
END_OF_TERM = 4
BENCHMARK_PER_STUDENT = 0.77
PAGE = 10_000
WINDOW = 4 * 3600.0
"""Seconds in which every night must end."""
START_UP = 3.0
"""Seconds that the agent may take before its first request."""
SLACK = 1.1


class Night(StrEnum):
    """A kind of night."""

    TYPICAL = "typical"
    END_OF_TERM = "end-of-term"
    BACKFILL = "backfill"


SUMMED = (
    *("students", "sections", "enrolments", "scores", "columns", "benchmark"),
    *("single_writes", "batch_writes"),
)

FACTOR = {Night.TYPICAL: 1, Night.END_OF_TERM: END_OF_TERM, Night.BACKFILL: BACKFILL_NIGHTS}
"""How many typical nights' work each kind holds."""

PROFILES: dict[str, tuple[tuple[int, int], ...]] = {
    "small": ((1, 1_200),),
    "large": ((1, 15_000),),
    "very-large": ((1, 184_109),),
    "vendor": ((150, 1_200), (120, 4_000), (28, 15_000), (2, 60_000)),
}
"""Profile -> (how many districts, students of each)."""


@dataclass(frozen=True, slots=True)
class Volume:
    """One district's night.

    Attributes:
        adoption: the share of teachers who use it, 0 to 1.
    """

    students: int
    night: Night = Night.TYPICAL
    adoption: float = 1.0

    @property
    def sections(self) -> int:
        """Classes of 21, six for each student."""
        return round(SECTIONS_PER_STUDENT * self.students / STUDENTS_PER_SECTION)

    @property
    def enrolments(self) -> int:
        """Students in sections: six for each student."""
        return SECTIONS_PER_STUDENT * self.students

    @property
    def scores(self) -> int:
        """Scores that pass tonight."""
        share = SCORES_PER_STUDENT * FACTOR[self.night] * self.adoption
        return max(1, round(share * self.students))

    @property
    def columns(self) -> int:
        """Columns that pass tonight: a class of 21 shares one."""
        return max(1, round(self.scores / STUDENTS_PER_SECTION))

    @property
    def benchmark(self) -> int:
        """Scores that a benchmark would add: one subject of everybody in ten of thirteen grades."""
        return round(BENCHMARK_PER_STUDENT * self.students)

    @property
    def single_writes(self) -> int:
        """Write requests where each score is one."""
        return self.scores + self.columns

    @property
    def batch_writes(self) -> int:
        """Write requests where a column's scores go together: one to create it, one for them."""
        return 2 * self.columns

    def roster_pages(self, size: int = PAGE) -> int:
        """Requests that read students, classes and enrolments at *size* a page."""
        return sum(ceil(n / size) for n in (self.students, self.sections, self.enrolments))


def totals(volumes: Iterable[Volume]) -> dict[str, int]:
    """The sums over several districts, as the table of docs/load/profiles.md has them."""
    some = list(volumes)
    return {name: sum(getattr(volume, name) for volume in some) for name in SUMMED}


def district_sizes(profile: str, most: int | None = None) -> list[int]:
    """The students of each district of a profile; *most* is how many there are, in the same mix."""
    every = [students for number, students in PROFILES[profile] for _ in range(number)]
    if most is None:
        return every
    return [every[int((n + 0.5) * len(every) / most)] for n in range(most)]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which conditions the SIS takes a night.

    Attributes:
        connections: requests at a time.
        latency: seconds that the SIS takes to answer.
        batch: whether the scores of a column go together.
        reads: requests by which the agent reads one gradebook before it writes there.
        added: seconds that the night's trouble takes by itself.
        reread: the share of gradebooks that is read again after an outage.
    """

    connections: int
    latency: float
    batch: bool = False
    reads: int = 2
    added: float = 0.0
    reread: float = 0.0


def best_time(volume: Volume, conditions: Conditions) -> float:
    """Seconds of a night that wastes none.

    Gradebooks go in rounds, one a connection; the requests of one go in order.
    """
    gradebooks = min(volume.columns, volume.sections)
    writes = volume.batch_writes if conditions.batch else volume.single_writes
    rounds = max(gradebooks / conditions.connections, 1.0)
    rounds = ceil(rounds) if rounds < 10 else rounds
    reads = conditions.reads * (1 + conditions.reread)
    steps = rounds * (writes / gradebooks + reads) + volume.roster_pages()
    return START_UP + steps * conditions.latency + conditions.added


def allowed_time(volume: Volume, conditions: Conditions) -> float:
    """The most seconds of a night: the best time and a tenth; never more than the window."""
    return min(best_time(volume, conditions) * SLACK, WINDOW)
