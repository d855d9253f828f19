"""How long a run waited: each second counts once, however many threads wait in it."""

import random

import pytest

from agent.commands.events import Events
from agent.http import spans
from agent.http.spans import Spans


@pytest.mark.parametrize(
    ("stretches", "seconds"),
    [
        ([], 0),
        ([(0, 2)], 2),
        ([(0, 2), (3, 4)], 3),
        ([(0, 2), (1, 3)], 3),
        ([(1, 2), (3, 4), (0, 5)], 5),
        ([(0, 1), (2, 3), (4, 5), (2.5, 6)], 5),
        ([(0, 2), (2, 3)], 3),
    ],
)
def test_stretches_that_overlap_count_once(stretches, seconds):
    covered = Spans()
    for began, ended in stretches:
        covered.add(began, ended)
    assert covered.seconds == pytest.approx(seconds)


def test_as_many_threads_as_there_are_cover_what_a_count_of_moments_says():
    chance = random.Random(7)
    ends = sorted(chance.sample(range(1, 3000), 400))
    stretches = [(max(0, end - chance.randint(0, 12)), end) for end in ends]
    covered = Spans()
    for began, ended in stretches:
        covered.add(began, ended)
    moments = {moment for began, ended in stretches for moment in range(began, ended)}
    assert covered.seconds == len(moments)


def test_a_long_run_is_kept_in_little_room():
    covered = Spans()
    for n in range(3 * spans._MOST):
        covered.add(n, n + 0.5)
    assert len(covered._apart) <= spans._MOST
    assert covered.seconds == pytest.approx(1.5 * spans._MOST)


def test_a_run_tells_what_it_waited_for():
    now = [100.0]
    events = Events(clock=lambda: now[0])

    def request(system, seconds):
        now[0] += seconds
        about = {"operation": "list", "method": "GET", "status": 200, "attempt": 1, "write": False}
        events.observe({"system": system, "ms": seconds * 1000, **about})

    def slept(seconds):
        now[0] += seconds

    request("source", 2)
    now[0] += 1
    request("sis", 3)
    events.timed(slept)(4)
    assert events.seconds() == {"total": 10, "sis": 3, "source": 2, "limiter": 4, "own": 1}
