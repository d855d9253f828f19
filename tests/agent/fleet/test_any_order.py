"""Whatever happens in whatever order: no night twice, no night lost, no host over its limit."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agent.fleet.database import nights
from agent.fleet.worker.child import Result
from tests.agent.fleet.conftest import Clock, Fleet, emptied, small_fleet

KEYS = ("a", "b", "c")
OPEN = {"waiting", "queued", "running"}


class Machine(RuleBasedStateMachine):
    """Ticks, sweeps, workers that end, die and freeze, persons, and a clock that goes on."""

    tables: tuple

    @initialize()
    def begin(self):
        emptied(self.tables[0])
        self.fleet: Fleet = small_fleet(*self.tables, Clock("2026-11-30T12:00"))
        for number, key in enumerate(KEYS):
            host = "small.example" if number else "other.example"
            self.fleet.has(key, host=host, zone="America/Chicago")
        self.fleet.tick()
        self.jobs, self.days = [], set()

    @rule(hours=st.sampled_from([0.02, 1, 5, 9, 24]))
    def time_goes_on(self, hours):
        self.fleet.clock.now += timedelta(hours=hours)

    @rule()
    def tick(self):
        self.fleet.tick()

    @rule()
    def sweep(self):
        self.fleet.sweep()

    @rule()
    def a_worker_takes_a_job(self):
        job = self.fleet.fetch()
        if job is not None:
            self.jobs.append(job)

    @rule(result=st.sampled_from([Result(code=0), Result(code=4), EOFError(), "again", "busy"]))
    def a_worker_does_a_night(self, result):
        if not self.jobs:
            return
        job = self.jobs.pop(0)
        again = self.fleet.clock.now + timedelta(minutes=5)
        result = {"again": Result(code=6, again=again), "busy": Result(code=11, busy=True)}.get(
            result, result
        )
        self.fleet.ends = {job.order.district: [result]}
        self.fleet.worker().do(job)
        self.fleet.finish(job)

    @rule()
    def a_worker_dies(self):
        if self.jobs:
            job = self.jobs.pop(0)
            with self.fleet.database.transaction() as sql:
                nights.begin(sql, job.id, "w-dead", self.fleet.clock.now, self.fleet.clock.now)
            self.fleet.database.write(
                "UPDATE procrastinate_jobs SET worker_id = NULL WHERE id = %s", job.id
            )

    @rule(key=st.sampled_from(KEYS), pause=st.booleans())
    def a_person_pauses_or_resumes(self, key, pause):
        row = self.fleet.district(key)
        if pause and row["paused_since"] is None:
            self.fleet.order("pause", key, why="summer")
        elif not pause and (row["paused_since"] or row["parked_since"]):
            self.fleet.order("resume", key)

    @invariant()
    def every_open_night_with_a_job_has_it_in_the_queue(self):
        lost = self.fleet.database.rows(
            "SELECT * FROM night WHERE state IN ('queued', 'running') AND NOT EXISTS ("
            "SELECT FROM procrastinate_jobs AS j WHERE j.id = night.job)"
        )
        assert lost == []

    @invariant()
    def no_host_is_over_its_limit(self):
        over = self.fleet.database.rows(
            "SELECT sis_host FROM night WHERE state IN ('queued', 'running')"
            " AND sis_host = 'small.example' GROUP BY sis_host HAVING count(*) > 1"
        )
        assert over == []

    @invariant()
    def what_is_over_stays_over(self):
        rows = self.fleet.database.rows("SELECT * FROM night WHERE state = 'done'")
        done = {(row["district"], row["day"]) for row in rows}
        assert self.days <= done
        self.days = done

    def teardown(self):
        """Once nobody dies any more, every night comes to its end."""
        if not hasattr(self, "fleet"):
            return
        for job in self.jobs:
            self.fleet.database.write(
                "UPDATE procrastinate_jobs SET worker_id = NULL WHERE id = %s", job.id
            )
        self.fleet.ends = {}
        for _ in range(12):
            self.fleet.clock.now += timedelta(hours=2)
            self.fleet.tick()
            self.fleet.sweep()
            self.fleet.work()
        held = self.fleet.database.rows(
            "SELECT key FROM district WHERE paused_since IS NOT NULL OR parked_since IS NOT NULL"
        )
        kept = {row["key"] for row in held}
        left = {k: s for k, s in self.fleet.nights().items() if s in OPEN and k[0] not in kept}
        assert left == {}


def test_any_order(tables):
    class WithTables(Machine):
        pass

    WithTables.tables = tables
    few = settings(
        max_examples=6,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(WithTables, settings=few)
