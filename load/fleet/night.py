"""One night of a fleet: its processes begin, the tick queues every district, all come to an end."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psutil

from load.fleet.postgresql import Server
from load.fleet.processes import Clock, Command, cpu_of, resident_mb, runs_mb
from load.monitor import Show

POLL = 0.5
OPEN = {"waiting", "queued", "running"}
"""States of a night that is not over."""


@dataclass(slots=True)
class Measured:
    """What a night took.

    Attributes:
        workers: how many; slots: nights at once in each.
        seconds: from the tick to the end of the last district's night.
        cpu_workers: seconds of CPU of the workers and of the nights' own processes.
        cpu_fleet: of the tick and the sweep; cpu_server: of PostgreSQL; cpu_mocks: of the mocks.
        cpu_machine: of all that ran on the machine.
        memory: by worker, (second, megabytes) of its own process.
        run_mb: the most that a night's process had for itself.
        worker_mb: of a worker and of the process that its nights are forked from, at the end.
        connections: by what they are for, the most that PostgreSQL had.
        wal: bytes that it wrote ahead.
        nights: the rows of the fleet's table of this date.
    """

    workers: int
    slots: int
    seconds: float = 0.0
    cpu_workers: float = 0.0
    cpu_fleet: float = 0.0
    cpu_server: float = 0.0
    cpu_mocks: float = 0.0
    cpu_machine: float = 0.0
    memory: list[list[tuple[float, float]]] = field(default_factory=list)
    run_mb: float = 0.0
    worker_mb: float = 0.0
    connections: dict[str, int] = field(default_factory=dict)
    wal: int = 0
    nights: list[dict[str, Any]] = field(default_factory=list)

    def cores_left(self, cores: int) -> float:
        """How many of so many *cores* all but the workers left to them."""
        others = self.cpu_machine - self.cpu_workers
        return cores - others / max(self.seconds, 0.01)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a night is played; `mocks` gives the process of the mocks."""

    command: Command
    server: Server
    database: str
    mocks: Callable[[], int]


def measure(place: Place, measured: Measured, clock: Clock, day: date, show: Show) -> Measured:
    """Play the night of *day*, and measure it.

    RuntimeError: a process of the fleet does not start, or ends before the night does.
    """
    with ExitStack() as stack:
        workers = [
            stack.enter_context(_process(place, f"worker-{n}", clock, *_slots(measured)))
            for n in range(measured.workers)
        ]
        others = [stack.enter_context(_process(place, "sweep", clock))]
        before = _costs(place, workers, others)
        began = time.monotonic()
        others.append(stack.enter_context(_process(place, "tick", clock)))
        measured.memory = [[] for _ in workers]
        for done, number in _progress(place, day):
            seconds = time.monotonic() - began
            _sample(place, measured, workers, seconds)
            show(f"  {seconds:5.0f} s  {done} of {number} districts")
            if not all(each.is_running() for each in [*workers, *others]):
                raise RuntimeError(
                    "a process of the fleet ended; see its log in the report's folder"
                )
        measured.seconds = time.monotonic() - began
        after = _costs(place, workers, others)
        measured.worker_mb = resident_mb(workers[0]) + sum(map(resident_mb, workers[0].children()))
    _note(measured, before, after)
    measured.nights = _nights(place, day)
    return measured


def _process(place: Place, name: str, clock: Clock, *words: str) -> Any:
    kind = name.partition("-")[0]
    return place.command.running(name, kind, "--at", clock.at(), *words)


def _slots(measured: Measured) -> Sequence[str]:
    return ("--slots", str(measured.slots))


def _progress(place: Place, day: date) -> Iterator[tuple[int, int]]:
    """How many nights are over, of how many, until all are."""
    while True:
        states = [row["state"] for row in _nights(place, day)]
        done = sum(state not in OPEN for state in states)
        yield done, len(states)
        if states and done == len(states):
            return
        time.sleep(POLL)


def _nights(place: Place, day: date) -> list[dict[str, Any]]:
    return place.server.rows(
        "SELECT district, state, tries, lost, exit_code, why FROM passback_fleet.night"
        " WHERE day = %s ORDER BY district",
        day,
        database=place.database,
    )


def _sample(
    place: Place, measured: Measured, workers: Sequence[psutil.Process], seconds: float
) -> None:
    for worker, samples in zip(workers, measured.memory, strict=True):
        samples.append((seconds, resident_mb(worker)))
        measured.run_mb = max([measured.run_mb, *runs_mb(worker)])
    for row in place.server.rows(CONNECTIONS):
        before = measured.connections.get(row["kind"], 0)
        measured.connections[row["kind"]] = max(before, row["number"])


CONNECTIONS = """
SELECT CASE application_name WHEN 'passback fleet' THEN 'fleet' ELSE 'ledger' END AS kind,
    count(*) AS number
FROM pg_stat_activity
WHERE application_name ^@ 'passback ' AND application_name <> 'passback load' GROUP BY 1
"""


Costs = tuple[float, float, float, float, float, int]


def _costs(
    place: Place, workers: Sequence[psutil.Process], others: Sequence[psutil.Process]
) -> Costs:
    machine = psutil.cpu_times()
    [row] = place.server.rows("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS wal")
    return (
        cpu_of(workers),
        cpu_of(others),
        cpu_of([psutil.Process(place.server.pid)]),
        cpu_of([psutil.Process(place.mocks())]),
        sum(machine) - machine.idle - machine.iowait - machine.guest,
        int(row["wal"]),
    )


def _note(measured: Measured, before: Costs, after: Costs) -> None:
    names = ("cpu_workers", "cpu_fleet", "cpu_server", "cpu_mocks", "cpu_machine", "wal")
    for name, was, now in zip(names, before, after, strict=True):
        setattr(measured, name, now - was)
