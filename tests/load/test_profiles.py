"""The arithmetic gives the table of docs/load/profiles.md."""

import pytest

from load.profiles import (
    Conditions,
    Night,
    Volume,
    allowed_time,
    best_time,
    district_sizes,
    totals,
)

TYPICAL, END, BACKFILL = Night.TYPICAL, Night.END_OF_TERM, Night.BACKFILL
TABLE = [
    # students, sections, enrolments, benchmark, typical, columns, end of term, backfill
    (1_200, 343, 7_200, 924, 720, 34, 2_880, 32_400),
    (15_000, 4_290, 90_000, 11_550, 9_000, 430, 36_000, 405_000),
    (184_109, 52_600, 1_100_000, 141_800, 110_500, 5_260, 441_900, 4_970_000),
]


def near(number):
    """The table is rounded to three digits or so."""
    return pytest.approx(number, rel=0.005)


@pytest.mark.parametrize("row", TABLE)
def test_a_district_of_a_size_has_so_much(row):
    students, sections, enrolments, benchmark, typical, columns, end, backfill = row
    volume = Volume(students)
    assert (volume.sections, volume.enrolments) == (near(sections), near(enrolments))
    assert volume.benchmark == near(benchmark)
    assert (volume.scores, volume.columns) == (near(typical), near(columns))
    assert Volume(students, END).scores == near(end)
    assert Volume(students, BACKFILL).scores == near(backfill)


@pytest.mark.parametrize(
    ("students", "single", "single_at_end", "batch_at_end"),
    [(1_200, 754, 3_020, 274), (15_000, 9_430, 37_700, 3_430), (184_109, 115_700, 462_900, 42_100)],
)
def test_it_sends_so_many_requests(students, single, single_at_end, batch_at_end):
    assert Volume(students).single_writes == near(single)
    assert Volume(students, END).single_writes == near(single_at_end)
    assert Volume(students, END).batch_writes == near(batch_at_end)


@pytest.mark.parametrize(
    ("students", "night", "seconds"),
    [
        (1_200, TYPICAL, 38),
        (1_200, END, 2.5 * 60),
        (15_000, TYPICAL, 7.86 * 60),
        (15_000, END, 31.4 * 60),
        (184_109, TYPICAL, 96.4 * 60),
        (184_109, END, 6.43 * 3600),
    ],
)
def test_at_twenty_requests_a_second_it_takes_so_long(students, night, seconds):
    assert Volume(students, night).single_writes / 20 == pytest.approx(seconds, rel=0.01)


@pytest.mark.parametrize(
    ("students", "by_100", "by_10_000"),
    [(1_200, 88, 3), (15_000, 1_093, 11), (184_109, 13_416, 135)],
)
def test_the_roster_has_so_many_pages(students, by_100, by_10_000):
    assert Volume(students).roster_pages(100) == by_100
    assert Volume(students).roster_pages(10_000) == pytest.approx(by_10_000, abs=1)


def test_the_vendor_has_300_districts_of_four_sizes():
    every = district_sizes("vendor")
    sums = totals(Volume(students) for students in every)
    assert len(every) == 300
    assert sums["students"] == pytest.approx(1_200_000, rel=0.01)
    assert sums["scores"] == pytest.approx(720_000, rel=0.01)
    assert sums["single_writes"] == pytest.approx(754_000, rel=0.01)


def test_fewer_districts_keep_the_mix():
    some = district_sizes("vendor", 10)
    assert [some.count(n) for n in (1_200, 4_000, 15_000, 60_000)] == [5, 4, 1, 0]


def test_adoption_scales_the_work_and_not_the_roster():
    pilot, all_ = Volume(15_000, adoption=0.1), Volume(15_000)
    assert (pilot.scores, pilot.sections) == (all_.scores // 10, all_.sections)


def test_twice_the_connections_take_half_the_time_of_a_large_night():
    volume = Volume(15_000, END)
    one, two = (best_time(volume, Conditions(n, 0.05)) for n in (8, 16))
    assert (one - 3) / (two - 3) == pytest.approx(2, rel=0.01)


def test_a_small_night_takes_whole_rounds():
    volume = Volume(1_200)
    assert best_time(volume, Conditions(34, 0.05)) == best_time(volume, Conditions(64, 0.05))


def test_no_night_is_allowed_more_than_the_window():
    assert allowed_time(Volume(184_109, BACKFILL), Conditions(1, 0.2)) == 4 * 3600
