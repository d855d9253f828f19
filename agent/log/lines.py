"""The agent's log: lines for the operator, without a name, a score, a number or a secret.

Standard output belongs to reports, and what a run does record by record is told by `--events`.
What a report says too is logged at `info`; `warning` and above is what nothing else says.
"""

import logging
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from agent.log.redaction import redacted
from agent.settings import LogLevel, LogSettings
from agent.sinks import say

_NUMBERS = logging.getLevelNamesMapping()
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_bound: ContextVar[Mapping[str, Any]] = ContextVar("bound", default=_NOTHING)
# Without O_NONBLOCK, opening a named pipe that nobody reads would block the run.
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK


class _Log:
    """How this process logs.

    Attributes:
        lost: the log file could not be written, which was told.
    """

    def __init__(self, settings: LogSettings, usual: LogLevel) -> None:
        self.settings = settings
        self.level = _NUMBERS[(settings.level or usual).upper()]
        self.lost = False
        self._ready = False

    def logger(self) -> Any:
        """Structlog's, set up at the first line.

        Most runs log nothing, and loading the library takes longer than a quiet night's work.
        """
        import structlog

        if not self._ready:
            shown = (
                structlog.processors.JSONRenderer(default=str)
                if self.settings.format == "json"
                else structlog.dev.ConsoleRenderer(colors=not self.settings.file and _at_terminal())
            )
            structlog.configure(
                processors=[
                    structlog.processors.add_log_level,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    redacted,
                    shown,
                ],
                logger_factory=lambda *_: _Lines(self),
            )
            self._ready = True
        return structlog.get_logger()

    def write(self, line: str) -> None:
        """Add a line to the file; to standard error without one, or where it cannot be written."""
        path = self.settings.file
        if path is None or self.lost:
            sys.stderr.write(line + "\n")
            return
        try:
            # Opened for each line: whoever moves the file away gets a new one.
            with os.fdopen(os.open(path, _FLAGS, 0o600), "a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            self.lost = True
            say(f"[log] file {path}: {error.strerror}; the log goes on here")
            self.write(line)


_log = _Log(LogSettings(), "warning")


def set_up(settings: LogSettings, usual: LogLevel = "warning") -> None:
    """Log as *settings* say from now on, in the whole process; *usual* is the level otherwise."""
    global _log  # noqa: PLW0603  a process has one log
    _log = _Log(settings, usual)
    # As `logging.basicConfig` does: who runs us inside a program of theirs has handlers.
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(_Foreign(logging.WARNING))


@contextmanager
def bound(**facts: Any) -> Iterator[None]:
    """Put *facts* on every line of this block, and of what runs in a copy of its context."""
    token = _bound.set({**_bound.get(), **facts})
    try:
        yield
    finally:
        _bound.reset(token)


def info(event: str, **facts: Any) -> None:
    """Note what an operator may want to know."""
    _write("info", event, facts)


def warning(event: str, **facts: Any) -> None:
    """Note what an operator should look at."""
    _write("warning", event, facts)


def fault(during: str, error: BaseException) -> None:
    """Note a fault of ours by its kind and place: its text may hold a student's data."""
    place = "".join(traceback.format_tb(error.__traceback__))
    _write("error", "a fault", {"during": during, "error": type(error).__name__, "where": place})


def _write(level: LogLevel, event: str, facts: Mapping[str, Any]) -> None:
    log = _log
    if _NUMBERS[level.upper()] < log.level:
        return
    getattr(log.logger(), level)(event, **{**_bound.get(), **facts})


def _at_terminal() -> bool:
    return sys.stderr.isatty()


class _Lines:
    """What structlog hands its lines to."""

    def __init__(self, log: _Log) -> None:
        self.info = self.warning = self.error = self.debug = log.write


class _Foreign(logging.Handler):
    """Takes what libraries log; not what they fill in, which may name a student or a URL."""

    def emit(self, record: logging.LogRecord) -> None:
        """Note the library and its sentence."""
        kind = record.exc_info[0] if record.exc_info else None
        facts = {"library": record.name, "said": str(record.msg)}
        _write("warning", "a library", facts | ({"error": kind.__name__} if kind else {}))
