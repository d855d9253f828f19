"""The stream of events: whole lines, in order, and nobody waits for whoever reads them."""

import io
import json
import threading
from datetime import date
from decimal import Decimal

import pytest

from agent.commands.events import Events, EventWriter


class Slow(io.BytesIO):
    """Takes nothing until told to go on."""

    def __init__(self):
        super().__init__()
        self.busy, self.go_on = threading.Event(), threading.Event()

    def write(self, data):
        self.busy.set()
        assert self.go_on.wait(20)
        return super().write(data)


class Sips(io.BytesIO):
    """Takes three bytes at a time."""

    def write(self, data):
        return super().write(data[:3])


class Said(list):
    """The lines on standard error."""

    def __call__(self, text):
        self.append(text)


def told(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def said():
    return Said()


def test_an_event_is_a_line_whatever_it_holds(said):
    out = io.BytesIO()
    events = Events(EventWriter(out, said))
    events.emit({"event": "x", "day": date(2026, 9, 5), "n": Decimal("8.10"), "text": "ü\n"})
    events.close()
    assert told(out) == [{"event": "x", "day": "2026-09-05", "n": "8.10", "text": "ü\n"}]
    assert said == []


def test_who_emits_waits_for_nobody_and_nothing_is_lost_that_there_is_room_for(said):
    out = Slow()
    events = Events(EventWriter(out, said))
    events.emit({"n": 0})
    assert out.busy.wait(20)
    for n in range(1, 4):
        events.emit({"n": n})
    assert told(out) == []
    out.go_on.set()
    events.end({"n": 4})
    events.close()
    assert told(out) == [{"n": n} for n in range(5)]
    assert said == []


def test_no_line_of_many_threads_is_lost_or_torn(said):
    out = Sips()
    events = Events(EventWriter(out, said))

    def work(name):
        for n in range(300):
            events.emit({"name": name, "n": n})

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events.close()
    lines = told(out)
    for name in range(8):
        assert [line["n"] for line in lines if line["name"] == name] == list(range(300))
    assert said == []


def test_too_many_for_a_slow_reader_are_counted_and_the_last_event_says_so(said):
    out = Slow()
    events = Events(EventWriter(out, said, most=30))
    events.emit({"n": 0})
    assert out.busy.wait(20)
    for n in range(1, 9):  # 8 bytes each: two more have room
        events.emit({"n": n})
    events.end({"event": "report"})
    out.go_on.set()
    events.close()
    assert told(out) == [{"n": 0}, {"n": 1}, {"n": 2}, {"event": "report", "dropped": 6}]
    assert said == ["--events: 6 events were not written because nobody read them in time"]


def test_once_a_slow_reader_has_read_there_is_room_again(said):
    out = Slow()
    writer = EventWriter(out, said, most=30)
    events = Events(writer)
    out.go_on.set()
    for n in range(20):
        events.emit({"n": n})
        while writer.waiting:
            pass
    events.close()
    assert told(out) == [{"n": n} for n in range(20)]


def test_a_reader_who_takes_nothing_more_is_given_up_at_the_end(said):
    out = Slow()
    events = Events(EventWriter(out, said, patience=0.05))
    events.emit({"n": 0})
    assert out.busy.wait(20)
    events.emit({"n": 1}, {"n": 2})
    events.end({"event": "report"})
    ending = threading.Thread(target=events.close, daemon=True)
    ending.start()
    ending.join(10)
    assert not ending.is_alive()
    assert said == ["--events: 4 events were not written because nobody read them in time"]
    out.go_on.set()
