"""Scores a second that the agent delivers, against the ideal of its connections.

A server that takes a time S for each result can take connections / S of them in a second. "agent"
is measured against one that costs next to nothing; "with the mock" end to end, where mock and agent
share the machine, and say what both reach together.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from load.bench.rig import ENVIRONMENT, Mocks, mocks, table
from load.configuration import write_configuration

CASES = ((0.02, 32), (0.05, 64))


@dataclass(frozen=True, slots=True)
class Night:
    """Results put, the seconds from the first answer to the last, the agent's CPU for all of it."""

    results: int
    seconds: float
    cpu: float


def run() -> None:
    """Print the table."""
    rows: list[tuple[str, ...]] = []
    for seconds, connections in CASES:
        ideal = connections / seconds
        for who in ("agent", "with the mock"):
            # Mocks of their own, since a world that has grown is slower.
            with mocks("small") as running, tempfile.TemporaryDirectory() as folder:
                night = _measured(running, Path(folder), seconds, connections, alone=who == "agent")
            reached = (night.results - 1) / night.seconds
            rows.append(
                (
                    f"{seconds * 1000:.0f} ms",
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
) -> Night:
    sis, path = running.url("skyward"), folder / "bench.toml"
    otus = running.url("otus")
    if alone:
        with delayed(urlsplit(sis).port or 80, seconds) as slow:
            return _night(write_configuration(path, otus=otus, sis=slow, connections=connections))
    fault = {"action": "delay", "operation": "putResult", "seconds": seconds}
    running.control("POST", "/faults", fault)
    return _night(write_configuration(path, otus=otus, sis=sis, connections=connections))


@contextmanager
def delayed(mock: int, seconds: float) -> Iterator[str]:
    """The URL of a server that takes *seconds* for each result, before the mock."""
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "load.bench.delay_server", str(mock), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait(timeout=20)


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
