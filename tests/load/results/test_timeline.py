"""A night second by second: percentiles of its requests, and the memory of its runs."""

import csv
import json
from collections import Counter

import pytest

from load.locust.events import COLUMNS
from load.results.timeline import Timeline, percentile


def request(second, *, write=True, status="201", ms="50.0", system="sis"):
    return {
        "second": str(second),
        "system": system,
        "operation": "putResult",
        "status": status,
        "ms": ms,
        "attempt": "1",
        "write": str(int(write)),
    }


@pytest.fixture
def timeline():
    made = Timeline(night={"runs": [{"began": 0.0, "seconds": 100.0}], "seconds": 100.0})
    for second in range(10, 91):
        made.add(request(second))
    return made


@pytest.mark.parametrize(("share", "ms"), [(0.5, 2), (0.95, 19), (0.99, 100), (1.0, 100)])
def test_percentiles(share, ms):
    times = Counter({1: 49, 2: 1, 19: 45, 100: 5})
    assert percentile(times, share) == ms


def test_no_requests_have_no_percentiles():
    assert percentile(Counter(), 0.95) == 0


def test_memory_that_grows_while_sending_shows(timeline):
    timeline.memory = [(float(s), 40 + s) for s in range(101)]
    assert timeline.growth == pytest.approx(60, abs=2)
    assert timeline.peak == 140


def test_memory_that_grows_before_the_sending_is_no_growth(timeline):
    timeline.memory = [(float(s), 40 if s < 10 else 90) for s in range(101)]
    assert timeline.growth == 0


def test_what_a_second_run_needs_to_start_is_no_growth(timeline):
    timeline.night["runs"] = [{"began": 0.0, "seconds": 40.0}, {"began": 45.0, "seconds": 50.0}]
    timeline.seconds = {s: one for s, one in timeline.seconds.items() if not 40 <= s <= 60}
    timeline.memory = [(float(s), 10 if 45 <= s < 55 else 60) for s in range(101)]
    assert timeline.growth == 0


def test_each_run_is_a_process_of_its_own(timeline):
    timeline.night["runs"] = [{"began": 0.0, "seconds": 50.0}, {"began": 50.0, "seconds": 50.0}]
    timeline.memory = [(float(s), 40 if s < 50 else 60) for s in range(101)]
    assert timeline.growth == 0


def test_requests_are_kept_by_the_second(timeline):
    timeline.add(request(10.5, status="", ms="99.0"))
    timeline.add(request(10.6, system="source"))
    assert timeline.seconds[10].requests == 2
    assert timeline.seconds[10].failed == 1
    assert timeline.seconds[10].writes == 2


def test_it_is_read_from_what_the_locust_user_left(tmp_path):
    night = {"began": 1.0, "seconds": 3.0, "runs": []}
    (tmp_path / "result.json").write_text(json.dumps(night))
    with (tmp_path / "requests.csv").open("w") as out:
        rows = csv.DictWriter(out, COLUMNS)
        rows.writeheader()
        rows.writerow(request(2.5))
    (tmp_path / "memory.csv").write_text("second,mb\n0.25,41.50\n")

    read = Timeline.read(tmp_path)

    assert read.night == night
    assert {at: one.requests for at, one in read.seconds.items()} == {2: 1}
    assert read.times == {"putResult": Counter({50: 1})}
    assert read.memory == [(0.25, 41.5)]
