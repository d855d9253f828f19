"""The queue with a worker: jobs are done, a drain gives signs of life, a loss is told."""

import threading
import time
from datetime import date

import stamina

from agent.fleet.engine.port import Order
from agent.fleet.engine.procrastinate import Procrastinate


def orders(*keys):
    return [Order(district=key, day=date(2026, 11, 30), slot="night") for key in keys]


def put(tables, *keys):
    database, engine = tables
    with database.transaction() as sql:
        return list(engine.enqueue(sql, orders(*keys)))


class Working:
    """An engine at work in a thread, with jobs that wait until they may end."""

    def __init__(self, tables, slots=2):
        database, _ = tables
        self.engine = Procrastinate(database.parameters, heartbeat=0.2, patience=1.0)
        self.go, self.stop, self.lost = threading.Event(), threading.Event(), threading.Event()
        self.done, self.error, self.fails = [], None, False
        self._slots = slots
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            self.engine.work(self._do, self._slots, self.stop.is_set, self.lost.set)
        except Exception as error:  # noqa: BLE001
            self.error = error

    def _do(self, job):
        self.done.append(job.order.district)
        assert self.go.wait(30)
        if self.fails:
            raise RuntimeError("its end could not be noted")

    def end(self):
        self.go.set()
        self.stop.set()
        self.thread.join(30)
        assert not self.thread.is_alive()


def until(holds):
    for attempt in stamina.retry_context(
        on=AssertionError, attempts=None, timeout=30, wait_max=0.1
    ):
        with attempt:
            assert holds()


def test_jobs_of_one_district_never_overlap_and_others_do(fleet, tables):
    put(tables, "a", "b")
    working = Working(tables, slots=3)
    until(lambda: len(working.done) == 2)
    with tables[0].transaction() as sql:
        again = Order(district="a", day=date(2026, 12, 1), slot="night")
        tables[1].enqueue(sql, [again])
    time.sleep(0.5)
    assert sorted(working.done) == ["a", "b"]
    working.go.set()
    until(lambda: working.done.count("a") == 2)
    working.end()
    assert tables[0].rows("SELECT * FROM procrastinate_jobs") == []
    assert not working.lost.is_set()


def test_a_worker_that_drains_gives_signs_of_life_until_its_nights_have_ended(fleet, tables):
    put(tables, "a")
    working = Working(tables)
    until(lambda: working.done == ["a"])
    working.stop.set()
    time.sleep(1.5)  # twice as long as a silent worker is waited for
    assert working.engine.sweep(lambda _job: None) == 0
    working.end()
    assert working.error is None


def test_jobs_of_a_silent_worker_are_swept_once(fleet, tables):
    put(tables, "a")
    job = fleet.fetch()
    fleet.database.write("UPDATE procrastinate_workers SET last_heartbeat = now() - '9s'::interval")
    swept = []
    assert tables[1].sweep(swept.append) == 1
    assert (swept, tables[1].sweep(swept.append)) == ([job], 0)


def test_a_job_that_fails_is_left_to_the_sweep(fleet, tables):
    put(tables, "a")
    working = Working(tables)
    working.fails = True
    working.go.set()
    until(lambda: working.done == ["a"])
    working.end()
    swept = []
    assert [tables[1].sweep(swept.append) for _ in range(2)] == [1, 0]
    assert [job.order.district for job in swept] == ["a"]


def test_a_worker_that_loses_the_database_says_so_at_once_and_ends(fleet, tables, postgres):
    put(tables, "a")
    working = Working(tables)
    until(lambda: working.done == ["a"])
    name = tables[0].parameters()["conninfo"].rpartition("/")[2]
    postgres.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        assert working.lost.wait(30)
        working.go.set()
        working.thread.join(60)
    finally:
        postgres.sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert not working.thread.is_alive()
    assert tables[0].rows("SELECT 1 AS one") == [{"one": 1}]
