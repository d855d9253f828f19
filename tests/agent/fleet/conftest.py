"""A fleet in one process: a real database and queue, a clock to turn, runs that are made up."""

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from agent.fleet.database.acts import order
from agent.fleet.database.connection import Database
from agent.fleet.database.districts import StoredDistrict
from agent.fleet.database.schema import bring_up_to_date
from agent.fleet.engine.port import Job, Order
from agent.fleet.engine.procrastinate import Procrastinate
from agent.fleet.schedule.districts import Planned
from agent.fleet.schedule.sweep import Sweep
from agent.fleet.schedule.tick import Tick
from agent.fleet.settings import DatabaseSettings, FleetSettings, WorkerSettings
from agent.fleet.worker.child import Result
from agent.fleet.worker.worker import Worker
from agent.settings import ServeSettings

TABLES = ("act", "configuration", "night", "district", "host", "process", "procrastinate_jobs")


@pytest.fixture(scope="session")
def tables(postgres):
    """A database with the fleet's tables, for all tests of a process, one after the other."""
    with postgres.database() as url:
        database = Database(url, lambda: "", "tests")
        engine = Procrastinate(database.parameters, heartbeat=1.0)
        bring_up_to_date(database, engine)
        yield database, engine
        database.close()


class Clock:
    """The time of the fleet."""

    def __init__(self, text):
        self.to(text)

    def __call__(self):
        return self.now

    def to(self, text):
        """Turn it to a moment in UTC."""
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)


class Run:
    """The process of a night, made up: it ends with a result, without one, or not at all.

    Attributes:
        result: None: it is at work; an exception is raised.
    """

    def __init__(self, assignment, result):
        self.assignment, self.now = assignment, result
        self.told, self.killed = False, False

    def stop(self):
        self.told = True
        if isinstance(self.now, Result) and self.now.code == 130:
            self.now = replace(self.now, again=self.assignment.at)

    def result(self, seconds):
        if isinstance(self.now, Exception):
            raise self.now
        return None if self.now is None and not self.told else self.now

    def kill(self):
        self.killed = True

    def end(self):
        pass


class Fleet:
    """Tick, sweep and workers over one database.

    Attributes:
        ends: district -> results of its next runs; 0 when there are none left.
        ran: district and date of every run that was begun; `last`: the process of the last one.
    """

    def __init__(self, database, engine, clock, settings):
        self.database, self.engine, self.clock, self.settings = database, engine, clock, settings
        self.districts, self.ends, self.ran, self.stopped = {}, {}, [], False
        self.last = None
        self.broken = {}
        self.ticker = Tick(settings, self, database, engine)
        self.sweeper = Sweep(settings, database, engine)

    # -- what the tick asks

    def planned(self):
        return list(self.districts.values())

    def troubles(self):
        return self.broken

    # -- what a test does

    def has(self, key="lakeview", *, zone="America/Chicago", host="sis.example", **more):
        """Serve a district; its night begins at 21:00 by its clock."""
        serve = ServeSettings(at=more.pop("at", time(21, 0)), **more.pop("serve", {}))
        stored = StoredDistrict(
            key=key,
            title=key.title(),
            timezone=zone,
            at=serve.at,
            catch_up_hours=serve.catch_up_hours,
            sis_kind="skyward",
            sis_host=host,
            origin=f"/{key}.toml",
            priority=more.pop("priority", 0),
            trouble=more.pop("trouble", None),
        )
        self.districts[key] = Planned(stored=stored, serve=serve, zone=ZoneInfo(zone))
        assert not more

    def tick(self):
        return self.ticker.tick(self.clock())

    def sweep(self):
        return self.sweeper.sweep(self.clock())

    def worker(self, name="w-1"):
        return Worker(
            self.settings,
            self.database,
            self.engine,
            name=name,
            begin=self._begin,
            stop=lambda: self.stopped,
            clock=self.clock,
        )

    def _begin(self, assignment):
        slot = assignment.slot
        self.ran.append((assignment.key, slot and slot.day.isoformat()))
        left = self.ends.get(assignment.key)
        self.last = Run(assignment, left.pop(0) if left else Result(code=0))
        return self.last

    def work(self, name="w-1", most=1000):
        """Do what is queued, as one worker with one slot; return how many jobs there were."""
        worker, done = self.worker(name), 0
        while done < most and (job := self.fetch()):
            worker.do(job)
            self.finish(job)
            done += 1
        return done

    def fetch(self):
        """Take the next job, as Procrastinate does."""
        rows = self.database.rows(
            "SELECT * FROM procrastinate_fetch_job_v2(ARRAY['night'], (SELECT r FROM"
            " procrastinate_register_worker_v1() AS r LIMIT 1))"
        )
        if rows[0]["id"] is None:
            return None
        args = rows[0]["args"]
        day = datetime.fromisoformat(args["day"]).date()
        return Job(rows[0]["id"], Order(district=args["district"], day=day, slot=args["slot"]))

    def finish(self, job):
        self.database.write("DELETE FROM procrastinate_jobs WHERE id = %s", job.id)

    def nights(self, key=None):
        """State of every night, by district and date."""
        found = self.database.rows("SELECT * FROM night ORDER BY due, district")
        return {
            (row["district"], row["day"].isoformat()): row["state"]
            for row in found
            if key in {None, row["district"]}
        }

    def night(self, key="lakeview"):
        """The newest night of a district."""
        return self.database.rows(
            "SELECT * FROM night WHERE district = %s ORDER BY due DESC LIMIT 1", key
        )[0]

    def district(self, key="lakeview"):
        return self.database.rows("SELECT * FROM district WHERE key = %s", key)[0]

    def order(self, what, key="lakeview", why="", **more):
        with self.database.transaction() as sql:
            return order(sql, what, key, by="kim", why=why, now=self.clock(), **more)


@pytest.fixture
def clock():
    return Clock("2026-11-30T12:00")


@pytest.fixture
def fleet(tables, clock):
    """A fleet without districts, the day before the first night."""
    emptied(tables[0])
    return small_fleet(*tables, clock)


def emptied(database):
    """Take everything out of the tables; they are small, so that to truncate them takes longer."""
    for name in TABLES:
        database.write(f"DELETE FROM {name}")


def small_fleet(database, engine, clock):
    """A fleet with a host that takes one night at a time, one that takes two, and large ones."""
    settings = FleetSettings(
        database=DatabaseSettings(url="postgresql://x/y"),
        hosts={"default": 1000, "small.example": 1, "narrow.example": 2},
        worker=WorkerSettings(heartbeat_seconds=1, grace_seconds=0.01),
    )
    return Fleet(database, engine, clock, settings)
