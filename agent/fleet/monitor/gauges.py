"""The metrics of a fleet, read from its database at each scrape.

Figures are of the whole fleet: a series for each of thousands of districts would cost every
Prometheus more than it tells. Only districts that need somebody, and SIS hosts with a queue, have
series of their own, and so many at most.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from agent.errors import DatabaseError
from agent.fleet.database.connection import Connection, Database, Row
from agent.fleet.database.views import as_of
from agent.fleet.pages.states import STATES

MOST = 200
"""Series of a metric by district or by SIS host."""
KINDS = ("tick", "worker", "sweep", "pages")

Figures = Mapping[tuple[str, ...], float]
GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "up": ("1 if the fleet's database can be read, 0 if not.", ()),
    "districts": ("Districts by state; each is in one.", ("state",)),
    "district_since_timestamp_seconds": (
        "Since when a district is in a state in which it needs somebody.",
        ("district", "state"),
    ),
    "districts_left_out": ("Of those, how many have no series: there are too many.", ()),
    "held_records": ("Records that wait for a person.", ()),
    "oldest_undelivered_seconds": ("For how long the oldest change is not delivered.", ()),
    "queue": ("Nights that are not over: waiting, queued or running.", ("state",)),
    "oldest_queued_seconds": ("How long ago the oldest night was due that has not begun.", ()),
    "runs": ("Nights that ended within a day, by exit code; none: missed.", ("exit_code",)),
    "host_waiting": ("Nights that wait at a SIS host, where any do.", ("host",)),
    "host_working": ("Nights at work at such a host.", ("host",)),
    "processes": ("Processes that gave a sign of life lately.", ("kind",)),
    "slots": ("Nights that the workers can do at once.", ()),
    "slots_busy": ("Nights that they do now.", ()),
}
"""By name, without the prefix `passback_fleet_`: what it says, and its labels."""


class Gauges(Collector):
    """Asks the fleet's database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All gauges."""
        found = self._found()
        for name, (text, labels) in GAUGES.items():
            family = GaugeMetricFamily(f"passback_fleet_{name}", text, labels=labels)
            for values, figure in found.get(name, {}).items():
                family.add_metric(values, figure)
            yield family

    def _found(self) -> Mapping[str, Figures]:
        now = self._clock()
        try:
            with as_of(self._database, now) as sql:
                return {
                    "up": {(): 1.0},
                    **_districts(sql, now),
                    **_nights(sql, now),
                    **_hosts(sql),
                    **_processes(sql),
                }
        except DatabaseError:
            return {"up": {(): 0.0}}


def _districts(sql: Connection, now: datetime) -> Mapping[str, Figures]:
    [found] = sql.execute(DISTRICTS).fetchall()
    needy = sql.execute(NEEDY, {"most": MOST}).fetchall()
    left_out = (needy[0]["number"] if needy else 0) - len(needy)
    return {
        "districts": {(state,): float((found["states"] or {}).get(state, 0)) for state in STATES},
        "district_since_timestamp_seconds": {
            (row["key"], row["state"]): row["since"].timestamp() for row in needy
        },
        "districts_left_out": {(): float(left_out)},
        "held_records": {(): float(found["held"] or 0)},
        "oldest_undelivered_seconds": _age(found["undelivered"], now),
    }


def _nights(sql: Connection, now: datetime) -> Mapping[str, Figures]:
    queue = {row["state"]: row for row in sql.execute(QUEUE)}
    oldest = [row["oldest"] for state, row in queue.items() if state != "running"]
    return {
        "queue": {
            (state,): float(queue[state]["number"] if state in queue else 0)
            for state in ("waiting", "queued", "running")
        },
        "oldest_queued_seconds": _age(min(oldest, default=None), now) or {(): 0.0},
        "runs": {
            (str(row["exit_code"]) if row["exit_code"] is not None else "none",): row["number"]
            for row in sql.execute(RUNS, (now,))
        },
    }


def _hosts(sql: Connection) -> Mapping[str, Figures]:
    rows = sql.execute(HOSTS, (MOST,)).fetchall()
    return {
        "host_waiting": {(row["name"],): row["waiting"] for row in rows},
        "host_working": {(row["name"],): row["working"] for row in rows},
    }


def _processes(sql: Connection) -> Mapping[str, Figures]:
    rows: list[Row] = sql.execute(PROCESSES).fetchall()
    number = {row["kind"]: row["number"] for row in rows}
    return {
        "processes": {(kind,): float(number.get(kind, 0)) for kind in KINDS},
        "slots": {(): float(sum(row["slots"] for row in rows))},
        "slots_busy": {(): float(sum(row["busy"] for row in rows))},
    }


def _age(since: Any, now: datetime) -> Figures:
    return {} if since is None else {(): (now - since).total_seconds()}


DISTRICTS = """
SELECT jsonb_object_agg(state, number) AS states, sum(held) AS held, min(undelivered) AS undelivered
FROM (
    SELECT state, count(*) AS number, sum(held) AS held, min(undelivered_since) AS undelivered
    FROM district_now GROUP BY state
) AS each
"""
NEEDY = """
SELECT key, state, since, count(*) OVER () AS number FROM district_now
WHERE needs_somebody AND since IS NOT NULL ORDER BY since, key LIMIT %(most)s
"""
QUEUE = """
SELECT state, count(*) AS number, min(due) AS oldest FROM night WHERE ended IS NULL GROUP BY state
"""
RUNS = """
SELECT exit_code, count(*) AS number FROM night
WHERE ended > %s - interval '1 day' AND state <> 'skipped' GROUP BY exit_code
"""
HOSTS = "SELECT name, waiting, working FROM hosts WHERE waiting > 0 ORDER BY waiting DESC LIMIT %s"
PROCESSES = """
SELECT kind, count(*) AS number, sum(slots) AS slots, sum(busy) AS busy FROM process_now
WHERE alive GROUP BY kind
"""
