"""The school districts of the United States by size: national figures, and what fills the gaps.

Counts are those of the NCES Digest 2022, table 214.20 (school year 2021-22), the total that of the
NCES release of 5 December 2024. No list of sizes is used: inside a band sizes are spread evenly on
a logarithmic scale, and those of the largest band so that the total comes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

STUDENTS = 49_500_000
"""Public students, fall 2023."""
SMALLEST = 30
"""Students of the smallest district: the band of the smallest begins at 1, which nobody serves."""
LARGEST = 1_000_000
"""Students of the largest: New York City has 0.9 to 1.0 million."""


@dataclass(frozen=True, slots=True)
class Band:
    """Districts with at least `least` students and fewer than `below`."""

    least: int
    below: int
    districts: int


BANDS: Sequence[Band] = (
    Band(SMALLEST, 300, 2_558),
    Band(300, 600, 1_922),
    Band(600, 1_000, 1_810),
    Band(1_000, 2_500, 3_185),
    Band(2_500, 5_000, 1_854),
    Band(5_000, 10_000, 996),
    Band(10_000, 25_000, 610),
    Band(25_000, LARGEST, 266),
)
"""The districts that report their size; 117 of 13,318 do not, and are left out."""

TIME_ZONES = {
    "America/New_York": 47.5,
    "America/Chicago": 28.9,
    "America/Denver": 6.6,
    "America/Los_Angeles": 16.4,
    "America/Anchorage": 0.2,
    "Pacific/Honolulu": 0.4,
}
"""Per cent of the population, by the Census estimates of 2015: districts are taken to be alike."""


@cache
def district_sizes() -> tuple[int, ...]:
    """The students of every district that reports them, smallest first."""
    smaller = [size for band in BANDS[:-1] for size in _spread(band)]
    largest = _heavy(BANDS[-1], STUDENTS - sum(smaller))
    return (*smaller, *largest)


def some_sizes(share: float) -> list[int]:
    """Every n-th district by size, so that *share* of them are left in the same mix."""
    every = district_sizes()
    wanted = max(1, round(len(every) * share))
    return [every[int((n + 0.5) * len(every) / wanted)] for n in range(wanted)]


def _spread(band: Band) -> list[int]:
    """The sizes of a band, even on a logarithmic scale."""
    ratio = band.below / band.least
    steps = [(n + 0.5) / band.districts for n in range(band.districts)]
    return [round(band.least * ratio**step) for step in steps]


def _heavy(band: Band, students: int) -> list[int]:
    """The sizes of a band by a bounded Pareto distribution whose sum is about *students*."""
    low, high = 0.1, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        # A larger exponent makes the largest districts smaller.
        low, high = (middle, high) if sum(_pareto(band, middle)) > students else (low, middle)
    return _pareto(band, low)


def _pareto(band: Band, exponent: float) -> list[int]:
    """Quantiles of the bounded Pareto distribution, smallest first."""
    tail = (band.least / band.below) ** exponent
    steps = [(n + 0.5) / band.districts for n in range(band.districts)]
    return [round(band.least * (1 - step * (1 - tail)) ** (-1 / exponent)) for step in steps]
