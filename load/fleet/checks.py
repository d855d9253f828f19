"""The checks of a fleet's nights: each district once, every score there, workers that scale."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from load.checks import Check
from load.fleet.night import Measured
from load.profiles import WINDOW
from load.results.actual import Comparison
from load.results.journal import JournalCounts
from load.workload import Workload

SPEED_UP = 1.8
"""Times as fast as one worker that two have to be."""
CORES = 2.0
"""Cores that all but the workers have to leave, for their speed to be judged."""
GROWTH_MB = 5.0
"""What a worker's own process may grow from the first quarter of its night to the last."""
SAMPLES = 12
"""Samples of memory below which a night says nothing about growth."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a district's SIS has after a night.

    Attributes:
        work: columns and scores that the night had to send.
        creates, writes: of columns and of scores, as the mock's journal counts them.
        twice: records that were written again in the same night.
        comparison: all gradebooks, those of earlier nights too.
    """

    district: str
    work: Workload
    creates: int
    writes: int
    twice: int
    requests: int
    comparison: Comparison

    @classmethod
    def of(
        cls, district: str, work: Workload, counts: JournalCounts, comparison: Comparison
    ) -> "Found":
        """From the journal's counts."""
        numbers = (counts.creates, counts.score_writes, counts.twice, counts.requests())
        return cls(district, work, *numbers, comparison)


@dataclass(frozen=True, slots=True)
class Night:
    """A night: what it took, and what every district's SIS has after it."""

    title: str
    measured: Measured
    found: Sequence[Found]

    @property
    def scores(self) -> int:
        """Scores that it had to deliver."""
        return sum(each.work.scores for each in self.found)

    @property
    def growth(self) -> float:
        """Megabytes by which the worker that grew most did."""
        return max(map(_growth, self.measured.memory), default=0.0)

    @property
    def peak(self) -> float:
        """The most memory of a worker's own process."""
        return max((mb for samples in self.measured.memory for _, mb in samples), default=0.0)


def checks(nights: Sequence[Night], latency: float, cores: int) -> list[Check]:
    """Every check; the first night reads rosters, the second is one worker's.

    Args:
        cores: of the machine.
    """
    rosters, one, more = nights
    return [
        _once(nights),
        _nothing_sent(rosters),
        *_gradebooks(more),
        _requests([one, more]),
        _window([one, more]),
        _speed_up(one, more, latency, cores),
        _memory(nights),
    ]


def _once(nights: Sequence[Night]) -> Check:
    """Every district's night came to its end at the first try."""
    expected = sum(len(night.found) for night in nights)
    rows = [row for night in nights for row in night.measured.nights]
    bad = [row for row in rows if (row["state"], row["tries"], row["lost"]) != ("done", 1, 0)]
    why = "; ".join(f"{row['district']}: {row['state']}, {row['why']}" for row in bad[:3])
    done = len(rows) - len(bad)
    passed = done == len(rows) == expected
    return Check("nights done once", f"{done} of {expected}", "all", passed, why)


def _nothing_sent(rosters: Night) -> Check:
    writes = sum(each.creates + each.writes for each in rosters.found)
    return Check("a night without work", f"{writes} writes", "0", writes == 0)


def _gradebooks(night: Night) -> Iterator[Check]:
    """All gradebooks after the last night hold the work of both."""
    found = [each.comparison for each in night.found]
    places = "; ".join(place for one in found for place in one.places[:2])
    number = sum(one.scores + one.columns for one in found)
    for name in ("lost", "doubled", "wrong"):
        bad = sum(getattr(one, name) for one in found)
        figure = f"{bad} of {number} columns and scores"
        yield Check(name, figure, "0", bad == 0, places)


def _requests(nights: Sequence[Night]) -> Check:
    """No column was made twice, no record written twice in a night."""
    every = [each for night in nights for each in night.found]
    creates, columns = sum(e.creates for e in every), sum(e.work.columns for e in every)
    twice = sum(each.twice for each in every)
    figure = f"{creates} creates of {columns} columns, {twice} written twice"
    return Check("writes, by the mock", figure, "each once", creates == columns and not twice)


def _window(nights: Sequence[Night]) -> Check:
    longest = max(night.measured.seconds for night in nights)
    return Check(
        "all in one window", f"{longest:.0f} s", f"at most {WINDOW:.0f} s", longest <= WINDOW
    )


def _speed_up(one: Night, more: Night, latency: float, cores: int) -> Check:
    """Several workers against one: judged only where the machine has cores for them."""
    times = one.measured.seconds / more.measured.seconds
    left = more.measured.cores_left(cores)
    figure = f"{times:.2f} x with {more.measured.workers} workers, SIS at {latency * 1000:.0f} ms"
    target = f"at least {SPEED_UP} x for two"
    if left < CORES:
        target += f"; not judged: {left:.1f} cores were left to the workers, of {CORES:g}"
        return Check("speed-up", figure, target, passed=True)
    return Check("speed-up", figure, target, times >= SPEED_UP)


def _memory(nights: Sequence[Night]) -> Check:
    growth = max(night.growth for night in nights)
    peak = max(night.peak for night in nights)
    figure = f"{growth:+.1f} MB in a night, {peak:.0f} MB at most"
    target = f"grows by at most {GROWTH_MB:.0f} MB"
    return Check("memory of a worker", figure, target, growth <= GROWTH_MB)


def _growth(samples: Sequence[tuple[float, float]]) -> float:
    """From the first quarter, its first half left out as start-up, to the last."""
    values = [mb for _, mb in samples if mb]
    quarter = len(values) // 4
    if len(values) < SAMPLES:
        return 0.0
    return median(values[-quarter:]) - median(values[quarter // 2 : quarter + quarter // 2])


def table(nights: Sequence[Night], cores: int) -> Iterator[str]:
    """The nights side by side, as lines."""
    yield (
        f"{'night':>10} {'districts':>9} {'scores':>7} {'seconds':>8} {'scores/s':>8}"
        f" {'CPU ms a score':>14} {'PostgreSQL':>10} {'mocks':>6} {'cores left':>10}"
    )
    for night in nights:
        measured, scores = night.measured, night.scores
        each = 1000 / scores if scores else 0.0
        states = Counter(row["state"] for row in measured.nights)
        yield (
            f"{night.title:>10} {states['done']:>9} {scores:>7} {measured.seconds:>8.1f}"
            f" {scores / measured.seconds:>8.1f} {each * measured.cpu_workers:>14.2f}"
            f" {each * measured.cpu_server:>10.2f} {each * measured.cpu_mocks:>6.2f}"
            f" {measured.cores_left(cores):>10.1f}"
        )
