"""One run of a district, such as its night by the clock: the same for `serve` and for a worker."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Protocol

from agent.commands.build import build_announcer, build_ledger_for_run, run_context
from agent.commands.runs import Ended, noted, notice_of
from agent.errors import LockedError, PassbackError
from agent.ledger import Ledger
from agent.serve.district import District
from agent.serve.jobs import Job
from agent.serve.schedule.due import next_try
from agent.serve.schedule.slots import Slot
from agent.sync.context import NightResult, RunContext


class Night(Protocol):
    """`agent.sync.run.run_night`."""

    def __call__(self, run: RunContext, *, forced: bool) -> NightResult:
        """Do it."""
        ...


def one_run(district: District, job: Job, night: Night, forced: str | None) -> Ended | None:
    """Do a run under the run lock, and tell whom it concerns.

    Of a night by the clock only what is not done yet: None, and nothing done, where it is over.
    """
    settings, environ = district.settings, district.environment
    announcer = build_announcer(settings, job.began, environ=environ, key=district.key)
    # A night that waits for the lock is nothing to tell of, and one that fails again neither.
    with (
        nullcontext() if job.again else announcer.begun(but=LockedError),
        opened(district, job) as run,
    ):
        ended = _run_once(run, district, job, night, forced)
    if ended is not None and not (job.again and job.next_try):
        notice = notice_of(ended, announcer.links(ended.head.run))
        Thread(target=announcer.tell, args=(notice,), name="notices").start()
    return ended


def _run_once(
    run: RunContext, district: District, job: Job, night: Night, forced: str | None
) -> Ended | None:
    """Do a run; None, and nothing done, where it is a night by the clock that is over already."""
    slot, slots = job.slot, run.ledger.slots
    if slot and not slots.begin(slot.day, slot.begins, run.id, district.clock()):
        return None
    job.run = run.id
    work = partial(night, run, forced=forced is not None)
    try:
        ended = noted(run, district.settings.district, job.events, work, forced=forced)
    except PassbackError:
        raise  # the ledger's disk is full: it is tried again
    except Exception:
        if slot and not job.insists:
            slots.end(slot.day, 1, district.clock())
        raise
    if slot:
        at = district.clock()
        job.next_try = settle(run.ledger, slot, ended.code, at, stopped=job.stop())
    return ended


def settle(
    ledger: Ledger, slot: Slot, code: int, at: datetime, *, stopped: bool
) -> datetime | None:
    """Note that a night is over, or when it is tried again; return when, None: it is over."""
    stored = ledger.slots.find(slot.day)
    again = next_try(code, stored.tries if stored else 1, at, slot)
    if stopped and code in STOPPED:
        again = at
    if again is None:
        ledger.slots.end(slot.day, code, at)
    else:
        ledger.slots.try_again(slot.day, code, again)
    return again


STOPPED = frozenset({5, 130})
"""Exit codes of a run that ended because this program was told to."""


@contextmanager
def opened(district: District, job: Job) -> Iterator[RunContext]:
    """What a run of *district* works with, and the run lock."""
    settings, secrets = district.settings, district.environment
    with (
        build_ledger_for_run(settings, environ=secrets) as ledger,
        run_context(settings, ledger, job.events, job.began, environ=secrets, stop=job.stop) as run,
    ):
        yield run
