"""The sweep: nights of dead workers, nights that wait for a time or a place, nights too late."""

from dataclasses import dataclass, replace
from datetime import datetime

from agent.fleet.database import nights
from agent.fleet.database.connection import Connection, Database, Row
from agent.fleet.engine.port import Engine, Job
from agent.fleet.schedule.places import enqueue, lost_again, settle
from agent.fleet.settings import FleetSettings
from agent.log import lines as log


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did."""

    lost: int
    late: int
    queued: int


class Sweep:
    """Looks after what nobody else does any more."""

    def __init__(self, fleet: FleetSettings, database: Database, engine: Engine) -> None:
        self._fleet, self._database, self._engine = fleet, database, engine

    def sweep(self, now: datetime, *, dead: bool = True) -> Swept:
        """Look once; *dead*: also for workers that give no sign of life."""
        lost = self._engine.sweep(lambda job: self._lost(job, now)) if dead else 0
        with self._database.transaction() as sql:
            late = nights.close_late(sql, now)
            queued = enqueue(sql, self._engine, now)
        for row in late:
            if row["state"] != "skipped":
                facts = {"district": row["district"], "day": row["day"].isoformat()}
                log.warning(f"night {row['state']}", **facts, why=row["why"])
        return Swept(lost=lost, late=len(late), queued=queued)

    def _lost(self, job: Job, now: datetime) -> None:
        """Give the night of a dead worker's job back, or park its district."""
        with self._database.transaction() as sql:
            night = nights.of_job(sql, job.id)
            if night is None:
                return  # its end was noted; only the job was left
            if night["state"] == "queued":
                nights.put_back(sql, job.id)
            else:
                self._settle(sql, job, night, now)

    def _settle(self, sql: Connection, job: Job, night: Row, now: datetime) -> None:
        why = f"the worker {night['worker']} was lost"
        outcome = lost_again(night, why, now, self._fleet)
        if outcome.again is not None:
            outcome = replace(outcome, again=now)  # it has waited for long enough
        settle(sql, self._engine, job.id, outcome, now)
        log.warning(
            "night lost",
            district=night["district"],
            day=night["day"].isoformat(),
            worker=night["worker"],
            seconds=round((now - night["started"]).total_seconds(), 1),
            state=outcome.state,
        )
