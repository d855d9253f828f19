"""Measure the constants: a few districts on a fleet with a PostgreSQL of its own."""

import platform
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import httpx
import psutil

from agent.ledger import open_ledger
from load.districts import districts
from load.fleet.checks import Night
from load.fleet.cluster import programs
from load.fleet.postgresql import Server, postgresql
from load.fleet.run import DATABASE, Nights
from load.monitor import Show
from load.options import Options
from load.profiles import PROFILES
from load.scale.constants import Constants

EMPTY, FIRST = "passback_empty", "passback_district-001"
"""The schemas of a ledger with nothing in it, and of the first district."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger of a district takes in the database."""

    rows: int
    size: int
    relations: int


def measure(number: int, today: date, show: Show) -> Constants:
    """Play three nights of *number* small districts, and drop their ledgers.

    RuntimeError: there is no PostgreSQL, or a night did not come to its end.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-load-")))
        options = Options(districts=number, latency=5, slots=number, out=folder)
        server = stack.enter_context(postgresql(folder / "postgresql", programs()))
        made = stack.enter_context(districts(options.setup(), folder))
        http = stack.enter_context(httpx.Client(timeout=300))
        nights = Nights(options, made, server, http, show)
        with closing(open_ledger(server.url(DATABASE), "empty")):
            ledgers = [_ledger(server, EMPTY)]
        played = []
        for night in (nights.rosters, nights.unchanged, lambda: nights.night(1)):
            played.append(night())
            ledgers.append(_ledger(server, FIRST))
        schema, database = _dropped(server)
    words = f"{today:%d %B %Y}, {_machine()}"
    return _constants(words, played, ledgers, (schema, database))


def _constants(
    words: str,
    nights: Sequence[Night],
    ledgers: Sequence[Ledger],
    dropped: tuple[float, float],
) -> Constants:
    """What three nights, and the ledger of one district before and after each, come to."""
    (first, quiet, busy), (empty, roster, still, full) = nights, ledgers
    number, scores = len(quiet.found), busy.scores
    [(_, students)] = PROFILES["small"]
    a_run = {
        "cpu": quiet.measured.cpu_workers / number,
        "wal": quiet.measured.wal / number,
        "requests": sum(each.requests for each in quiet.found) / number,
    }
    each = scores / number
    requests = sum(found.requests for found in busy.found) / number - a_run["requests"]
    return Constants(
        measured=words,
        run_cpu=a_run["cpu"],
        score_cpu=(busy.measured.cpu_workers - number * a_run["cpu"]) / scores,
        run_mb=busy.measured.run_mb,
        run_requests=a_run["requests"],
        score_requests=requests / each,
        run_connections=busy.measured.connections.get("ledger", 0) / number,
        worker_connections=float(busy.measured.connections.get("fleet", 0) - TICK_AND_SWEEP),
        worker_mb=busy.measured.worker_mb,
        ledger_bytes=float(empty.size),
        ledger_relations=float(empty.relations),
        student_rows=(roster.rows - empty.rows) / students,
        student_bytes=(roster.size - empty.size) / students,
        student_wal=first.measured.wal / number / students,
        score_rows=(full.rows - still.rows) / each,
        score_bytes=(full.size - still.size) / each,
        score_wal=(busy.measured.wal / number - a_run["wal"]) / each,
        run_rows=float(still.rows - roster.rows),
        run_bytes=float(still.size - roster.size),
        run_wal=a_run["wal"],
        drop_schema=dropped[0],
        drop_database=dropped[1],
    )


TICK_AND_SWEEP = 2
"""Connections of the fleet that are not a worker's."""


def _ledger(server: Server, schema: str) -> Ledger:
    tables = server.rows(TABLES, schema, database=DATABASE)
    rows = sum(
        server.rows(f'SELECT count(*) AS n FROM "{schema}"."{t["name"]}"', database=DATABASE)[0][
            "n"
        ]
        for t in tables
    )
    [found] = server.rows(RELATIONS, schema, database=DATABASE)
    return Ledger(rows, sum(t["size"] for t in tables), found["number"])


def _dropped(server: Server) -> tuple[float, float]:
    """Seconds that it takes to drop a district's schema, and then the database."""
    began = perf_counter()
    with closing(server.connect(DATABASE)) as database:
        database.write(f'DROP SCHEMA "{FIRST}" CASCADE')
    schema = perf_counter() - began
    began = perf_counter()
    server.drop(DATABASE)
    return schema, perf_counter() - began


def _machine() -> str:
    cores, load = psutil.cpu_count(), psutil.getloadavg()[0]
    return f"{cores} cores, Python {platform.python_version()}, load average {load:.1f}"


TABLES = """
SELECT relname AS name, pg_total_relation_size(pg_class.oid)::bigint AS size
FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r'
"""
RELATIONS = """
SELECT count(*) AS number FROM pg_class
WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'i', 'S')
"""
