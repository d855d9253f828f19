"""Simulate a night of a fleet with simpy: a queue, workers with slots, SIS hosts with a limit.

A district that is due waits for its host first and for a slot then, so that a slow host fills no
slots beyond its limit. The same drawing and the same seed give the same night.
"""

import random
from collections import Counter
from collections.abc import Container, Generator, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from statistics import median
from typing import Any

import simpy

from load.profiles import WINDOW
from load.scale.night import Job

MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """A fleet, and what happens to it.

    Attributes:
        slots: runs that a worker has at a time.
        a_host: runs that one SIS host gets at a time; None: no limit.
        deadline: seconds after which a run stops and leaves its rest to the next try.
        catch_up: seconds after it was due until which a night may be begun or tried again.
        tick: seconds between two looks at what is due.
        lost_every: seconds after which one worker is lost with its runs, again and again.
        found_after: seconds until the runs of a lost worker are queued again.
        back_after: seconds until a lost worker is back.
        tries: times that a run may be lost before its district is parked.
        slow: hosts that take `slowness` times as long for everything.
    """

    workers: int
    slots: int = 4
    a_host: int | None = 8
    deadline: float = WINDOW
    catch_up: float = 9 * 3600.0
    tick: float = MINUTE
    lost_every: float = inf
    found_after: float = 30.0
    back_after: float = 20.0
    tries: int = 3
    slow: frozenset[str] = frozenset()
    slowness: float = 20.0


@dataclass(slots=True)
class Outcome:
    """What a night came to.

    Attributes:
        waits: by district, seconds from due to the end of its night.
        ends: by district, seconds from the first district's due time to the end of its night.
        queue: by minute, districts that are due and do not run.
        running: by minute, slots at work.
        parked: districts whose run was lost too often.
        missed: districts whose night could not begin or go on before its catch-up was over.
        lost: runs that ended because their worker was lost.
        cut: runs that the deadline stopped.
    """

    waits: dict[int, float] = field(default_factory=dict)
    ends: dict[int, float] = field(default_factory=dict)
    queue: list[int] = field(default_factory=list)
    running: list[int] = field(default_factory=list)
    parked: list[int] = field(default_factory=list)
    missed: list[int] = field(default_factory=list)
    lost: int = 0
    cut: int = 0

    def late(self, window: float = WINDOW) -> list[int]:
        """Districts whose night was not over in the window after they were due."""
        after = [district for district, wait in self.waits.items() if wait > window]
        return sorted([*after, *self.parked, *self.missed])

    def wait(self, share: float, *, without: Container[int] = ()) -> float:
        """Seconds from due to the end within which *share* of the districts that ended did."""
        waits = sorted(wait for name, wait in self.waits.items() if name not in without)
        return waits[min(len(waits) - 1, int(share * len(waits)))] if waits else 0.0

    @property
    def half(self) -> float:
        """Seconds after the first due time at which half of the districts were done."""
        return median(self.ends.values()) if self.ends else 0.0

    @property
    def last(self) -> float:
        """Seconds after the first due time at which the last district was done."""
        return max(self.ends.values(), default=0.0)


def simulate(jobs: Sequence[Job], fleet: Fleet, seed: int = 1) -> Outcome:
    """Run the night of *jobs* to its end."""
    return _Night(fleet, random.Random(f"{seed}/losses")).run(jobs)  # noqa: S311 - a drawing


class _Night:
    """One night while it is simulated."""

    def __init__(self, fleet: Fleet, chance: random.Random) -> None:
        self._fleet, self._chance = fleet, chance
        self._env = simpy.Environment()
        self._free = simpy.Store(self._env)
        # Slots are handed out in turn over the workers, as workers that poll a queue take them.
        self._free.items = [w for _ in range(fleet.slots) for w in range(fleet.workers)]
        self._hosts: dict[str, simpy.Resource] = {}
        self._at_work: list[dict[int, simpy.Process]] = [{} for _ in range(fleet.workers)]
        self._waiting = self._left = 0
        self._outcome = Outcome()

    def run(self, jobs: Sequence[Job]) -> Outcome:
        self._left = len(jobs)
        for job in jobs:
            self._env.process(self._night(job))
        self._env.process(self._watch())
        if self._fleet.lost_every < inf:
            self._env.process(self._lose())
        self._env.run()
        return self._outcome

    def _night(self, job: Job) -> Generator[simpy.Event, Any, None]:
        """One district: queued at the tick after it is due, run, and queued again when lost."""
        fleet, env, outcome = self._fleet, self._env, self._outcome
        yield env.timeout(-(-job.due // fleet.tick) * fleet.tick)
        rest = job.seconds * (fleet.slowness if job.host.name in fleet.slow else 1.0)
        lost = 0
        while lost < fleet.tries:
            done = yield from self._attempt(job, rest)
            if done is None:
                self._end(job, outcome.missed)
                return
            if done >= rest:
                self._end(job, outcome.ends)
                return
            rest = rest - done + job.again
            if done >= fleet.deadline:
                outcome.cut += 1
            else:
                lost += 1
                yield env.timeout(fleet.found_after)
        self._end(job, outcome.parked)

    def _end(self, job: Job, where: dict[int, float] | list[int]) -> None:
        self._left -= 1
        if isinstance(where, list):
            where.append(job.district)
            return
        where[job.district] = self._env.now
        self._outcome.waits[job.district] = self._env.now - job.due

    def _attempt(self, job: Job, rest: float) -> Generator[simpy.Event, Any, float | None]:
        """Wait for the host and a slot, and run.

        Returns the seconds that it ran; None: its catch-up was over before it could begin.
        """
        with self._host(job.host.name).request() as host:
            self._waiting += 1
            yield host
            worker = yield self._free.get()
            self._waiting -= 1
            began = self._env.now
            if began > job.due + self._fleet.catch_up:
                self._free.put(worker)
                return None
            self._at_work[worker][job.district] = self._env.active_process
            ran = min(rest, self._fleet.deadline)
            try:
                yield self._env.timeout(ran)
                self._free.put(worker)
            except simpy.Interrupt:
                ran = self._env.now - began
                self._outcome.lost += 1
                self._env.process(self._come_back(worker))
            del self._at_work[worker][job.district]
        return ran

    def _host(self, name: str) -> simpy.Resource:
        if name not in self._hosts:
            self._hosts[name] = simpy.Resource(self._env, self._fleet.a_host or 1_000_000)
        return self._hosts[name]

    def _come_back(self, worker: int) -> Generator[simpy.Event, Any, None]:
        """Give a slot of a lost worker back when its supervisor has started it anew."""
        yield self._env.timeout(self._fleet.back_after)
        self._free.put(worker)

    def _lose(self) -> Generator[simpy.Event, Any, None]:
        """Lose a worker again and again, whether it has runs or not."""
        while True:
            yield self._env.timeout(self._fleet.lost_every)
            if not self._left:
                return
            worker = self._chance.randrange(self._fleet.workers)
            for process in list(self._at_work[worker].values()):
                process.interrupt()

    def _watch(self) -> Generator[simpy.Event, Any, None]:
        """Note the queue and the slots at work once a minute."""
        while self._left:
            self._outcome.queue.append(self._waiting)
            self._outcome.running.append(sum(map(len, self._at_work)))
            yield self._env.timeout(MINUTE)


def with_slow_hosts(fleet: Fleet, jobs: Sequence[Job], number: int) -> Fleet:
    """The fleet when the *number* hosts that most districts share are slow."""
    shared = Counter(job.host.name for job in jobs)
    slow = sorted(shared, key=lambda name: (-shared[name], name))[:number]
    return replace(fleet, slow=frozenset(slow))
