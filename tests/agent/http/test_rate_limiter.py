"""A server that counts requests is obeyed, and the gap that it wants is found."""

import threading

import pytest

from agent.http.waiting import RateLimiter


class Server:
    """Takes a request every `interval` seconds; a virtual clock, on which sleeping is progress."""

    def __init__(self, interval=0.0):
        self.interval, self.now, self.last, self.refused = interval, 0.0, -9.0, 0
        self.slept = []
        self.limiter = RateLimiter(self.sleep, lambda: self.now)

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def ask(self):
        """One request, repeated until it is taken."""
        self.limiter.wait_for_turn()
        while self.now < self.last + self.interval:
            self.refused += 1
            self.limiter.answered(429)
            self.limiter.pause(1.0, throttled=True)
            self.limiter.wait_for_turn()
        self.last = self.now
        self.now += 0.005
        self.limiter.answered(200)


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


def refused(server, seconds, times=1):
    for _ in range(times):
        server.limiter.answered(429)
    for _ in range(times):
        server.limiter.pause(seconds, throttled=True)


def gap(server):
    """How long the next request but one waits."""
    server.now += 60
    server.limiter.wait_for_turn()
    del server.slept[:]
    server.limiter.wait_for_turn()
    return sum(server.slept)


def test_the_gap_is_never_longer_than_the_pause_that_was_asked_for():
    server = Server()
    for _ in range(9):
        refused(server, 2.0)
        server.limiter.answered(200)
    assert gap(server) == pytest.approx(2.0)
    assert (server.limiter.pauses, server.limiter.seconds) == (9, 18.0)


def test_threads_that_are_refused_together_count_once():
    server = Server()
    refused(server, 2.0, times=16)
    assert gap(server) == pytest.approx(0.1)


def test_a_burst_of_refusals_is_forgotten_after_a_stretch_of_good_answers():
    server = Server()
    refused(server, 2.0)
    for _ in range(300):
        server.limiter.answered(200)
    assert gap(server) == 0


def test_a_pause_for_another_reason_sets_no_pace():
    server = Server()
    server.limiter.answered(503)
    server.limiter.pause(30.0, throttled=False)
    assert server.slept == [30.0]
    assert gap(server) == 0


def test_threads_share_one_pace():
    waits = []
    limiter = RateLimiter(waits.append, lambda: 60.0)
    limiter.pause(2.0, throttled=True)
    del waits[:]
    threads = [threading.Thread(target=limiter.wait_for_turn) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == pytest.approx([0.1 * n for n in range(1, 10)])
