"""Locust as processes beside this one: master and workers, headless or with its web page."""

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

from load.programme import VARIABLE

HERE = Path(__file__).parent
LOCUSTFILE = HERE / "users" / "locustfile.py"
STOPPING = 20.0
MASTER_PORT = 5557
"""Where a master waits for workers that come by themselves: Locust's own port, on loopback."""
SETTLING = {False: 2.0, True: 5.0}
"""Seconds until everything that happened is in Locust's files; longer where workers tell it."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Which processes Locust is.

    Attributes:
        workers: processes of this machine beside a master; none at all is one process.
        elsewhere: workers that come by themselves, see `load.worker`.
        web: host and port of the web page, where there is one.
    """

    workers: int = 0
    elsewhere: int = 0
    web: tuple[str, int] | None = None

    @property
    def shared(self) -> bool:
        """Whether there is a master."""
        return bool(self.workers or self.elsewhere)


@dataclass(slots=True)
class Locust:
    """The running processes; `url` is the web page, where there is one."""

    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    url: str = ""

    def alive(self) -> bool:
        """Whether all of them run."""
        return all(process.poll() is None for process in self.processes)


@contextmanager
def locust(programme: Path, out: Path, *, users: int, crew: Crew) -> Iterator[Locust]:
    """Run until the end of the block; Locust then writes its statistics to *out*."""
    run = Locust(url="http://{}:{}".format(*crew.web) if crew.web else "")
    given = {**os.environ, VARIABLE: str(programme), "PYTHONPATH": str(HERE.parent)}
    try:
        with (out / "locust.log").open("wb") as log:
            for words in _commands(out, users, crew):
                run.processes.append(
                    subprocess.Popen(  # noqa: S603 - our own program
                        [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *words],
                        env=given,
                        stdout=log,
                        stderr=log,
                    )
                )
        yield run
        time.sleep(SETTLING[crew.shared])
    finally:
        _stop(run)


def _stop(run: Locust) -> None:
    """The master first: it ends the workers and writes the statistics."""
    for process in run.processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()


def _commands(out: Path, users: int, crew: Crew) -> Iterator[list[str]]:
    """The arguments of each process, the master's first."""
    words = ["-u", str(users), "-r", str(users), "--csv", str(out / "locust"), "--only-summary"]
    if crew.web:
        host, web = crew.web
        words += ["--autostart", "--web-host", host, "--web-port", str(web)]
    else:
        words += ["--headless"]
    if not crew.shared:
        yield words
        return
    port = str(MASTER_PORT if crew.elsewhere else _free_port())
    bound = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port]
    yield [*words, "--master", "--expect-workers", str(crew.workers + crew.elsewhere), *bound]
    for _ in range(crew.workers):
        yield ["--worker", "--master-host", "127.0.0.1", "--master-port", port]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
