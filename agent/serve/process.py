"""The process of `passback serve`: it waits for the word to end, and ends."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import NoReturn

import click

from agent.errors import StoppedError


class CannotServe(click.ClickException):
    """A command line that cannot be followed on this machine."""

    exit_code = 2


NIGHTS_END = "a night at work ends after its gradebooks"


def until_told(
    line: str, work: Thread, ends: Sequence[Callable[[], None]], last: str = NIGHTS_END
) -> None:
    """Begin *work* and print *line*; once told to, do what *ends* it, at a second word no more.

    *last*: what is said of that.
    """
    work.start()
    _wait(line, last)
    try:
        for end in ends:
            end()
    except KeyboardInterrupt:
        _end_at_once()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it ends as well as it can


def _wait(line: str, last: str) -> None:
    """Print *line*, and wait for Ctrl-C or SIGTERM, which may come as soon as it is read."""
    try:
        click.echo(line)
        while True:
            signal.pause()
    except KeyboardInterrupt:
        click.echo(f"passback: stopping; {last}", err=True)


def _end_at_once() -> NoReturn:
    """End as a kill does, which the next start makes good: threads would be waited for."""
    click.echo("passback: stopped before the end", err=True)
    sys.stderr.flush()
    os._exit(StoppedError.exit_code)


@contextmanager
def listening() -> Iterator[None]:
    """An address that cannot be listened on is a wrong command line."""
    try:
        yield
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        what = "the port is taken: choose another with --port" if taken else str(error)
        raise CannotServe(what) from None
