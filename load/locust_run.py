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
SETTLING = {False: 2.0, True: 5.0}
"""Seconds until everything that happened is in Locust's files; longer where workers tell it."""


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
    programme: Path, out: Path, *, users: int, workers: int, web: int | None
) -> Iterator[Locust]:
    """Run until the end of the block; Locust then writes its statistics to *out*."""
    run = Locust(url=f"http://127.0.0.1:{web}" if web else "")
    given = {**os.environ, VARIABLE: str(programme), "PYTHONPATH": str(HERE.parent)}
    try:
        with (out / "locust.log").open("wb") as log:
            for words in _commands(out, users, workers, web):
                run.processes.append(
                    subprocess.Popen(  # noqa: S603 - our own program
                        [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *words],
                        env=given,
                        stdout=log,
                        stderr=log,
                    )
                )
        yield run
        time.sleep(SETTLING[bool(workers)])
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


def _commands(out: Path, users: int, workers: int, web: int | None) -> Iterator[list[str]]:
    """The arguments of each process, the master's first."""
    words = ["-u", str(users), "-r", str(users), "--csv", str(out / "locust"), "--only-summary"]
    if web:
        words += ["--autostart", "--web-host", "127.0.0.1", "--web-port", str(web)]
    else:
        words += ["--headless"]
    if not workers:
        yield words
        return
    port = str(_free_port())
    bound = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port]
    yield [*words, "--master", "--expect-workers", str(workers), *bound]
    for _ in range(workers):
        yield ["--worker", "--master-host", "127.0.0.1", "--master-port", port]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
