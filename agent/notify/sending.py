"""Send notices beside the end of a run: in threads, tried again, bounded in time, never in its way.

What cannot be sent costs one line of the log. A run is over, and noted in its ledger, before this
begins, so nothing here can change how it ended.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from threading import Thread
from typing import Protocol

from agent.errors import PassbackError
from agent.log import lines as log

ATTEMPTS = 5


class Message(Protocol):
    """Something to send to one place."""

    def send(self, seconds: float) -> None:
        """Send it within that time, repeats included; an error says why it could not be."""
        ...

    def hang_up(self) -> None:
        """End what is under way; called from another thread, once the time is over."""
        ...


class NotSentError(PassbackError):
    """A notice could not be sent; its text is for the operator."""


class NotYetError(NotSentError):
    """The server certainly does not have it, and may take it later."""


def insist(attempt: Callable[[], None], seconds: float) -> None:
    """Do *attempt*, and again for so many seconds while it ends in a `NotYetError`."""
    import stamina
    import stamina.instrumentation

    # Its own log line would show arguments.
    stamina.instrumentation.set_on_retry_hooks([])
    for each in stamina.retry_context(
        on=NotYetError, attempts=ATTEMPTS, timeout=seconds, wait_initial=1.0, wait_max=15.0
    ):
        with each:
            attempt()


@dataclass(slots=True)
class Sending:
    """A message on its way; once it has ended, `done`, or `why` it could not be sent."""

    name: str
    message: Message
    why: str | None = None
    done: bool = False
    _thread: Thread | None = None
    _failed: str | None = None

    def begin(self, seconds: float) -> None:
        """Send it in a thread of its own, which keeps no process from ending."""
        run = copy_context().run
        self._thread = Thread(
            target=lambda: run(self._send, seconds), name=f"notice {self.name}", daemon=True
        )
        self._thread.start()

    def _send(self, seconds: float) -> None:
        try:
            self.message.send(seconds)
            self._failed = ""
        except PassbackError as error:
            self._failed = str(error)
        except Exception as error:  # noqa: BLE001  not even a bug here may touch a run
            self._failed = f"a fault: {type(error).__name__}"

    def end(self, until: float, clock: Callable[[], float]) -> None:
        """Wait for it until then at most, and log what was not sent."""
        if self._thread is not None:
            self._thread.join(max(0.0, until - clock()))
        self.done = self._failed == ""
        if self.done:
            return
        self.why = self._failed or "the time for it was over"
        if self._thread is not None and self._thread.is_alive():
            with suppress(Exception):
                self.message.hang_up()
        log.warning("notice not sent", to=self.name, why=self.why)


@contextmanager
def sending(
    messages: Callable[[], Mapping[str, Message]],
    within: float,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[list[Sending]]:
    """Send *messages*, by name, while the block is at work, and at its end wait for the rest.

    *within*: seconds in all, from now on.
    """
    until = clock() + within
    begun: list[Sending] = []
    try:
        for name, message in messages().items():
            begun.append(Sending(name, message))
            begun[-1].begin(within)
    except Exception as error:  # noqa: BLE001  nor may a thread that cannot be started
        why = str(error) if isinstance(error, PassbackError) else f"a fault: {type(error).__name__}"
        log.warning("notices not sent", why=why)
    try:
        yield begun
    finally:
        try:
            for each in begun:
                each.end(until, clock)
        except KeyboardInterrupt:
            # The run is over, and ends as it ended.
            log.warning("notices not sent", why="told to stop while they were on their way")
