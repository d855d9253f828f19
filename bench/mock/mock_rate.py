"""What the mocks answer, validation on and state kept, at 16 connections; beside it, Prism.

Mock and Prism get the same bytes, in turns, so that what else the machine does hits both. On a busy
machine the CPU time of a request says more than requests a second.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median
from urllib.parse import urlsplit

from bench.mock.client import Driven, drive
from bench.mock.prism import command, prism
from bench.mock.traffic import Traffic, traffic
from bench.rig import Mocks, cpu_of, mocks, table
from load.vendors import VENDORS

CONNECTIONS = 16
SECONDS = 2.0
WARM_SECONDS = 0.5
ROUNDS = 3
AGAINST = ("rate to Prism's", "requests a CPU second to Prism's")

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and what is sent to it."""

    processes: tuple[int, ...]
    address: Address
    traffic: Traffic


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
    for sis in VENDORS:
        with ExitStack() as stack:
            running = stack.enter_context(mocks("small"))
            pair = stack.enter_context(mocks("small", "--workers", "2"))
            servers = {"mock": _server(running, sis), "2 workers": _server(pair, sis)}
            if program:
                pid, address = stack.enter_context(prism(program, f"{sis}.yaml"))
                servers["Prism"] = Server((pid,), address, servers["mock"].traffic)
            rounds = measured(servers)
        _print(sis, running, rounds)


def _server(running: Mocks, sis: str) -> Server:
    parts = urlsplit(running.url(sis))
    address = str(parts.hostname), int(parts.port or 80)
    return Server(running.processes, address, traffic(running, sis))


def _print(sis: str, running: Mocks, rounds: Mapping[tuple[str, str], list[Round]]) -> None:
    title = (
        f"{sis}, {CONNECTIONS} connections, median of {ROUNDS} rounds; first answer"
        f" {running.seconds:.2f} s after the start, {running.cpu_seconds:.2f} s of CPU"
    )
    head = ("request", "of", "per second", "CPU ms", "p50 ms", "p99 ms", "not 2xx", *AGAINST)
    rows = []
    for (kind, name), found in rounds.items():
        rate, cpu = _median(found, "rate"), _median(found, "cpu")
        other = rounds.get((kind, "Prism"))
        rows.append(
            (
                kind,
                name,
                f"{rate:.0f}",
                f"{cpu * 1000:.2f}",
                f"{_median(found, 'p50') * 1000:.1f}",
                f"{_median(found, 'p99') * 1000:.1f}",
                str(sum(r.bad for r in found)),
                f"{rate / _median(other, 'rate'):.2f}" if other else "-",
                f"{_median(other, 'cpu') / cpu:.2f}" if other else "-",
            )
        )
    table(title, head, rows)


def _median(rounds: Sequence[Round], name: str) -> float:
    return float(median(getattr(each, name) for each in rounds))


def measured(servers: Mapping[str, Server]) -> dict[tuple[str, str], list[Round]]:
    """(kind of request, server) -> its rounds, servers taking turns."""
    found: dict[tuple[str, str], list[Round]] = {}
    with driver() as pool:
        for kind in servers["mock"].traffic:
            for number in range(ROUNDS + 1):
                for name, server in servers.items():
                    requests = server.traffic[kind]
                    share = len(requests) // (ROUNDS + 1)
                    some = requests[share * number : share * (number + 1)] or requests
                    made = _drive(pool, server, some, SECONDS if number else WARM_SECONDS)
                    if number:
                        found.setdefault((kind, name), []).append(made)
    return found


@contextmanager
def driver() -> Iterator[ProcessPoolExecutor]:
    """A process that drives, apart from this one and from the server."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


def _drive(
    pool: ProcessPoolExecutor, server: Server, requests: list[bytes], seconds: float
) -> Round:
    before = cpu_of(server.processes)
    driven: Driven = pool.submit(drive, server.address, requests, CONNECTIONS, seconds).result()
    spent = cpu_of(server.processes) - before
    number = len(driven.times)
    return Round(
        number / driven.seconds, driven.at(0.5), driven.at(0.99), spent / number, driven.bad
    )
