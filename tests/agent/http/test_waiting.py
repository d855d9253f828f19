"""What may be waited, how a wait is told, and what a person sees of it."""

import io

import pytest

from agent.commands.progress import Waiting
from agent.http.waiting import LONGEST, NOT_AT_ALL, PACE, in_words, may_wait


@pytest.mark.parametrize(
    ("asked", "waited", "longest", "throttled", "may"),
    [
        (0, 0, LONGEST, False, True),
        (LONGEST, 0, LONGEST, False, True),
        (LONGEST + 1, 0, LONGEST, False, False),
        (1, LONGEST - 1, LONGEST, False, True),
        (1, LONGEST, LONGEST, False, False),
        (LONGEST + 1, 0, LONGEST, True, False),
        (0, 0, NOT_AT_ALL, False, True),
        (1, 0, NOT_AT_ALL, False, False),
        (PACE, 0, NOT_AT_ALL, True, True),
        (PACE + 1, 0, NOT_AT_ALL, True, False),
        (1, PACE, NOT_AT_ALL, True, False),
    ],
)
def test_a_call_waits_so_long_in_all_and_no_longer(asked, waited, longest, throttled, may):
    assert may_wait(asked, waited, longest, throttled=throttled) == may


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2, "2 s"),
        (119, "119 s"),
        (120, "2 min"),
        (3600, "60 min"),
        (7200, "2 h"),
        (86_400, "24 h"),
        (172_800, "2 days"),
    ],
)
def test_a_wait_is_told_in_the_unit_that_a_person_would_take(seconds, words):
    assert in_words(seconds) == words


class Terminal(io.StringIO):
    """Standard error before a person."""

    def isatty(self):
        return True


def waited(seconds, out):
    """Wait so long: what was shown, and how long it took."""
    slept = []
    Waiting("the SIS", slept.append, out)(seconds)
    return out.getvalue(), sum(slept)


def test_at_a_terminal_the_seconds_are_counted_down_and_go_away():
    text, slept = waited(2.5, Terminal())
    shown = [part for part in text.split("\r\x1b[K") if part]
    assert shown == [f"the SIS asked us to wait: {n} s left" for n in (2, 2, 0)]
    assert text.endswith("\r\x1b[K")
    assert slept == 2.5


@pytest.mark.parametrize(
    ("seconds", "out"), [(60, io.StringIO()), (1.5, Terminal()), (0, Terminal())]
)
def test_where_nobody_looks_and_where_it_is_short_nothing_is_shown(seconds, out):
    assert waited(seconds, out) == ("", seconds)
