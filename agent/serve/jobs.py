"""Previews and runs in the background, one at a time for each district, so that pages can wait."""

import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Literal, Protocol

import structlog

from agent.commands.events import Events
from agent.errors import PassbackError
from agent.serve.district import District
from agent.serve.plan_view import PlanView
from agent.serve.words import BUG, Told, trouble

log = structlog.get_logger()


@dataclass(slots=True)
class Job:
    """A preview or a run, at work or ended.

    Attributes:
        number: stands for it in addresses; counted since the start of the program.
        began: by the district's clock.
        events: counts the requests to the SIS so far.
        run: the id in the ledger of a run that it has an entry of.
        view: what a preview found.
        told: why it could not be done.
    """

    kind: Literal["preview", "run"]
    number: int
    began: datetime
    events: Events = field(default_factory=Events)
    run: str = ""
    view: PlanView | None = None
    told: Told | None = None
    ended: threading.Event = field(default_factory=threading.Event)


class Engine(Protocol):
    """Does the work of jobs; `app` has the one."""

    def preview(self, district: District, job: Job) -> None:
        """Decide what tonight's run would do, and give the job its view."""
        ...

    def run(self, district: District, job: Job, forced: str | None) -> None:
        """Do a run that sends, and give the job its id."""
        ...


class Jobs:
    """The last job of each district."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: dict[str, Job] = {}
        self._lock = threading.Lock()

    def last(self, district: District) -> Job | None:
        """The district's last job, at work or ended."""
        return self._last.get(district.key)

    def preview(self, district: District) -> Job:
        """Begin to find out what tonight's run would do; a job that is at work is given instead."""
        return self._begin(district, "preview", self._engine.preview)

    def run(self, district: District, forced: str | None = None) -> Job:
        """Begin a run that sends; *forced*: why the brake is overridden."""
        return self._begin(district, "run", partial(self._engine.run, forced=forced))

    def _begin(
        self,
        district: District,
        kind: Literal["preview", "run"],
        work: Callable[[District, Job], None],
    ) -> Job:
        with self._lock:
            last = self._last.get(district.key)
            if last is not None and not last.ended.is_set():
                return last
            job = Job(kind, last.number + 1 if last else 1, district.clock())
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
        job.told = trouble(error)
    except Exception as error:  # noqa: BLE001  a page must say so; nobody else would
        log_fault(job.kind, type(error).__name__, error.__traceback__)
        job.told = BUG
    finally:
        job.ended.set()


def log_fault(during: str, error: str, place: TracebackType | None) -> None:
    """Log a fault of ours by its kind and place: its text may hold a student's data."""
    log.error("a fault", during=during, error=error, where="".join(traceback.format_tb(place)))
