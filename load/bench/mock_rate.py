"""What the mocks answer, validation on and state kept, at 16 connections; beside it, Prism.

Mock and Prism get the same bytes, in turns, so that what else the machine does hits both. On a busy
machine the CPU time of a request says more than requests a second.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median
from urllib.parse import urlsplit

import psutil

from load.bench.client import Driven, drive
from load.bench.prism import command, prism
from load.bench.rig import Mocks, mocks, table
from load.bench.traffic import Traffic, traffic

CONNECTIONS = 16
SECONDS = 2.0
WARM_SECONDS = 0.5
ROUNDS = 3
SISES = ("skyward", "powerschool")

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Server:
    """Who is asked: its processes and its address."""

    processes: tuple[int, ...]
    address: Address


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one kind of request."""

    rate: float
    p50: float
    p99: float
    cpu: float
    bad: int


def run() -> None:
    """Print the table of each SIS."""
    program = command()
    if program is None:
        print("Prism is not here (PASSBACK_PRISM names its command): no ratio against it\n")
    for sis in SISES:
        with ExitStack() as stack:
            running = stack.enter_context(mocks("small"))
            kinds = traffic(running, sis)
            servers = {"mock": Server(running.processes, _address(running.url(sis)))}
            if program:
                pid, address = stack.enter_context(prism(program, f"{sis}.yaml"))
                servers["Prism"] = Server((pid,), address)
            rounds = measured(servers, kinds)
        _print(sis, running, rounds)


def _print(sis: str, running: Mocks, rounds: Mapping[tuple[str, str], list[Round]]) -> None:
    title = (
        f"{sis}, {CONNECTIONS} connections, median of {ROUNDS} rounds;"
        f" first answer {running.seconds:.2f} s after the start"
    )
    head = ("request", "of", "per second", "CPU ms", "p50 ms", "p99 ms", "not 2xx", "to Prism")
    rows = []
    for (kind, name), found in rounds.items():
        rate = median(r.rate for r in found)
        other = rounds.get((kind, "Prism"))
        against = f"{rate / median(r.rate for r in other):.2f}" if other else "-"
        rows.append(
            (
                kind,
                name,
                f"{rate:.0f}",
                f"{median(r.cpu for r in found) * 1000:.2f}",
                f"{median(r.p50 for r in found) * 1000:.1f}",
                f"{median(r.p99 for r in found) * 1000:.1f}",
                str(sum(r.bad for r in found)),
                against,
            )
        )
    table(title, head, rows)


def measured(servers: Mapping[str, Server], kinds: Traffic) -> dict[tuple[str, str], list[Round]]:
    """(kind of request, server) -> its rounds, servers taking turns."""
    found: dict[tuple[str, str], list[Round]] = {}
    with driver() as pool:
        for kind, requests in kinds.items():
            share = len(requests) // (ROUNDS + 1)
            for name, server in servers.items():
                _drive(pool, server, requests[:share] or requests, WARM_SECONDS)
                found[kind, name] = []
            for number in range(1, ROUNDS + 1):
                some = requests[share * number : share * (number + 1)] or requests
                for name, server in servers.items():
                    found[kind, name].append(_drive(pool, server, some, SECONDS))
    return found


@contextmanager
def driver() -> Iterator[ProcessPoolExecutor]:
    """A process that drives, apart from this one and from the server."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


def _drive(
    pool: ProcessPoolExecutor, server: Server, requests: list[bytes], seconds: float
) -> Round:
    before = _cpu(server)
    driven: Driven = pool.submit(drive, server.address, requests, CONNECTIONS, seconds).result()
    spent = _cpu(server) - before
    number = len(driven.times)
    return Round(
        number / driven.seconds, driven.at(0.5), driven.at(0.99), spent / number, driven.bad
    )


def _cpu(server: Server) -> float:
    times = [psutil.Process(process).cpu_times() for process in server.processes]
    return float(sum(t.user + t.system for t in times))


def _address(url: str) -> Address:
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 80)
