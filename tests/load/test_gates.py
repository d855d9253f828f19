"""Percentiles, memory and the night's window: figures become gates."""

from collections import Counter

import pytest

from load.gates import Bounds
from load.timeline import Timeline, percentile


def call(second, *, write=True, status="201", ms="50.0", system="sis"):
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
        made.add(call(second))
    return made


@pytest.mark.parametrize(("share", "ms"), [(0.5, 2), (0.95, 19), (0.99, 100), (1.0, 100)])
def test_percentiles(share, ms):
    times = Counter({1: 49, 2: 1, 19: 45, 100: 5})
    assert percentile(times, share) == ms


def test_no_calls_have_no_percentiles():
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


def test_calls_are_kept_by_the_second(timeline):
    timeline.add(call(10.5, status="", ms="99.0"))
    timeline.add(call(10.6, system="source"))
    assert timeline.seconds[10].calls == 2
    assert timeline.seconds[10].failed == 1
    assert timeline.seconds[10].writes == 2


def test_the_agent_is_not_held_to_the_speed_of_the_sis():
    assert Bounds("skyward", 8, nominal=0.05, measured=0.07).ways().latency == 0.07
    assert Bounds("skyward", 8, nominal=0.05, measured=0.02).ways().latency == 0.05


def test_powerschool_takes_the_scores_of_a_column_together():
    assert Bounds("powerschool", 1, nominal=0.05).ways().batch
    assert not Bounds("skyward", 8, nominal=0.05).ways().batch
