"""What a terminal shows while a run is at work; a pipe gets nothing of it."""

import io
import time
from types import SimpleNamespace

import pytest

from agent.commands.progress import at_work, painted

AT_WORK = SimpleNamespace(reads=1234, writes=5)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_the_requests_and_is_clean_afterwards():
    terminal = Terminal()
    with at_work(AT_WORK, terminal, every=0.001):
        while "writes" not in terminal.getvalue():
            time.sleep(0.001)
    assert "s: 1,234 reads, 5 writes\r" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_pipe_gets_nothing():
    pipe = io.StringIO()
    with at_work(AT_WORK, pipe, every=0.001):
        time.sleep(0.01)
    assert pipe.getvalue() == ""


def test_an_error_ends_it_too():
    terminal = Terminal()
    with pytest.raises(KeyError), at_work(AT_WORK, terminal, every=0.001):
        raise KeyError
    before = terminal.getvalue()
    time.sleep(0.01)
    assert terminal.getvalue() == before


def test_no_color_is_obeyed():
    assert painted("held", "red", {}) == "\x1b[31mheld\x1b[0m"
    assert painted("held", "red", {"NO_COLOR": "1"}) == "held"
