"""A worker: begins the night of a job, watches its process, and notes how it ended."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import stamina

from agent.errors import DatabaseError
from agent.fleet.database import nights
from agent.fleet.database.connection import Database, Row
from agent.fleet.database.nights import NIGHT, Outcome
from agent.fleet.engine.port import Engine, Job
from agent.fleet.schedule.places import enqueue, lost_again, settle
from agent.fleet.settings import FleetSettings
from agent.fleet.worker.child import FAULT, Assignment, Result
from agent.log import lines as log
from agent.notify.notice import CAME_TO_ITS_END
from agent.serve.schedule.due import next_try
from agent.serve.schedule.slots import Slot

_LOOK = 0.5
"""Seconds between two looks whether a night is to stop."""
_BUSY = timedelta(seconds=5)
"""Until a night is tried again whose ledger another run holds."""
_INSIST = 120.0
"""Seconds for which the end of a night is noted again and again while the database is away."""
_AWAY = frozenset({5, 6})
"""Exit codes of a run whose ledger was lost, or could not be reached."""
_SOON = 3
"""So many tries come soon after that; the others pause, as `next_try` says."""


class Process(Protocol):
    """`child.Child`, or what stands in for it."""

    def stop(self) -> None:
        """Tell it to end after the gradebooks at work."""

    def result(self, seconds: float) -> Result | None:
        """Wait so many seconds for its result; `EOFError`: it ended without one."""
        ...

    def kill(self) -> None:
        """Make an end of it now."""

    def end(self) -> None:
        """Make an end of it, once what it tells people is under way."""


class Worker:
    """Does nights.

    Args:
        begin: begins the process of a night.
        stop: whether this worker is to end, so that its nights are to stop.
        clock: the moment of a run.
    """

    def __init__(
        self,
        fleet: FleetSettings,
        database: Database,
        engine: Engine,
        *,
        name: str,
        begin: Callable[[Assignment], Process],
        stop: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._fleet, self._database, self._engine = fleet, database, engine
        self._name, self._begin, self._stop, self._clock = name, begin, stop, clock
        self._busy = 0
        self._lock = threading.Lock()

    @property
    def busy(self) -> int:
        """Nights at work."""
        return self._busy

    def do(self, job: Job) -> None:
        """Do the night of a job, if it is still to be done.

        Raises:
            DatabaseError: how it ended could not be noted; the sweep takes care of the job.
        """
        with self._lock:
            self._busy += 1
        try:
            self._do(job)
        except DatabaseError as error:
            log.warning("night not noted", district=job.order.district, why=str(error))
            raise
        except Exception as error:
            log.fault("worker", error)
            raise
        finally:
            with self._lock:
                self._busy -= 1

    def _do(self, job: Job) -> None:
        now = self._clock()
        deadline = now + timedelta(minutes=self._fleet.worker.deadline_minutes)
        with self._database.transaction() as sql:
            night = None if self._stop() else nights.begin(sql, job.id, self._name, now, deadline)
            if night is None:
                nights.put_back(sql, job.id)
                enqueue(sql, self._engine, now)
        if night is None:
            return
        with log.bound(district=night["district"], day=night["day"].isoformat()):
            log.info("night begins", slot=night["slot"], attempt=night["tries"])
            outcome = self._watched(night)
            if self._note(job, outcome):
                why = {"why": outcome.why} if outcome.why else {}
                log.info("night ends", state=outcome.state, exit_code=outcome.exit_code, **why)
            else:
                log.warning("night was given to another worker meanwhile")

    def _watched(self, night: Row) -> Outcome:
        """Have the night done in its process; stop that at its deadline, or with this worker."""
        process = self._begin(_assignment(night, self._fleet, self._clock()))
        limit = self._fleet.worker.deadline_minutes * 60
        told: float | None = None
        began = time.monotonic()
        try:
            while (result := process.result(_LOOK)) is None:
                seconds = time.monotonic() - began
                if told is None and (self._stop() or seconds >= limit):
                    process.stop()
                    told = seconds
                elif told is not None and seconds - told >= self._fleet.worker.grace_seconds:
                    process.kill()
                    return self._lost(night, "it did not stop when it was told to, and was killed")
        except EOFError:
            if self._stop():  # who ends this worker may end all of its processes
                why = "it was ended with its worker"
                return Outcome(state="waiting", again=self._clock(), exit_code=5, why=why)
            return self._lost(night, "its process ended without a result")
        finally:
            # What it wrote is settled by the next try; what it tells people may take a while.
            threading.Thread(target=process.end, name="end of a night").start()
        return self._ended(night, result)

    def _ended(self, night: Row, result: Result) -> Outcome:
        """What a result makes of the night."""
        if result.busy:
            return Outcome(state="waiting", again=self._clock() + _BUSY, begun=False)
        if result.code == FAULT and not result.settled:
            return self._lost(night, result.why, code=FAULT)
        again = result.again if result.settled else self._next_try(night, result.code)
        facts = result.facts or {}
        found = Outcome(
            state="done" if result.code in CAME_TO_ITS_END else "failed",
            exit_code=result.code,
            why=result.why or None,
            **facts,
        )
        return replace(found, state="waiting", again=again) if again else found

    def _next_try(self, night: Row, code: int) -> datetime | None:
        """When a night is tried again whose ledger was lost, or could not be reached."""
        slot, now = Slot(night["day"], night["due"], night["ends"]), self._clock()
        again = next_try(code, night["tries"], now, slot)
        # A database that was restarted is back at once, and its nights are not to wait for minutes.
        soon = now + timedelta(seconds=3 * self._fleet.worker.heartbeat_seconds)
        hurry = code in _AWAY and night["tries"] <= _SOON
        return min(again, soon) if again and hurry else again

    def _lost(self, night: Row, why: str, code: int | None = None) -> Outcome:
        return lost_again(night, why, self._clock(), self._fleet, code)

    def _note(self, job: Job, outcome: Outcome) -> bool:
        """Note the end of a try, and give its place at the SIS to the next; whether it was ours."""
        for attempt in stamina.retry_context(on=DatabaseError, attempts=None, timeout=_INSIST):
            with attempt, self._database.transaction() as sql:
                noted = settle(sql, self._engine, job.id, outcome, self._clock())
        return noted is not None


def _assignment(night: Row, fleet: FleetSettings, now: datetime) -> Assignment:
    by_clock = night["slot"] == NIGHT
    return Assignment(
        key=night["district"],
        title=night["title"],
        origin=night["origin"],
        document=None if fleet.districts else night["document"],
        slot=Slot(night["day"], night["due"], night["ends"]) if by_clock else None,
        again=night["exit_code"] is not None,
        at=now,
        fleet=fleet,
    )
