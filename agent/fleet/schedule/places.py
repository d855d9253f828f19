"""Nights are queued when their SIS host has a place, and noted when a try of them has ended."""

from datetime import datetime, timedelta

from agent.fleet.database import districts, nights
from agent.fleet.database.connection import Connection, Row
from agent.fleet.database.nights import Outcome
from agent.fleet.engine.port import Engine, Order
from agent.fleet.settings import FleetSettings
from agent.log import lines as log


def enqueue(sql: Connection, engine: Engine, now: datetime, host: str | None = None) -> int:
    """Queue the waiting nights that may begin, in the open transaction; return how many."""
    ready = nights.admit(sql, now, host)
    orders = [
        Order(district=row["district"], day=row["day"], slot=row["slot"], priority=row["priority"])
        for row in ready
    ]
    if orders:
        nights.queued(sql, ready, engine.enqueue(sql, orders))
    return len(orders)


def settle(
    sql: Connection, engine: Engine, job: int, outcome: Outcome, now: datetime
) -> Row | None:
    """Note how a try of the night of *job* ended, and give its place to the next.

    None, and nothing noted, where the night was given to somebody else meanwhile.
    """
    night = nights.end(sql, job, outcome, now)
    if night is None:
        return None
    if outcome.state == "parked":
        districts.park(sql, night["district"], outcome.why or "", now)
        log.warning("district parked", district=night["district"], why=outcome.why)
    enqueue(sql, engine, now, night["sis_host"])
    return night


def lost_again(
    night: Row, why: str, now: datetime, fleet: FleetSettings, code: int | None = None
) -> Outcome:
    """A lost try: it is tried again soon, and its district is parked after so many."""
    if night["lost"] + 1 >= fleet.worker.tries:
        return Outcome(state="parked", exit_code=code, why=why, lost=True)
    soon = now + timedelta(seconds=fleet.worker.heartbeat_seconds)
    return Outcome(state="waiting", again=soon, exit_code=code, why=why, lost=True)
