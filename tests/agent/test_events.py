"""The stream of events: whole lines, none lost, and nobody waits for whoever is writing."""

import io
import json
import threading
from datetime import date
from decimal import Decimal

from agent.commands.compose import Events


class Slow(io.StringIO):
    """Takes its time over the first line, until told to go on."""

    def __init__(self):
        super().__init__()
        self.busy, self.go_on = threading.Event(), threading.Event()

    def write(self, text):
        self.busy.set()
        assert self.go_on.wait(20)
        return super().write(text)


def told(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_a_line_at_once_whatever_it_holds():
    out = io.StringIO()
    Events(out).emit({"event": "x", "day": date(2026, 9, 5), "n": Decimal("8.10"), "text": "ü\n"})
    assert told(out) == [{"event": "x", "day": "2026-09-05", "n": "8.10", "text": "ü\n"}]


def test_a_thread_that_writes_keeps_no_other_waiting():
    out = Slow()
    events = Events(out)
    first = threading.Thread(target=events.emit, args=({"n": 0},))
    first.start()
    assert out.busy.wait(20)
    for n in range(1, 4):
        events.emit({"n": n})
    assert told(out) == []
    out.go_on.set()
    first.join()
    assert told(out) == [{"n": n} for n in range(4)]


def test_no_line_of_many_threads_is_lost_or_torn():
    out = io.StringIO()
    events = Events(out)

    def work(name):
        for n in range(300):
            events.emit({"name": name, "n": n})

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = told(out)
    for name in range(8):
        assert [line["n"] for line in lines if line["name"] == name] == list(range(300))


def test_events_told_together_are_one_write():
    class Counting(io.StringIO):
        writes = 0

        def write(self, text):
            self.writes += 1
            return super().write(text)

    out = Counting()
    Events(out).emit({"n": 0}, {"n": 1})
    Events(out).emit()
    assert (told(out), out.writes) == ([{"n": 0}, {"n": 1}], 1)
