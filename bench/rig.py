"""What every bench needs: mocks in a process of their own, their control plane, and tables."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import httpx
import psutil

from contracts.configuration import SECRETS
from contracts.vendors import VENDORS

ENVIRONMENT = {**os.environ, **SECRETS}


@dataclass(frozen=True, slots=True)
class Mocks:
    """Running mocks.

    Attributes:
        seconds: from the start to the first answer; cpu_seconds: of the mocks until then.
        processes: that serve.
    """

    base: int
    processes: tuple[int, ...]
    seconds: float = 0
    cpu_seconds: float = 0

    def url(self, name: str, world: str = "") -> str:
        """Where a mock's world answers."""
        port = self.base + VENDORS[name].port
        return f"http://127.0.0.1:{port}" + (f"/w/{world}" if world else "")

    def control(self, method: str, path: str, body: Any = None, *, world: str = "") -> Any:
        """Call the Skyward mock's control plane."""
        url = f"{self.url('skyward', world)}/_mock{path}"
        answer = httpx.request(method, url, json=body, timeout=120)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def mocks(world: str = "tiny", *options: str) -> Iterator[Mocks]:
    """Run the mocks on free ports until the end of the block."""
    base = _free_base()
    command = [sys.executable, "-m", "agent", "mock", "all", "--base-port", str(base)]
    began = perf_counter()
    process = subprocess.Popen(  # noqa: S603  our own program
        [*command, "--world", world, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("ready skyward"):
                break
        made = Mocks(base=base, processes=(process.pid, *_children(process.pid)))
        httpx.get(f"{made.url('skyward')}/ims/oneroster/v1p1/orgs", timeout=10)
        seconds, cpu = perf_counter() - began, cpu_of(made.processes)
        yield replace(made, seconds=seconds, cpu_seconds=cpu)
    finally:
        process.terminate()
        process.wait(timeout=20)


def cpu_of(processes: Iterable[int]) -> float:
    """Seconds of CPU that *processes* took so far, the system's for them included."""
    times = [psutil.Process(process).cpu_times() for process in processes]
    return float(sum(t.user + t.system for t in times))


def _children(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children()]


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def _free_base() -> int:
    """A base port whose four ports are free."""
    for base in range(20_100, 40_000, 10):
        sockets = [socket.socket() for _ in range(4)]
        try:
            for number, each in enumerate(sockets):
                each.bind(("127.0.0.1", base + number))
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
        return base
    raise RuntimeError("no free ports")


def table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a small table."""
    widths = [max(len(r[i]) for r in (head, *rows)) for i in range(len(head))]
    print(title)
    for row in (head, *rows):
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def aim(words: str, *, met: bool) -> str:
    """A cell with an aim, and whether it is met."""
    return f"{words}: {'met' if met else 'missed'}"
