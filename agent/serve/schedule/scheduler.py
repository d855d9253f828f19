"""The thread that begins each district's night by the clock."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.config import zone_of
from agent.errors import LockedError, PassbackError
from agent.ledger import ledger_of
from agent.log import lines as log
from agent.serve.district import District
from agent.serve.jobs import Job, Jobs
from agent.serve.schedule.due import Answer, judge
from agent.serve.schedule.nights import known
from agent.serve.schedule.slots import Slot, latest_slot, next_slot

LOOK = 30.0
"""Seconds between two looks at the clock: a machine that slept is soon noticed."""
AT_WORK = 5.0
"""The same while a night is at work, so that its end is soon noticed."""
LOCKED = timedelta(minutes=1)
FAILED = timedelta(minutes=5)
"""Until a night is tried again that could not begin: another run is at work, or something else."""
MISSING = 300.0
"""Seconds without a look after which the thread counts as dead."""


@dataclass(slots=True)
class _Watch:
    """What the scheduler remembers of a district; a restart may forget all of it.

    Attributes:
        settled: the night that needs no more looks.
        heard: number of the last job whose end was looked at.
        not_before: when a night that could not begin is tried again.
        told: the night whose failure people have heard of.
        trouble: why nothing can be begun now.
    """

    settled: Slot | None = None
    heard: int = 0
    not_before: datetime | None = None
    told: Slot | None = None
    trouble: str = ""


class Scheduler:
    """Looks at every district again and again, and begins what is due.

    Args:
        districts: asked at each look.
        broken: why a district's configuration cannot be used now, by its key.
        wait: waits so many seconds, and says whether to end.
        ticks: seconds that only go forward, for `alive`.
    """

    def __init__(
        self,
        districts: Callable[[], Sequence[District]],
        jobs: Jobs,
        *,
        broken: Callable[[], Mapping[str, str]] = dict,
        clock: Callable[[], datetime],
        wait: Callable[[float], bool],
        ticks: Callable[[], float],
    ) -> None:
        self._districts, self._broken, self._jobs = districts, broken, jobs
        self._clock, self._wait, self._ticks = clock, wait, ticks
        self._watches: dict[str, _Watch] = {}
        self._looked = ticks()

    def run(self) -> None:
        """Look until `wait` says to end."""
        while not self._wait(self.check()):
            pass

    def alive(self) -> bool:
        """Whether it looked a short while ago."""
        return self._ticks() - self._looked < MISSING

    def trouble(self, key: str) -> str:
        """Why a district's night cannot be begun now; "" where nothing is known."""
        watch = self._watches.get(key)
        return watch.trouble if watch else ""

    def check(self) -> float:
        """Begin what is due; return the seconds until the next look."""
        seconds = LOOK
        broken = self._broken()
        for district in self._districts():
            watch = self._watches.setdefault(district.key, _Watch())
            try:
                if district.key not in broken:
                    self._look_at(district, watch)
                seconds = min(seconds, self._until_next(district))
            except PassbackError as error:
                self._say(district, watch, str(error))
            except Exception as error:  # noqa: BLE001  the other districts go on
                log.fault("schedule", error)
                self._say(district, watch, "a fault in Passback; see the log")
        self._looked = self._ticks()
        return seconds

    def _look_at(self, district: District, watch: _Watch) -> None:
        now = self._clock()
        slot = latest_slot(now, district.settings.serve, zone_of(district.settings))
        job = self._jobs.last(district)
        if job is not None and not job.ended.is_set():
            return
        if job is not None and job.slot and job.number != watch.heard:
            self._hear(district, watch, job, now)
        if watch.settled == slot or (watch.not_before and now < watch.not_before):
            return
        opened = ledger_of(district.settings, district.environment)
        with closing(opened) as ours:
            if ours.slots.served_since() is None:
                ours.slots.note_served(now)
            facts = known(district, ours, slot, now)
        answer = judge(slot, now, facts)
        if answer is Answer.RUN:
            log.info("night begins", district=district.key, day=slot.day.isoformat())
            failed = facts.stored is not None and facts.stored.exit_code is not None
            self._jobs.run_slot(district, slot, again=failed or watch.told == slot)
        else:
            self._no_run(district, watch, slot, answer, now)

    def _no_run(
        self, district: District, watch: _Watch, slot: Slot, answer: Answer, now: datetime
    ) -> None:
        if answer is not Answer.WAIT:
            self._say(district, watch, "")
        if now >= slot.ends or answer in {Answer.DONE, Answer.TOO_EARLY}:
            watch.settled, watch.not_before = slot, None
            if answer is Answer.MISSED:
                log.warning("night missed", district=district.key, day=slot.day.isoformat())

    def _hear(self, district: District, watch: _Watch, job: Job, now: datetime) -> None:
        """Take note of how a night's run ended."""
        watch.heard = job.number
        if job.error is None:
            watch.not_before = None
            self._say(district, watch, "" if job.told is None else job.told.title)
            return
        locked = isinstance(job.error, LockedError)
        watch.not_before = now + (LOCKED if locked else FAILED)
        watch.told = watch.told if locked else job.slot
        self._say(district, watch, str(job.error))

    def _say(self, district: District, watch: _Watch, trouble: str) -> None:
        """Remember *trouble*, and log it when it is new."""
        if trouble and trouble != watch.trouble:
            log.warning("night cannot begin", district=district.key, why=trouble)
        watch.trouble = trouble

    def _until_next(self, district: District) -> float:
        now, job = self._clock(), self._jobs.last(district)
        if job is not None and not job.ended.is_set():
            return AT_WORK
        coming = next_slot(now, district.settings.serve, zone_of(district.settings))
        return max((coming.begins - now).total_seconds(), 0.0) if coming else LOOK
