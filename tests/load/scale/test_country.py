"""The sizes of districts add up to what the national figures say."""

from itertools import pairwise

import pytest

from load.scale.country import BANDS, LARGEST, SMALLEST, STUDENTS, district_sizes, some_sizes


def test_every_band_has_its_districts_and_all_students_are_in_one():
    sizes = district_sizes()
    for band in BANDS:
        inside = [size for size in sizes if band.least <= size < band.below]
        assert len(inside) == pytest.approx(band.districts, abs=2)  # rounded at the edges
    assert len(sizes) == 13_318 - 117
    assert sum(sizes) == pytest.approx(STUDENTS, rel=1e-6)


def test_bands_follow_each_other_without_a_gap():
    assert all(before.below == after.least for before, after in pairwise(BANDS))


def test_the_median_and_the_largest_are_near_those_that_are_known():
    sizes = district_sizes()
    assert sizes[len(sizes) // 2] == pytest.approx(1_150, rel=0.06)
    assert (sizes[0] >= SMALLEST, sizes[-1] <= LARGEST) == (True, True)
    # New York, Los Angeles, Miami-Dade: the numbers of districts, not their names, are modelled.
    assert all(size > least for size, least in zip(sizes[-3:], (3e5, 4e5, 7e5), strict=True))


def test_a_share_keeps_the_mix():
    some = some_sizes(0.02)
    assert len(some) == 264
    assert sum(some) / len(some) == pytest.approx(STUDENTS / len(district_sizes()), rel=0.1)
