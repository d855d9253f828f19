"""Previews and runs in the background, one at a time for each district, so that pages can wait."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal, Protocol

from agent.commands.events import Events
from agent.errors import PassbackError
from agent.log import lines as log
from agent.serve.district import District
from agent.serve.schedule.slots import Slot
from agent.serve.words import BUG, Told, trouble
from agent.sync.plans.view import PlanView


@dataclass(slots=True)
class Job:
    """A preview or a run, at work or ended.

    Attributes:
        number: stands for it in addresses; counted since the start of the program.
        began: by the district's clock.
        events: counts the requests to the SIS so far.
        slot: the night by the clock that a run is; None: a person began it.
        again: an earlier try of that night came to nothing, and people heard of it.
        insists: a fault of ours does not end the night: whoever began it tries it again.
        next_try: this one did too, and the night is tried once more, not before this.
        stop: whether a run is to end after the gradebooks at work.
        run: the id in the ledger of a run that it has an entry of.
        view: what a preview found.
        told: why it could not be done.
        error: the same, where it was expected.
    """

    kind: Literal["preview", "run"]
    number: int
    began: datetime
    events: Events = field(default_factory=Events)
    slot: Slot | None = None
    again: bool = False
    insists: bool = False
    next_try: datetime | None = None
    stop: Callable[[], bool] = lambda: False
    run: str = ""
    view: PlanView | None = None
    told: Told | None = None
    error: PassbackError | None = None
    ended: threading.Event = field(default_factory=threading.Event)


class Engine(Protocol):
    """Does the work of jobs; `command` has the one."""

    def preview(self, district: District, job: Job) -> None:
        """Decide what tonight's run would do, and give the job its view."""
        ...

    def run(self, district: District, job: Job, forced: str | None) -> None:
        """Do a run that sends, and give the job its id."""
        ...


class Jobs:
    """The last job of each district.

    Args:
        events: makes what counts the requests of a job.
    """

    def __init__(
        self, engine: Engine, events: Callable[[District], Events] = lambda _district: Events()
    ) -> None:
        self._engine, self._events = engine, events
        self._last: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def last(self, district: District) -> Job | None:
        """The district's last job, at work or ended."""
        return self._last.get(district.key)

    def preview(self, district: District) -> Job:
        """Begin to find out what tonight's run would do; a job that is at work is given instead."""
        return self._begin(district, "preview", self._engine.preview)

    def run(self, district: District, forced: str | None = None) -> Job:
        """Begin a run that sends; *forced*: why the brake is overridden."""
        return self._begin(district, "run", partial(self._engine.run, forced=forced))

    def run_slot(self, district: District, slot: Slot, *, again: bool) -> Job:
        """Begin the run that is the night of a date; *again*: after one that came to nothing."""
        return self._begin(district, "run", partial(self._engine.run, forced=None), slot, again)

    def stop(self) -> None:
        """Let every run end after the gradebooks at work, and wait for that."""
        self._stopping.set()
        for job in list(self._last.values()):
            if job.kind == "run":
                job.ended.wait()

    def _begin(
        self,
        district: District,
        kind: Literal["preview", "run"],
        work: Callable[[District, Job], None],
        slot: Slot | None = None,
        again: bool = False,  # noqa: FBT001, FBT002
    ) -> Job:
        with self._lock:
            last = self._last.get(district.key)
            if last is not None and not last.ended.is_set():
                return last
            job = Job(
                kind,
                last.number + 1 if last else 1,
                district.clock(),
                self._events(district),
                slot,
                again=again,
                stop=self._stopping.is_set,
            )
            self._last[district.key] = job
        thread = threading.Thread(
            target=_worked, args=(work, district, job), name=f"{kind} {district.key}", daemon=True
        )
        thread.start()
        return job


def _worked(work: Callable[[District, Job], None], district: District, job: Job) -> None:
    """Do the work; whatever ends it, whoever waits for the job is told."""
    try:
        work(district, job)
    except PassbackError as error:
        job.told, job.error = trouble(error), error
    except Exception as error:  # noqa: BLE001  a page must say so; nobody else would
        log.fault(job.kind, error)
        job.told = BUG
    finally:
        job.ended.set()
