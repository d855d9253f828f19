"""The bench of ticks finds the districts that it makes, and queues each where its host has room."""

import pytest

from bench.fleet_tick import FIRST, PLACES, ticks


@pytest.mark.parametrize("place", PLACES)
def test_ticks_over_a_few_districts(tmp_path, postgres_url, place):
    done = {each.name: each for each in ticks(tmp_path, postgres_url, 50, place)}
    # 40 districts share one SIS host and 10 the next, and a host takes 8 nights at once.
    assert {name: each.queued for name, each in done.items()} == {
        FIRST: 0,
        "idle": 0,
        "all are due": 16,
        "idle, all are queued": 0,
        "one configuration changed": 0,
    }
    assert all(each.seconds > 0 for each in done.values())
