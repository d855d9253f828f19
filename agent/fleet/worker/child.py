"""The process of one night: what the worker hands it, and what it hands back.

A night that crashes, grows or hangs takes nobody else along, and its memory is gone with it.
The processes are forked from a server that has the program loaded, so that each begins in
milliseconds; they end by themselves when their worker is gone.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from agent.errors import LockedError, PassbackError
from agent.fleet.settings import FleetSettings
from agent.log import lines as log
from agent.serve.schedule.slots import Slot

FAULT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a night's process is to do.

    Attributes:
        title: the name of the district when the tick read its configuration.
        origin: the file of its configuration; `document`: its text, where that was imported.
        slot: None: a run that a person ordered, which is no night by the clock.
        again: an earlier try came to nothing, and people heard of it.
        at: the moment of the run.
    """

    key: str
    title: str
    origin: str
    document: str | None
    slot: Slot | None
    again: bool
    at: datetime
    fleet: FleetSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it.

    Attributes:
        code: exit code.
        busy: another run holds the ledger, so nothing was done.
        facts: fields of `nights.Outcome` that the run knows.
        again: when the ledger says that the night is tried again; None: it is over.
        settled: whether the ledger has the end of this try; else the worker decides about another.
    """

    code: int
    busy: bool = False
    why: str = ""
    again: datetime | None = None
    settled: bool = True
    facts: dict[str, Any] | None = None


class Night(Protocol):
    """Does the night, in its process; a function at the top of a module."""

    def __call__(self, assignment: Assignment, stop: Callable[[], bool]) -> Result:
        """Do it, until *stop* says so."""
        ...


class Child:
    """A night's process, seen from its worker."""

    def __init__(self, night: Night, assignment: Assignment, context: Any) -> None:
        self._ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_live, args=(night, assignment, theirs), name=f"night {assignment.key}"
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    def stop(self) -> None:
        """Tell it to end after the gradebooks at work."""
        with suppress(OSError):
            self._ours.send("stop")

    def result(self, seconds: float) -> Result | None:
        """Wait so many seconds for its result; None: it is at work.

        Raises:
            EOFError: it ended without one.
        """
        if not self._ours.poll(seconds):
            return None
        try:
            found: Result = self._ours.recv()
        except OSError as error:
            raise EOFError from error
        return found

    def kill(self) -> None:
        """Make an end of it now."""
        self._process.kill()

    def end(self) -> None:
        """Wait for its end, for notices that are under way; then make an end."""
        self._process.join(_NOTICES)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._ours.close()


_NOTICES = 90.0


def processes(preload: Sequence[str]) -> Any:
    """What makes processes, with the modules *preload* loaded once for all of them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    forkserver.ensure_running()
    return context


def _live(night: Night, assignment: Assignment, pipe: Connection) -> None:
    """The whole life of a night's process."""
    stop = threading.Event()
    # The worker says when to stop, also where a service manager tells every process.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_listen, args=(pipe, stop), daemon=True, name="worker's word").start()
    log.set_up(assignment.fleet.log, "info")
    try:
        result = night(assignment, stop.is_set)
    except LockedError as error:
        result = Result(code=error.exit_code, busy=True, why=str(error))
    except PassbackError as error:
        result = Result(code=error.exit_code, why=str(error), settled=False)
    except Exception as error:  # noqa: BLE001  its text may hold a student's data
        log.fault("night", error)
        why = "a fault of Passback stopped it; see the worker's log"
        result = Result(code=FAULT, why=why, settled=False)
    with suppress(OSError):
        pipe.send(result)


def _listen(pipe: Connection, stop: threading.Event) -> None:
    """Take the worker's word; without a worker there is nobody for whom to go on."""
    while True:
        wait([pipe])
        try:
            pipe.recv()
        except (EOFError, OSError):
            # As a kill does: the ledger lets go of its lock, and the next try resumes.
            os._exit(FAULT)
        stop.set()
