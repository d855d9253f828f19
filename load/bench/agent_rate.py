"""Scores a second that the agent delivers, against the ideal of its connections.

The mock answers each result after 20 ms, so the ideal is connections / 0.02 s. Mock and agent share
the machine: where it has too few cores, the figure says what both reach together.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from load.bench.rig import ENVIRONMENT, mocks, table, write_config

SERVICE = 0.02
CONNECTIONS = (8, 16, 32)


def run() -> None:
    """Print the table."""
    rows = []
    with mocks() as running, tempfile.TemporaryDirectory() as name:
        for connections in CONNECTIONS:
            world = f"rate-{connections}"
            running.control("POST", "/worlds", {"name": world, "size": "small", "seed": 1})
            fault = {"action": "delay", "operation": "putResult", "seconds": SERVICE}
            running.control("POST", "/faults", fault, world=world)
            config = write_config(
                Path(name), running.url("otus", world), running.url("skyward", world), connections
            )
            count, seconds = _night(config)
            reached, ideal = count / seconds, connections / SERVICE
            rows.append(
                (
                    str(connections),
                    str(count),
                    f"{reached:.0f}",
                    f"{ideal:.0f}",
                    f"{reached / ideal:.0%}",
                )
            )
    head = ("connections", "scores", "scores/s", "ideal/s", "reached")
    table(f"agent, {SERVICE * 1000:.0f} ms a result", head, rows)


def _night(config: Path) -> tuple[int, float]:
    """Results put, and the seconds from the first answer to the last."""
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
    process.wait(timeout=60)
    return len(times) - 1, times[-1] - times[0]
