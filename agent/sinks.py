"""Standard output and standard error that never fail: output is lost, the run goes on.

A full disk, a pipe that nobody reads any more or a closed stream costs what would be written there,
and one line on standard error. A run ends with its own exit code all the same.
"""

import io
import os
import re
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

import click

PATIENCE = 5.0
"""Seconds in which a reader of standard error takes something, else it counts as gone."""
_PIECE = 65_536
_AT_ONCE = select.PIPE_BUF
"""Bytes that a pipe takes without waiting, once it is ready."""
_STEERING = re.compile(r"\x1b(?!\[[0-9;]*[mK])|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]")


class Sink(io.RawIOBase):
    """A file descriptor for writing; after its first failure it takes everything and keeps nothing.

    Args:
        number: the descriptor, which stays open; None for a stream that is closed.
        name: what it is called in the line about its failure.
        tell: takes that line.
        patience: seconds to wait until a pipe takes more; None waits as long as it takes.

    Attributes:
        lost: whether it failed.
    """

    def __init__(
        self,
        number: int | None,
        name: str,
        tell: Callable[[str], None],
        *,
        patience: float | None = None,
    ) -> None:
        self.number, self.lost = number, False
        self._name, self._tell, self._patience = name, tell, patience

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return super().fileno() if self.number is None else self.number

    def isatty(self) -> bool:
        """Whether a person sees it."""
        return self.number is not None and os.isatty(self.number)

    def write(self, data: Any) -> int:
        """Write a part of *data*; how many bytes need not be offered again."""
        content = memoryview(data).cast("B")
        if not self.lost:
            try:
                return self._write(content)
            except OSError as error:
                self.lost = True
                self._tell(f"{self._name}: {error.strerror}; nothing more is written there")
        return len(content)

    def _write(self, content: memoryview) -> int:
        if self.number is None:
            raise OSError(0, "it is closed")
        piece = content[: _PIECE if self._patience is None else _AT_ONCE]
        while True:
            if self._patience is not None:
                self._wait(self.number, self._patience)
            try:
                return os.write(self.number, piece)
            except BlockingIOError:
                self._wait(self.number, self._patience)

    def _wait(self, number: int, patience: float | None) -> None:
        ready = select.poll()
        ready.register(number, select.POLLOUT)
        if not ready.poll(None if patience is None else patience * 1000):
            raise OSError(0, "nobody reads it")


class Shown(io.TextIOWrapper):
    """Text for a person: a title of Otus may hold what would steer a terminal, and steers none.

    Colours and what empties a line are ours, and pass.
    """

    def write(self, text: str, /) -> int:
        """Write *text*, with what nobody would see as its number."""
        super().write(_STEERING.sub(lambda found: f"\\x{ord(found[0]):02x}", text))
        return len(text)


def say(text: str) -> None:
    """One line on standard error."""
    click.echo(f"passback: {text}", err=True)


def lasting_streams() -> None:
    """Put standard output and standard error on sinks, for the rest of the process.

    The log goes to standard error during a run, so a reader who stops there is not waited for long.
    Standard output is waited for: a person may be paging through it.
    """
    _fill_closed()
    sys.stderr = _over(sys.stderr, "standard error", lambda _text: None, PATIENCE)
    sys.stdout = _over(sys.stdout, "standard output", say, None)


def _fill_closed() -> None:
    """Give the numbers of closed streams away, lest a ledger or an event file gets one of them."""
    with suppress(OSError):
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(number)


def _over(
    stream: TextIO | None, name: str, tell: Callable[[str], None], patience: float | None
) -> TextIO:
    number = None if stream is None else stream.fileno()
    sink = Sink(number, name, tell, patience=patience)
    encoding = "utf-8" if stream is None else stream.encoding
    # A terminal that lacks a sign gets its number: no text may end a run either.
    return Shown(io.BufferedWriter(sink), encoding, errors="backslashreplace", line_buffering=True)
