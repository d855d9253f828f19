"""The nights of docs/run/fleet/scale.md: the whole country, with as many workers as it needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from load.profiles import Night
from load.scale.constants import Constants
from load.scale.needs import plan_night
from load.scale.night import Job, draw
from load.scale.simulation import Fleet, Outcome, simulate, with_slow_hosts

SLOW_HOSTS = 10
SLOWNESS = 300.0
"""Times as long: a SIS that answers after half a minute, shortly before the agent gives up."""
LOST_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A simulated night; `spoilt` are the districts whose own SIS is slow."""

    title: str
    fleet: Fleet
    outcome: Outcome
    spoilt: frozenset[int] = frozenset()

    @property
    def late(self) -> tuple[int, int]:
        """Districts that are late: those of slow hosts, and others."""
        late = self.outcome.late()
        spoilt = len(self.spoilt.intersection(late))
        return spoilt, len(late) - spoilt

    def minutes(self, share: float) -> float:
        """Minutes from due to the end within which *share* of the other districts were done."""
        return self.outcome.wait(share, without=self.spoilt) / 60


def scenarios(
    sizes: Sequence[int], constants: Constants, seed: int, slots: int
) -> Iterator[Scenario]:
    """Every night of the page, one after the other."""
    typical, ends = draw(sizes, seed), draw(sizes, seed, Night.END_OF_TERM)
    few = _fleet(sizes, constants, Night.TYPICAL, slots)
    many = _fleet(sizes, constants, Night.END_OF_TERM, slots)
    yield _scenario("typical", typical, few, seed)
    yield _slow("typical, ten SIS slow", typical, few, seed)
    yield _slow("the same without a limit a host", typical, replace(few, a_host=None), seed)
    yield _scenario("typical, a worker lost every minute", typical, _losing(few), seed)
    yield _scenario("end of term", ends, many, seed)
    half = replace(many, workers=max(1, many.workers // 2))
    yield _scenario("end of term, half the workers", ends, half, seed)
    yield _scenario("end of term, a worker lost every minute", ends, _losing(many), seed)


def _fleet(sizes: Sequence[int], constants: Constants, night: Night, slots: int) -> Fleet:
    return Fleet(workers=plan_night(sizes, constants, night, slots=slots).workers, slots=slots)


def _losing(fleet: Fleet) -> Fleet:
    return replace(fleet, lost_every=LOST_EVERY)


def _slow(title: str, jobs: Sequence[Job], fleet: Fleet, seed: int) -> Scenario:
    """The hosts that most districts share are slow."""
    slow = replace(with_slow_hosts(fleet, jobs, SLOW_HOSTS), slowness=SLOWNESS)
    spoilt = frozenset(job.district for job in jobs if job.host.name in slow.slow)
    return Scenario(title, slow, simulate(jobs, slow, seed), spoilt)


def _scenario(title: str, jobs: Sequence[Job], fleet: Fleet, seed: int) -> Scenario:
    return Scenario(title, fleet, simulate(jobs, fleet, seed))
