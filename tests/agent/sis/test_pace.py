"""A server that counts requests is obeyed, and the gap that it wants is found."""

import pytest

from agent.sis.pace import Pace


class Server:
    """Takes a request every `interval` seconds; a virtual clock, on which sleeping is progress."""

    def __init__(self, interval):
        self.interval, self.now, self.last, self.refused = interval, 0.0, -9.0, 0
        self.pace = Pace(self.sleep)

    def sleep(self, seconds):
        self.now += seconds

    def ask(self):
        while self.now < self.last + self.interval:
            self.refused += 1
            self.pace.keep({"status": 429, "ms": 1.0})
            self.pace(1.0)
        self.last = self.now
        self.now += 0.005
        self.pace.keep({"status": 200, "ms": 5.0})


@pytest.mark.parametrize("interval", [0.05, 0.25, 0.5, 1.0])
def test_a_steady_pace_is_found_after_a_few_refusals(interval):
    server = Server(interval)
    for _ in range(100):
        server.ask()
    assert server.refused <= 5
    assert server.now < 5 + 100 * max(0.2, 2 * interval)


def test_a_server_that_never_refuses_is_never_waited_for():
    server = Server(0)
    for _ in range(10):
        server.ask()
    assert server.now == pytest.approx(0.05)


def good(pace):
    pace.keep({"status": 200, "ms": 0.0})


def refused(pace, seconds):
    pace.keep({"status": 429, "ms": 1.0})
    pace(seconds)


def test_the_gap_is_never_longer_than_the_pause_that_was_asked_for():
    slept = []
    pace = Pace(slept.append)
    for _ in range(9):
        refused(pace, 2.0)
        good(pace)
    assert slept[-1] == 2.0
    assert (pace.pauses, pace.seconds) == (9, 18.0)


def test_connections_that_are_refused_together_count_once():
    slept = []
    pace = Pace(slept.append)
    for _ in range(16):
        refused(pace, 2.0)
    good(pace)
    assert slept[-1] == 0.1


def test_a_burst_of_refusals_is_forgotten_after_a_stretch_of_good_answers():
    slept = []
    pace = Pace(slept.append)
    refused(pace, 2.0)
    for _ in range(300):
        good(pace)
    del slept[:]
    good(pace)
    assert slept == []


def test_a_pause_for_another_reason_sets_no_pace():
    slept = []
    pace = Pace(slept.append)
    pace.keep({"status": 503, "ms": 1.0})
    pace(30.0)
    pace.keep({"status": 200, "ms": 1.0})
    assert slept == [30.0]


def test_events_are_passed_on():
    events = []
    pace = Pace(observe=events.append)
    pace.keep({"status": 200, "ms": 1.0})
    assert events == [{"status": 200, "ms": 1.0}]
