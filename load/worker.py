"""A Locust worker that comes by itself to `passback load --await-workers`: `python -m load.worker`.

For a container beside the one that plays the night, with its network and its folder for temporary
files. It goes from night to night until it is told to stop. A master listens only when its
programme has been written, so the newest programme is the one.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from load.locust_run import LOCUSTFILE, MASTER_PORT
from load.programme import VARIABLE

HOST = "127.0.0.1"
LEAVING = 5.0
"""Seconds that a master may need to go after its night."""


def main() -> NoReturn:
    """Join one night after the other until SIGTERM."""
    signal.signal(signal.SIGTERM, _stop)
    print("waiting for a master", flush=True)
    while True:
        await_master(HOST, MASTER_PORT)
        join(newest(Path(tempfile.gettempdir())))
        time.sleep(LEAVING)


def await_master(host: str, port: int) -> None:
    """Return when a master listens."""
    while True:
        try:
            with socket.create_connection((host, port), timeout=1):
                return
        except OSError:
            time.sleep(0.2)


def newest(folder: Path) -> Path:
    """The programme that was written last. SystemExit: there is none."""
    found = folder.glob("passback-load-*/programme.json")
    try:
        return max(found, key=lambda path: path.stat().st_mtime)
    except ValueError:
        sys.exit(f"no programme in {folder}: a worker needs the TMPDIR of `passback load`")


def join(programme: Path) -> None:
    """Be a worker of Locust until its master ends."""
    words = ["--worker", "--master-host", HOST, "--master-port", str(MASTER_PORT)]
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *words]
    with subprocess.Popen(command, env={**os.environ, VARIABLE: str(programme)}) as locust:  # noqa: S603 - our own program
        try:
            locust.wait()
        finally:
            locust.terminate()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
