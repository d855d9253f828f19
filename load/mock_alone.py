"""`passback load --mock-alone SECONDS`: what the mock answers when nothing but Locust asks it."""

import csv
import tempfile
import time
from pathlib import Path

from load.asked import Asked
from load.locust_run import Locust, locust
from load.stage import staged
from load.watch import Say

STATISTICS = "locust_stats.csv"
KINDS = ("list", "create", "25 scores", "20 scores")

Row = tuple[str, float, float, float, int]


def mock_alone(asked: Asked, seconds: int, say: Say) -> list[Row]:
    """(request, a second, p50 ms, p99 ms, failed) of each kind."""
    out = asked.out
    out.mkdir(parents=True, exist_ok=True)
    (out / STATISTICS).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="passback-load-") as name:
        folder = Path(name)
        say("making the world, starting the mock")
        setting = asked.play().setting
        with staged(setting, folder, folder / "results") as stage:
            stage.serve(setting.latency)
            programme = folder / "programme.json"
            stage.programme(programme, at_once=0, background=0, alone=asked.lanes)
            crew = asked.play().crew
            with locust(programme, out, users=asked.lanes, crew=crew) as running:
                _wait(running, seconds, out / STATISTICS, say)
    return _rows(out / STATISTICS)


def _wait(running: Locust, seconds: int, statistics: Path, say: Say) -> None:
    """Count from the moment at which Locust has something to tell."""
    second = 0
    while second < seconds:
        if not running.alive():
            raise RuntimeError("Locust ended early; see locust.log")
        time.sleep(1)
        second += statistics.exists()
        say(f"{second:6} s of {seconds}")


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        return [
            (
                row["Name"],
                float(row["Requests/s"]),
                float(row["50%"]),
                float(row["99%"]),
                int(row["Failure Count"]),
            )
            for row in csv.DictReader(lines)
            if row["Name"] in KINDS
        ]
