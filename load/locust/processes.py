"""Locust in processes of its own: a master and workers, without or with its web page."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from load.locust.plan import VARIABLE, read

STOPPING = 20.0
"""Seconds that a process may take to stop."""
MASTER_PORT = 5557
"""Where a master waits for workers that start elsewhere: Locust's own port, on loopback."""
SETTLING = {False: 2.0, True: 5.0}
"""Seconds until all that happened is in Locust's files; longer where there are workers (True)."""


@dataclass(frozen=True, slots=True)
class LocustSetup:
    """Which processes Locust is.

    Attributes:
        workers: worker processes that are started here; none and nothing awaited is one process.
        awaited: workers that start elsewhere, see `load.locust.worker`.
        web: host and port of the web page, where there is one.
    """

    workers: int = 0
    awaited: int = 0
    web: tuple[str, int] | None = None

    @property
    def distributed(self) -> bool:
        """Whether there is a master."""
        return bool(self.workers or self.awaited)


@dataclass(slots=True)
class Locust:
    """The running processes; `url` is the web page, where there is one."""

    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    url: str = ""

    def alive(self) -> bool:
        """Whether all of them run."""
        return all(process.poll() is None for process in self.processes)


@contextmanager
def locust(
    plan: Path, out: Path, *, users: int, setup: LocustSetup, host: str | None = None
) -> Iterator[Locust]:
    """Run the users of *plan* until the end of the block; statistics then are in *out*.

    Args:
        host: which server the users ask; None: the plan names one.
    """
    run = Locust(url="http://{}:{}".format(*setup.web) if setup.web else "")
    try:
        with (out / "locust.log").open("wb") as log:
            for words in arguments(out, users, setup, host):
                run.processes.append(_started(plan, words, log.fileno()))
        yield run
        time.sleep(SETTLING[setup.distributed])
    finally:
        _stop(run)


def command(plan: Path, words: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command of a Locust process for *plan*, and its environment."""
    locustfile = str(read(plan).locustfile)
    return (
        # -P: the current folder may be `load`, whose own `locust` is not the library.
        [sys.executable, "-P", "-m", "locust", "-f", locustfile, *words],
        {**os.environ, VARIABLE: str(plan)},
    )


def _started(plan: Path, words: list[str], log: int) -> subprocess.Popen[bytes]:
    line, environment = command(plan, words)
    return subprocess.Popen(line, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own


def _stop(run: Locust) -> None:
    """Stop the master first: it ends the workers and writes the statistics."""
    for process in run.processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()


def arguments(
    out: Path, users: int, setup: LocustSetup, host: str | None = None
) -> Iterator[list[str]]:
    """The arguments of each process, the master's first."""
    words = ["-u", str(users), "-r", str(users), "--csv", str(out / "locust"), "--only-summary"]
    words += ["--host", host] if host else []
    if setup.web:
        web_host, web_port = setup.web
        words += ["--autostart", "--web-host", web_host, "--web-port", str(web_port)]
    else:
        words += ["--headless"]
    if not setup.distributed:
        yield words
        return
    port = str(MASTER_PORT if setup.awaited else _free_port())
    bound = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port]
    yield [*words, "--master", "--expect-workers", str(setup.workers + setup.awaited), *bound]
    for _ in range(setup.workers):
        yield ["--worker", "--master-host", "127.0.0.1", "--master-port", port]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
