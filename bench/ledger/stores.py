"""SQLite and PostgreSQL side by side: the work of a ledger, then a quiet night on each."""

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from bench.cost import Cost, cost_of
from bench.rig import ENVIRONMENT, table
from bench.unchanged_pass import called, copy_until, synced
from bench.versions import Version
from load.districts import write_configuration
from load.fleet.cluster import NONE, programs
from load.fleet.postgresql import Server, postgresql
from mock_sis.server import serving

RECORDS = 1_000_000
SCORES = 100_000
"""Of the quiet night, which needs mocks that hold them."""
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"

Figures = Mapping[str, Any]


def run(version: Version, records: int = RECORDS, scores: int = SCORES) -> None:
    """Print what each store costs, and the second by the first."""
    with tempfile.TemporaryDirectory(prefix="passback-bench-") as name:
        folder = Path(name)
        found = programs()
        if found is None:
            print(f"PostgreSQL is left out: {NONE}")
            _told(records, _worked(f"sqlite:///{folder}/bench.db", records), None, 0)
            return
        with postgresql(folder / "postgresql", found) as server:
            in_file = _worked(f"sqlite:///{folder}/bench.db", records)
            spent = _cpu(server)
            in_database = _worked(server.create("bench"), records)
            _told(records, in_file, in_database, _cpu(server) - spent)
            _nights(version, folder, server, scores)


def _worked(url: str, records: int) -> Figures:
    cost = cost_of([sys.executable, "-m", "bench.ledger.work", url, str(records)], ENVIRONMENT)
    assert cost.code == 0, f"the work on {url} ended with {cost.code}"
    return dict(json.loads(cost.last))


def _cpu(server: Server) -> float:
    """Seconds of CPU of the server and of every process that it ever had."""
    process = psutil.Process(server.pid)
    ended = process.cpu_times()
    times = [ended, *(child.cpu_times() for child in process.children())]
    at_work: float = sum(each.user + each.system for each in times)
    return at_work + float(ended.children_user + ended.children_system)


def _told(records: int, file: Figures, database: Figures | None, server_cpu: float) -> None:
    stores = [file, *([database] if database else [])]
    rows = [_row(what, *(line(each) for each in stores)) for what, line in LINES.items()]
    if database:
        rows.append(("CPU s of the server, in all", "", f"{server_cpu:.1f}", ""))
    load = os.getloadavg()[0]
    head = ("", SQLITE, POSTGRESQL, "ratio") if database else ("", SQLITE)
    table(f"a ledger of {records} scores; load average {load:.1f}", head, rows)


def _row(what: str, file: float, database: float | None = None) -> tuple[str, ...]:
    if database is None:
        return what, f"{file:,.1f}"
    return what, f"{file:,.1f}", f"{database:,.1f}", f"x {database / file:.2f}"


LINES: Mapping[str, Callable[[Figures], float]] = {
    "first pull, s": lambda f: f["parts"]["first"]["seconds"],
    "first pull, CPU s of the agent": lambda f: f["parts"]["first"]["cpu"],
    "unchanged pull, s": lambda f: f["parts"]["unchanged"]["seconds"],
    "unchanged pull, CPU s of the agent": lambda f: f["parts"]["unchanged"]["cpu"],
    "attempts a second, 25 at once": lambda f: _rate(f["parts"]["attempts"]),
    "attempts a second, one by one": lambda f: _rate(f["parts"]["one by one"]),
    "bytes a score on the disk": lambda f: f["bytes"] / f["parts"]["first"]["count"],
    "bytes written a score, first pull": lambda f: _log(f["parts"]["first"]),
    "bytes written an attempt": lambda f: _log(f["parts"]["attempts"]),
    "peak MB of the agent": lambda f: f["peak_mb"],
}
"""An attempt is its intent, on the disk, and its outcome. Written: with SQLite all that the process
wrote, with PostgreSQL the write-ahead log."""


def _rate(part: Figures) -> float:
    return float(part["count"] / part["seconds"])


def _log(part: Figures) -> float:
    return float(part["log"] / part["count"])


def _nights(version: Version, folder: Path, server: Server, scores: int) -> None:
    """A quiet night with the ledger in a file, its move, and a quiet night in PostgreSQL."""
    with serving("otus", "skyward") as running:
        copy_until(running.worlds.create("big", size="small", seed=1).world, scores)
        otus, sis = f"{running.otus.url}/w/big", f"{running.skyward.url}/w/big"
        path = write_configuration(folder / "now.toml", otus=otus, sis=sis)
        for function in ("deliver", "look_at_everything"):
            called(version, function, path)
        synced(version, path)
        in_file = synced(version, path)
        target = server.create("moved")
        moved = _moved(version, path, target)
        path.write_text(re.sub(r'sqlite:///[^"]*', target, path.read_text()))
        in_database = synced(version, path)
    costs = {f"quiet night, {SQLITE}": in_file, "move": moved}
    costs[f"quiet night, {POSTGRESQL}"] = in_database
    table(
        f"over {scores} scores in Otus",
        ("", "s", "CPU s", "peak MB", "writes"),
        [_cost(name, cost) for name, cost in costs.items()],
    )


def _moved(version: Version, path: Path, target: str) -> Cost:
    words = ("ledger", "move", "-c", str(path), "--to", target)
    cost = cost_of(version.command("-m", "agent", *words), version.environment)
    assert cost.code == 0, f"the move ended with {cost.code}"
    return cost


def _cost(name: str, cost: Cost) -> tuple[str, ...]:
    night = name != "move"
    writes = str(json.loads(cost.last)["requests"]["writes"]) if night else ""
    return name, f"{cost.seconds:.1f}", f"{cost.cpu_seconds:.1f}", f"{cost.peak_mb:.0f}", writes
