"""`--events`: count requests, and write one JSON line an event from a thread of its own.

Emitting an event never blocks. A target that fails is dropped; a reader that is too slow loses
events, and the last line holds their number.
"""

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import msgspec

from agent.errors import ConfigError
from agent.http.responses import Reply
from agent.http.spans import Spans
from agent.sinks import PATIENCE, Sink, say

MOST = 32 * 1024 * 1024
"""Bytes that may wait for a slow reader; more events than that are lost."""
_TOGETHER = 0.02
"""Seconds for which events are collected into one write; a write each slows other threads."""
_ENCODER = msgspec.json.Encoder(enc_hook=str)


class Out(Protocol):
    """What events are written to."""

    def write(self, data: Any, /) -> int:
        """Write some of *data*; return how many bytes."""
        ...


class EventWriter:
    """Writes lines in order, from one thread.

    Args:
        out: must raise nothing.
        warn: prints the line about lost events.
        most: bytes that may wait.
        patience: seconds without progress after which `close` drops the rest.

    Attributes:
        dropped: events lost because too many were waiting.
    """

    def __init__(
        self,
        out: Out,
        warn: Callable[[str], None] = say,
        *,
        most: int = MOST,
        patience: float = PATIENCE,
    ) -> None:
        self.dropped = 0
        self._out, self._warn, self._most, self._patience = out, warn, most, patience
        self._waiting, self._written = bytearray(), 0
        self._more = threading.Condition()
        self._ended = threading.Event()
        self._under_way = memoryview(b"")
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Bytes not written yet."""
        return len(self._waiting) + len(self._under_way)

    def put(self, lines: bytes, *, always: bool = False) -> None:
        """Queue whole lines; drop them if too many bytes wait, unless *always*."""
        with self._more:
            if self.waiting + len(lines) > self._most and not always:
                self.dropped += lines.count(b"\n")
                return
            self._waiting += lines
            self._more.notify()

    def close(self) -> None:
        """Wait as long as the reader makes progress, then warn about lost events."""
        if self._ended.is_set():
            return
        self._ended.set()
        with self._more:
            self._more.notify()
        before = -1
        while self._thread.is_alive() and before != self._written:
            before = self._written
            self._thread.join(self._patience)
        with self._more:
            left = bytes(self._under_way) + self._waiting
        lost = self.dropped + left.count(b"\n")
        if lost and not getattr(self._out, "lost", False):
            events = "1 event was" if lost == 1 else f"{lost} events were"
            self._warn(f"--events: {events} not written because nobody read them in time")

    def _run(self) -> None:
        while self._take():
            while self._under_way:
                taken = self._out.write(self._under_way)
                self._under_way = self._under_way[taken:]
                self._written += taken

    def _take(self) -> bool:
        """Take all that waits, once there is some; false at the end."""
        with self._more:
            self._more.wait_for(lambda: self._waiting or self._ended.is_set())
        self._ended.wait(_TOGETHER)
        with self._more:
            self._under_way = memoryview(bytes(self._waiting))
            self._waiting.clear()
            return bool(self._under_way)


class Events:
    """Counts and times requests, and passes events to a writer if there is one; thread safe.

    Args:
        hear: is told of every request too, without a writer.

    `answered` sees every answer; None: nobody wants to.
    """

    def __init__(
        self,
        writer: EventWriter | None = None,
        *,
        hear: Callable[[Mapping[str, Any]], None] = lambda _event: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.reads, self.writes = 0, 0
        self.answered: Callable[[Reply], None] | None = None
        self._writer, self._hear, self._clock = writer, hear, clock
        self._lock = threading.Lock()
        self._began = clock()
        self._waited = {name: Spans() for name in ("sis", "source", "limiter", "any")}

    def observe(self, event: dict[str, Any]) -> None:
        """Count a request of the HTTP layer, and emit its event."""
        if event["system"] == "sis" and not event["operation"].lower().endswith("token"):
            with self._lock:
                self.writes += bool(event["write"])
                self.reads += not event["write"]
        ended = self._clock()
        self._cover(event["system"], ended - event["ms"] / 1000, ended)
        self._hear(event)
        self.emit({"event": "request", **event})

    def timed(self, sleep: Callable[[float], None]) -> Callable[[float], None]:
        """*sleep*, which waits as a server asks, with its time counted as the limiter's."""

        def slept(seconds: float) -> None:
            began = self._clock()
            try:
                sleep(seconds)
            finally:
                self._cover("limiter", began, self._clock())

        return slept

    def seconds(self) -> dict[str, float]:
        """How long it took since the start, and how much of that was which wait.

        A wait of several threads at the same time counts once; "own" is when none waited.
        """
        total = self._clock() - self._began
        waited = {name: spans.seconds for name, spans in self._waited.items()}
        own = max(0.0, total - waited.pop("any"))
        found = {"total": total, **waited, "own": own}
        return {name: round(value, 3) for name, value in found.items()}

    def _cover(self, name: str, began: float, ended: float) -> None:
        self._waited[name].add(began, ended)
        self._waited["any"].add(began, ended)

    def emit(self, *events: dict[str, Any]) -> None:
        """Write events; those of one call stay together."""
        if self._writer is not None and events:
            self._writer.put(_lines(*events))

    def end(self, report: dict[str, Any]) -> None:
        """Write the last event, with the number of those lost before it."""
        if self._writer is not None:
            lost = {"dropped": self._writer.dropped} if self._writer.dropped else {}
            self._writer.put(_lines({**report, **lost}), always=True)

    def close(self) -> None:
        """Wait for the writer as long as it makes progress."""
        if self._writer is not None:
            self._writer.close()


def _lines(*events: dict[str, Any]) -> bytes:
    return b"".join(_ENCODER.encode(event) + b"\n" for event in events)


@contextmanager
def events_to(target: str | None) -> Iterator[Events]:
    """Open the target of `--events`: a file with mode 0600, `-` for standard output, or nothing.

    Raises:
        ConfigError: the file cannot be opened.
    """
    if target is None:
        yield Events()
        return
    number = None if target == "-" else _opened(target)
    events = Events(
        EventWriter(_standard_output() if number is None else Sink(number, "--events", say))
    )
    try:
        yield events
    finally:
        events.close()
        if number is not None:
            os.close(number)


def _opened(target: str) -> int:
    # Without O_NONBLOCK, opening a named pipe that nobody reads would block the run.
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK
    try:
        return os.open(target, flags, 0o600)
    except OSError as error:
        why = "nobody reads this pipe" if error.errno == errno.ENXIO else error.strerror
        raise ConfigError(f"--events {target}: {why}") from None


def _standard_output() -> Out:
    """A sink apart from the report's on the same descriptor: each warns of its own failure."""
    own = sys.stdout.buffer
    raw = getattr(own, "raw", None)
    return Sink(raw.number, "--events", say) if isinstance(raw, Sink) else own
