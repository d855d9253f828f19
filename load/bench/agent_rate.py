"""Scores a second that the agent delivers, against the ideal of its connections.

A server that takes a time S for each result can take connections / S of them in a second. "agent"
is measured against one that costs next to nothing, and tells the S that it came to; "with the mock"
end to end, where mock and agent share the machine, and say what both reach together. There are many
more gradebooks than connections: a gradebook's scores go one after another, so that at the end of a
night some connections have none, and of a short night that would be a large part.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from load.bench.rig import ENVIRONMENT, Mocks, mocks, table
from load.configuration import write_configuration

CASES = ((0.05, 8), (0.1, 16), (0.02, 8), (0.02, 32), (0.05, 64))
"""What real systems allow first; then what only a mock does."""
WORLD = "4000"


@dataclass(frozen=True, slots=True)
class Night:
    """Results put, the seconds from the first answer to the last, the agent's CPU for all of it."""

    results: int
    seconds: float
    cpu: float


@dataclass(slots=True)
class Slow:
    """A server that takes its time; `service`, once it has ended, is how long that was."""

    url: str
    service: float = 0.0


def run() -> None:
    """Print the table."""
    rows: list[tuple[str, ...]] = []
    for seconds, connections in CASES:
        for who in ("agent", "with the mock"):
            # Mocks of their own, since a world that has grown is slower.
            with mocks(WORLD) as running, tempfile.TemporaryDirectory() as folder:
                alone = who == "agent"
                night, service = _measured(running, Path(folder), seconds, connections, alone=alone)
            reached = (night.results - 1) / night.seconds
            ideal = connections / service
            rows.append(
                (
                    f"{service * 1000:.1f} ms",
                    str(connections),
                    who,
                    str(night.results),
                    f"{reached:.0f}",
                    f"{ideal:.0f}",
                    f"{reached / ideal:.0%}",
                    f"{night.cpu / night.results * 1000:.2f}",
                )
            )
    head = ("a result", "connections", "", "scores", "scores/s", "ideal/s", "reached", "CPU ms")
    table("agent, the share of the ideal rate; CPU of the agent a score", head, rows)


def _measured(
    running: Mocks, folder: Path, seconds: float, connections: int, *, alone: bool
) -> tuple[Night, float]:
    """A night, and the seconds that a result took."""
    sis, otus = running.url("skyward"), running.url("otus")
    file = partial(write_configuration, folder / "bench.toml", otus=otus, connections=connections)
    if alone:
        with delayed(urlsplit(sis).port or 80, seconds) as slow:
            night = _night(file(sis=slow.url))
        return night, slow.service
    fault = {"action": "delay", "operation": "putResult", "seconds": seconds}
    running.control("POST", "/faults", fault)
    return _night(file(sis=sis)), seconds


@contextmanager
def delayed(mock: int, seconds: float) -> Iterator[Slow]:
    """A server that takes *seconds* or a little more for each result, before the mock."""
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "load.bench.delay_server", str(mock), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    slow = Slow(f"http://127.0.0.1:{int(process.stdout.readline())}")
    try:
        yield slow
    finally:
        process.terminate()
        slow.service = float(process.communicate(timeout=20)[0] or 0)


def _night(config: Path) -> Night:
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "agent", "sync", "-c", str(config), "--events", "-"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    times = [
        perf_counter()
        for line in process.stdout
        if '"putResult"' in line and json.loads(line)["event"] == "request"
    ]
    _, _, usage = os.wait4(process.pid, 0)
    return Night(len(times), times[-1] - times[0], usage.ru_utime + usage.ru_stime)
