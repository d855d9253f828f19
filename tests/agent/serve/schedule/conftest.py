"""Districts with ledgers of their own, a clock to turn, and an engine that asks no server."""

from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from agent.ledger import open_ledger, run_lock
from agent.serve.district import District
from agent.serve.jobs import Jobs
from agent.serve.schedule.one_run import settle
from agent.serve.schedule.scheduler import Scheduler
from agent.settings import ServeSettings
from tests.agent.serve.conftest import settings


class Clock:
    """The time of all districts."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def seconds(self):
        return self.now.timestamp()

    def to(self, text):
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)


class Engine:
    """Notes which nights were run; ends them with the codes that a test gives, or dies on the way.

    Attributes:
        codes: of the next runs; 0 when there are none left.
        ran: (district, date, began) of every run.
    """

    def __init__(self, clock):
        self._clock = clock
        self.codes, self.ran = [], []

    def run(self, district, job, forced):
        url = district.settings.ledger.url
        with run_lock(url), closing(open_ledger(url, district.settings.district)) as ledger:
            code = self.codes.pop(0) if self.codes else 0
            if isinstance(code, Exception):
                raise code
            slot = job.slot
            if slot and not ledger.slots.begin(slot.day, slot.begins, "r", self._clock()):
                return
            self.ran.append((district.key, slot and slot.day.isoformat(), self._clock()))
            if slot and code != "killed":
                settle(ledger, slot, code, self._clock(), stopped=False)


class Served:
    """One process of `serve` without sockets."""

    def __init__(self, districts, clock, engine, broken):
        self.jobs = Jobs(engine)
        self.scheduler = Scheduler(
            lambda: districts,
            self.jobs,
            broken=lambda: broken,
            clock=clock,
            wait=lambda _seconds: False,
            ticks=clock.seconds,
        )
        self._districts = districts

    def check(self):
        seconds = self.scheduler.check()
        for district in self._districts:
            job = self.jobs.last(district)
            assert job is None or job.ended.wait(20)
        return seconds


@pytest.fixture
def clock():
    return Clock(datetime(2026, 11, 30, 12, tzinfo=UTC))


@pytest.fixture
def engine(clock):
    return Engine(clock)


@pytest.fixture
def district(tmp_path, clock):
    def made(key="lakeview", timezone="UTC", folder=tmp_path, **serve):
        found = msgspec.structs.replace(
            settings(folder),
            district=key,
            timezone=timezone,
            serve=ServeSettings(**serve),
        )
        ledger = msgspec.structs.replace(found.ledger, url=f"sqlite:///{folder / key}.db")
        return District(
            key=key,
            title=key,
            settings=msgspec.structs.replace(found, ledger=ledger),
            environment={},
            clock=clock,
        )

    return made


@pytest.fixture
def serve(clock, engine):
    """Starts the process anew: what it remembered is gone."""

    def start(*districts, broken=()):
        return Served(districts, clock, engine, dict(broken))

    return start


@pytest.fixture
def passing(clock):
    """Looks at the clock again and again until a time has come."""

    def until(served, end, step=timedelta(minutes=1)):
        last = datetime.fromisoformat(end).replace(tzinfo=UTC)
        while clock.now < last:
            seconds = served.check()
            assert seconds > 0
            clock.now = min(last, clock.now + step)
        served.check()

    return until


@pytest.fixture
def ledger():
    @contextmanager
    def opened(district):
        url = district.settings.ledger.url
        with closing(open_ledger(url, district.settings.district)) as found:
            yield found

    return opened
