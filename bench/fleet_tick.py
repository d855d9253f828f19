"""What a tick of `passback fleet` costs over thousands of districts, in files and in a table.

Every district has a configuration of its own. Three ticks in one process, as the tick's own process
does them: the first reads every configuration and notes every district; an idle one finds nothing
new; one at the hour of all districts notes and queues all their nights.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from agent.fleet.commands.parts import Fleet, connected
from agent.fleet.database.configurations import put
from agent.fleet.schedule.districts import Districts, configured
from agent.fleet.schedule.tick import Tick
from agent.fleet.settings import load_fleet
from bench.rig import aim, table
from contracts.configuration import configuration
from load.fleet.cluster import NONE, programs
from load.fleet.postgresql import postgresql

DISTRICTS = 5_000
DISTRICTS_A_HOST = 40
MINUTE = timedelta(minutes=1)
MOST = 1.0
"""Seconds that a tick may take on a quiet machine."""
HOUR = datetime(2026, 10, 15, 3, tzinfo=UTC)
"""22 o'clock in Chicago, when all are due."""


@dataclass(frozen=True, slots=True)
class Ticking:
    """A tick: seconds by the clock and of CPU, and how many nights it queued."""

    name: str
    seconds: float
    cpu: float
    queued: int


def run(districts: int = DISTRICTS) -> None:
    """Print the ticks, and whether they end in time."""
    found = programs()
    if found is None:
        print(f"ticks are left out: {NONE}")
        return
    with tempfile.TemporaryDirectory(prefix="passback-bench-") as name:
        folder = Path(name)
        with postgresql(folder / "postgresql", found) as server:
            for place in PLACES:
                made = folder / place
                made.mkdir()
                _print(place, districts, list(ticks(made, server.create(place), districts, place)))


def _print(place: str, districts: int, done: Sequence[Ticking]) -> None:
    load = os.getloadavg()[0]
    busy = f", which this machine cannot show now: load average {load:.1f}"
    late = busy if load > (os.cpu_count() or 1) else ""
    rows = [
        (
            *(each.name, f"{each.seconds:.2f}", f"{each.cpu:.2f}", str(each.queued)),
            "" if each.name == FIRST else _aim(each, late),
        )
        for each in done
    ]
    head = ("tick", "seconds", "CPU s", "queued", "aim")
    table(f"ticks over {districts} districts in {place}, one after the other", head, rows)


def _aim(done: Ticking, late: str) -> str:
    words = f"<= {MOST:g} s"
    return (
        aim(words, met=done.seconds <= MOST) if done.seconds <= MOST or not late else words + late
    )


FIRST = "first: reads all"
FILES, TABLE = PLACES = ("files", "table")
"""Where configurations are: in a folder, or imported into the fleet's database."""


def ticks(folder: Path, url: str, districts: int, place: str = FILES) -> Iterator[Ticking]:
    """Make so many districts, and tick over them in the database at *url*."""
    files = folder / "districts"
    files.mkdir()
    every = [_write(files, number) for number in range(districts)]
    config = folder / "fleet.toml"
    named = 'districts = ["districts"]\n' if place == FILES else ""
    config.write_text(f'{named}[database]\nurl = "{url}"\n')
    with connected(load_fleet(config)) as fleet:
        if place == TABLE:
            _import(fleet, every)
        found = configured(fleet.settings, fleet.database, os.environ, fleet.clock)
        tick = Tick(fleet.settings, Districts(fleet.settings, found), fleet.database, fleet.engine)
        yield _timed(tick, FIRST, HOUR - timedelta(hours=2))
        yield _timed(tick, "idle", HOUR - timedelta(hours=1))
        yield _timed(tick, "all are due", HOUR)
        yield _timed(tick, "idle, all are queued", HOUR + MINUTE)
        changed = _write(files, 0, "# changed")
        if place == TABLE:
            _import(fleet, [changed])
        yield _timed(tick, "one configuration changed", HOUR + 2 * MINUTE)


def _import(fleet: Fleet, files: Sequence[Path]) -> None:
    """Take configurations into the fleet's database."""
    with fleet.database.transaction() as sql:
        for path in files:
            put(sql, path, fleet.clock())


def _timed(tick: Tick, name: str, now: datetime) -> Ticking:
    began, cpu = perf_counter(), process_time()
    queued = tick.tick(now).queued
    return Ticking(name, perf_counter() - began, process_time() - cpu, queued)


def _write(folder: Path, number: int, more: str = "") -> Path:
    """Write the configuration of a district; `DISTRICTS_A_HOST` of them share a SIS host."""
    text = configuration(
        otus="https://otus.example",
        sis=f"https://sis-{number // DISTRICTS_A_HOST}.example",
        kind="skyward",
        ledger=f"/var/lib/passback/district-{number}.db",
        categories={"Quiz": "QUIZ"},
        effective=date(2026, 8, 20),
        district=f"district-{number:05}",
        more='[serve]\nat = "22:00"',
    )
    path = folder / f"{number:05}.toml"
    path.write_text(text + more, encoding="utf-8")
    return path
