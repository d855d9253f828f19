"""`passback load --mock-alone SECONDS`: what the mock answers when nothing but Locust asks it."""

import csv
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from load.districts import districts
from load.locust.processes import Locust, locust
from load.monitor import Show
from load.options import Options

STATISTICS = "locust_stats.csv"
KINDS = ("list", "create", "25 scores", "20 scores")


class Row(NamedTuple):
    """One kind of request: how many a second, milliseconds, and how many failed."""

    name: str
    rate: float
    p50: float
    p99: float
    failed: int


def mock_alone(options: Options, seconds: int, show: Show) -> list[Row]:
    """Ask the mock for so many *seconds*; a row for each kind of request."""
    out, setup = options.out, options.setup()
    out.mkdir(parents=True, exist_ok=True)
    (out / STATISTICS).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="passback-load-") as name:
        show("making the world, starting the mock")
        with districts(setup, Path(name)) as made:
            made.serve(setup.latency)
            plan = made.write_plan(users=setup.sis)
            users, host = setup.connections, made.every[0].sis
            with locust(plan, out, users=users, setup=setup.locust, host=host) as running:
                _wait(running, seconds, out / STATISTICS, show)
    return _rows(out / STATISTICS)


def _wait(running: Locust, seconds: int, statistics: Path, show: Show) -> None:
    """Count the seconds from the moment at which Locust writes statistics."""
    second = 0
    while second < seconds:
        if not running.alive():
            raise RuntimeError("Locust ended early; see locust.log")
        time.sleep(1)
        second += statistics.exists()
        show(f"{second:6} s of {seconds}")


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [
            Row(
                row["Name"],
                float(row["Requests/s"]),
                float(row["50%"]),
                float(row["99%"]),
                int(row["Failure Count"]),
            )
            for row in csv.DictReader(lines)
            if row["Name"] in KINDS
        ]
