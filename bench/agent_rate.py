"""Scores a second that the agent delivers, against the ideal of its connections.

A server that takes a time S for each result can take connections / S of them in a second. The agent
is measured against one that costs next to nothing, and that prints the S that it came to: this
version in turns with the one before, where that is checked out. "with the mock" is end to end: what
mock and agent reach together on one machine. There are many more gradebooks than connections: a
gradebook's scores go one after another, so that at the end of a night some connections have none,
and of a short night that would be a large part.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from time import perf_counter
from urllib.parse import urlsplit

from bench.rig import aim, mocks, table
from bench.versions import Version
from load.districts import write_configuration


@dataclass(frozen=True, slots=True)
class Case:
    """How long a result takes, over how many connections; `aimed`: at what a real SIS allows."""

    seconds: float
    connections: int
    students: int
    aimed: bool = False
    with_mock: bool = False

    def __str__(self) -> str:
        return f"{self.seconds * 1000:.0f} ms x {self.connections}"


CASES = (
    Case(0.05, 8, students=300, aimed=True),
    Case(0.1, 16, students=400, aimed=True),
    Case(0.02, 8, students=600),
    Case(0.02, 32, students=2000, with_mock=True),
    Case(0.05, 64, students=2000, with_mock=True),
)
POINTS_BEHIND = 5
TIMES_THE_CPU = 3
WITH_MOCK = "with the mock"


@dataclass(frozen=True, slots=True)
class Night:
    """Results put, the seconds from the first answer to the last, the agent's CPU for all of it.

    `service`: the seconds that the server took for a result.
    """

    results: int
    seconds: float
    cpu: float
    service: float

    @property
    def rate(self) -> float:
        """Results a second."""
        return (self.results - 1) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU a result, in milliseconds."""
        return self.cpu / self.results * 1000

    def reached(self, connections: int) -> float:
        """The share of the ideal rate."""
        return self.rate * self.service / connections


@dataclass(slots=True)
class Slow:
    """A server that takes its time; `service`, once it has ended, is how long that was."""

    url: str
    service: float = 0.0


def run(compared: Sequence[Version], turns: int) -> None:
    """Print the nights, and beside the version before what came of the aims."""
    rows: list[tuple[str, ...]] = []
    beside: list[tuple[str, ...]] = []
    for case in CASES:
        nights: dict[str, list[Night]] = {version.name: [] for version in compared}
        for _ in range(turns):
            for version in compared:
                nights[version.name].append(_measured(version, case, alone=True))
        beside += [beside_before(case, *nights.values())] if len(nights) > 1 else []
        if case.with_mock:
            nights[WITH_MOCK] = [_measured(compared[-1], case, alone=False)]
        rows += [_row(case, who, night) for who, some in nights.items() for night in some]
    head = ("a result", "", "scores", "scores/s", "ideal/s", "reached", "CPU ms")
    table("agent, the share of the ideal rate; CPU of the agent a score", head, rows)
    if beside:
        titles = ("a result", "before", "now", "points", "aim", "CPU", "aim")
        table("reached and CPU a score, beside the version before", titles, beside)


def beside_before(case: Case, before: Sequence[Night], now: Sequence[Night]) -> tuple[str, ...]:
    """The mean of the turns of both, and whether the aims are met."""
    share, was = (
        100 * mean(night.reached(case.connections) for night in some) for some in (now, before)
    )
    times = mean(n.cpu_ms for n in now) / mean(n.cpu_ms for n in before)
    rate_aim = aim(f">= -{POINTS_BEHIND}", met=was - share <= POINTS_BEHIND)
    cpu_aim = aim(f"<= {TIMES_THE_CPU}", met=times <= TIMES_THE_CPU)
    points = f"{share - was:+.1f}"
    row = (str(case), f"{was:.0f}%", f"{share:.0f}%", points)
    return *row, rate_aim * case.aimed, f"x {times:.1f}", cpu_aim * case.aimed


def _row(case: Case, who: str, night: Night) -> tuple[str, ...]:
    return (
        f"{night.service * 1000:.1f} ms x {case.connections}",
        who,
        str(night.results),
        f"{night.rate:.0f}",
        f"{case.connections / night.service:.0f}",
        f"{night.reached(case.connections):.0%}",
        f"{night.cpu_ms:.2f}",
    )


def _measured(version: Version, case: Case, *, alone: bool) -> Night:
    """A first night, with mocks of its own: a world that has grown is slower."""
    with mocks(str(case.students)) as running, tempfile.TemporaryDirectory() as folder:
        sis, otus = running.url("skyward"), running.url("otus")
        write = partial(
            write_configuration,
            Path(folder) / "bench.toml",
            otus=otus,
            connections=case.connections,
        )
        if alone:
            with delayed(urlsplit(sis).port or 80, case.seconds) as slow:
                results, seconds, cpu = _night(version, write(sis=slow.url))
            return Night(results, seconds, cpu, slow.service)
        fault = {"action": "delay", "operation": "putResult", "seconds": case.seconds}
        running.control("POST", "/faults", fault)
        return Night(*_night(version, write(sis=sis)), case.seconds)


@contextmanager
def delayed(mock: int, seconds: float) -> Iterator[Slow]:
    """A server that takes *seconds* or a little more for each result, before the mock."""
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "bench.delay_server", str(mock), str(seconds)],
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


def _night(version: Version, config: Path) -> tuple[int, float, float]:
    """Results, seconds and CPU of one sync."""
    process = subprocess.Popen(  # noqa: S603  our own program
        version.command("-m", "agent", "sync", "-c", str(config), "--events", "-"),
        env=version.environment,
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
    return len(times), times[-1] - times[0], usage.ru_utime + usage.ru_stime
