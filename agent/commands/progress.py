"""What only a terminal shows: how far a run is, a countdown while it waits, and colours."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import Protocol, TextIO

import click

from agent.log import lines as log

_WORTH_SAYING = 2.0
_LEFT = "\r\x1b[K"
"""Return to the start of the line, and clear it."""
_LINE = Lock()
"""Held by who writes into the last line of the terminal for a while."""


class Counts(Protocol):
    """The requests to the SIS so far."""

    reads: int
    writes: int


@contextmanager
def at_work(counts: Counts, terminal: TextIO | None = None, every: float = 0.5) -> Iterator[None]:
    """Show on standard error, if a person sees it, how much was read and written so far."""
    shown, ended = terminal or sys.stderr, Event()
    if not shown.isatty():
        yield
        return
    thread = Thread(target=_tell, args=(counts, shown, ended, every), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _tell(counts: Counts, terminal: TextIO, ended: Event, every: float) -> None:
    began = time.monotonic()
    while not ended.wait(every):
        if _LINE.acquire(blocking=False):
            seconds = time.monotonic() - began
            told = f"{seconds:.0f} s: {counts.reads:,} reads, {counts.writes:,} writes"
            # The next line of the log begins where this one does, and takes its place.
            terminal.write(f"{_LEFT}{told}\r")
            terminal.flush()
            _LINE.release()
    terminal.write(_LEFT)
    terminal.flush()


def painted(text: str, color: str, environ: Mapping[str, str] = os.environ) -> str:
    """Colour a text; a pipe gets none of it from `click.echo`, nor does who sets NO_COLOR."""
    return text if environ.get("NO_COLOR") else click.style(text, fg=color)


class Waiting:
    """Sleeps; at a terminal, shows a countdown on standard error and clears it afterwards.

    Of several threads that wait at the same time, one is shown.
    """

    def __init__(
        self, who: str, sleep: Callable[[float], None] = time.sleep, terminal: TextIO | None = None
    ) -> None:
        self._who, self._sleep = who, sleep
        self._terminal = terminal or sys.stderr

    def __call__(self, seconds: float) -> None:
        """Wait for *seconds*."""
        if seconds >= _WORTH_SAYING:
            log.info("waiting", asked_by=self._who, seconds=round(seconds))
        seen = seconds >= _WORTH_SAYING and self._terminal.isatty()
        if not seen or not _LINE.acquire(blocking=False):
            self._sleep(seconds)
            return
        try:
            self._count_down(seconds)
        finally:
            _LINE.release()

    def _count_down(self, left: float) -> None:
        while left > 0:
            self._show(f"{_LEFT}{self._who} asked us to wait: {left:.0f} s left")
            self._sleep(min(left, 1.0))
            left -= 1.0
        self._show(_LEFT)

    def _show(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()
