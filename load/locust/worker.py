"""A Locust worker for a `passback load --await-workers`: `passback load --as-worker`.

For a container beside the one with the load test: it shares that one's network and its folder for
temporary files. It works for one night after the other until it is stopped. A master listens only
when its plan has been written, so the newest plan is the one to work on.
"""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from load.locust.processes import MASTER_PORT, command

HOST = "127.0.0.1"
LEAVING = 5.0
"""Seconds that a master may need to end after its night."""


def work() -> NoReturn:
    """Work for one master after the other until SIGTERM."""
    signal.signal(signal.SIGTERM, _stop)
    print("waiting for a master", flush=True)
    while True:
        await_master(HOST, MASTER_PORT)
        join(newest_plan(Path(tempfile.gettempdir())))
        time.sleep(LEAVING)


def await_master(host: str, port: int) -> None:
    """Return when a master listens."""
    while True:
        try:
            with socket.create_connection((host, port), timeout=1):
                return
        except OSError:
            time.sleep(0.2)


def newest_plan(folder: Path) -> Path:
    """The plan that was written last. SystemExit: there is none."""
    found = folder.glob("passback-load-*/plan.json")
    try:
        return max(found, key=lambda path: path.stat().st_mtime)
    except ValueError:
        sys.exit(f"no plan in {folder}: a worker needs the TMPDIR of `passback load`")


def join(plan: Path) -> None:
    """Be a worker of Locust until its master ends."""
    line, environment = command(
        plan, ["--worker", "--master-host", HOST, "--master-port", str(MASTER_PORT)]
    )
    with subprocess.Popen(line, env=environment) as locust:  # noqa: S603 - our own program
        try:
            locust.wait()
        finally:
            locust.terminate()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
