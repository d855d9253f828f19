"""A check of a fleet's nights fails for what it is there for, and for nothing else."""

from dataclasses import replace

import pytest

from load.fleet.checks import Found, Night, checks, table
from load.fleet.night import Measured
from load.results.actual import Comparison
from load.workload import Workload

DONE = {"state": "done", "tries": 1, "lost": 0, "exit_code": 0, "why": None}
FLAT = [[(float(n), 60.0) for n in range(40)]]


def night(title, seconds, *, workers=1, scores=100, others=0.0, memory=FLAT):
    """A night of two districts without trouble; *others*: cores that the workers did not have."""
    measured = Measured(workers, 2, seconds=seconds, cpu_workers=1.0, memory=memory)
    measured.cpu_machine = measured.cpu_workers + others * seconds
    measured.nights = [{"district": name, **DONE} for name in ("a", "b")]
    columns = 5 if scores else 0
    seen = Comparison(columns=2 * columns, scores=2 * scores, right=2 * scores)
    found = [
        Found(name, Workload(columns, scores), columns, scores, 0, 200, seen) for name in ("a", "b")
    ]
    return Night(title, measured, found)


def nights(**changes):
    made = {
        "rosters": night("rosters", 5.0, scores=0),
        "one": night("1 worker", 100.0),
        "two": night("2 workers", 52.0, workers=2),
    }
    return list((made | changes).values())


def failed(some, cores=8):
    return {check.name for check in checks(some, 0.05, cores) if not check.passed}


def test_nights_without_trouble_pass():
    assert failed(nights()) == set()


@pytest.mark.parametrize(
    "row", [{"state": "parked"}, {"tries": 2}, {"lost": 1}, {"state": "failed", "why": "exit 5"}]
)
def test_a_night_that_was_not_done_at_the_first_try_is_told(row):
    some = nights()
    some[1].measured.nights[0] |= row
    assert failed(some) == {"nights done once"}
    [check] = [c for c in checks(some, 0.05, 8) if not c.passed]
    assert (check.figure, check.why.startswith("a: ")) == ("5 of 6", True)


def test_a_district_that_is_not_in_the_table_is_told():
    some = nights()
    some[2].measured.nights.pop()
    assert failed(some) == {"nights done once"}


@pytest.mark.parametrize("name", ["lost", "doubled", "wrong"])
def test_what_is_lost_doubled_or_wrong_in_a_gradebook_is_told(name):
    some = nights()
    setattr(some[2].found[1].comparison, name, 1)
    assert failed(some) == {name}


@pytest.mark.parametrize("change", [{"creates": 6}, {"creates": 4}, {"twice": 1}])
def test_a_write_that_is_not_done_once_is_told(change):
    some = nights()
    found = [replace(some[1].found[0], **change), some[1].found[1]]
    some[1] = replace(some[1], found=found)
    assert failed(some) == {"writes, by the mock"}


def test_a_night_without_work_that_writes_is_told():
    some = nights()
    some[0] = replace(some[0], found=[replace(some[0].found[0], writes=1), some[0].found[1]])
    assert failed(some) == {"a night without work"}


def test_two_workers_have_to_be_nearly_twice_as_fast_where_there_are_cores_for_them():
    slow = nights(two=night("2 workers", 60.0, workers=2, others=1.0))
    assert failed(slow, cores=3) == {"speed-up"}
    assert failed(slow, cores=2) == set()
    [check] = [c for c in checks(slow, 0.05, 2) if c.name == "speed-up"]
    assert check.target.endswith("not judged: 1.0 cores were left to the workers, of 2")


def test_a_night_that_is_longer_than_the_window_is_told():
    assert failed(nights(one=night("1 worker", 15_000.0))) == {"all in one window"}


def test_a_worker_that_grows_is_told_and_one_that_is_starting_up_is_not():
    growing = [[(float(n), 60.0 + n) for n in range(40)]]
    assert failed(nights(one=night("1 worker", 100.0, memory=growing))) == {"memory of a worker"}
    starting = [[(float(n), 20.0 if n < 4 else 60.0) for n in range(40)]]
    assert failed(nights(one=night("1 worker", 100.0, memory=starting))) == set()


def test_the_nights_are_shown_side_by_side_with_the_cpu_of_a_score():
    head, rosters, one, two = table(nights(), cores=2)
    assert head.split()[:4] == ["night", "districts", "scores", "seconds"]
    assert rosters.split()[:3] == ["rosters", "2", "0"]
    assert one.split()[:6] == ["1", "worker", "2", "200", "100.0", "2.0"]
    assert two.split()[6] == "5.00"  # ms: one second of CPU for 200 scores
