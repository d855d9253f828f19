"""A mock that is told to end hears it, whatever it does at that moment."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mock_sis.serve.stop import Stop

pytestmark = pytest.mark.timeout(30)
WORD = signal.SIGUSR1


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = signal.getsignal(WORD)
    yield
    signal.signal(WORD, before)


def raised_at_step(number: int, waits: Callable[[float], Any]) -> bool:
    """Wait, with the signal raised at that step of all that the wait does; whether it got there."""
    steps = 0

    def look(_frame: Any, _event: str, _argument: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == number:
            signal.raise_signal(WORD)
        return look

    sys.settrace(look)
    try:
        waits(0.01)
    finally:
        sys.settrace(None)
    return steps >= number


def test_told_at_any_step_it_is_heard():
    number = 1
    while raised_at_step(number, (stop := Stop(WORD)).wait):
        assert stop.wait(0), f"told at step {number}"
        number += 1
    assert number > 2


def test_it_wakes_who_waits_and_stays_told():
    stop = Stop(WORD)
    threading.Timer(0.05, os.kill, [os.getpid(), WORD]).start()
    assert stop.wait()
    assert stop.wait(0)


def test_untold_it_waits_no_longer_than_asked():
    assert not Stop(WORD).wait(0.01)


def test_a_second_one_is_as_usual_where_that_is_wanted():
    Stop(WORD, once=True)
    signal.raise_signal(WORD)
    assert signal.getsignal(WORD) is signal.SIG_DFL
