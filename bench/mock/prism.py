"""Prism, where there is one: a stateless mock with canned answers, on the same contract.

`PASSBACK_PRISM` names its command (`npm install --prefix DIR @stoplight/prism-cli`, then
DIR/node_modules/.bin/prism); without it a `prism` on the path is taken.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rig import free_port
from contracts.spec import CONTRACTS, Document

READY_SECONDS = 60


def command() -> str | None:
    """Prism's command; None where there is none."""
    return os.environ.get("PASSBACK_PRISM") or shutil.which("prism")


@contextmanager
def prism(program: str, contract: str) -> Iterator[tuple[int, tuple[str, int]]]:
    """Serve *contract*, in one piece, until the end of the block; its process and its address."""
    address = ("127.0.0.1", free_port())
    with tempfile.TemporaryDirectory(prefix="passback-prism-") as folder:
        path = Path(folder, contract).with_suffix(".json")
        path.write_text(json.dumps(Document.read(CONTRACTS / contract).raw), encoding="utf-8")
        process = subprocess.Popen(  # noqa: S603  the command that the user named
            [program, "mock", "--port", str(address[1]), "--verboseLevel", "error", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(address)
            yield process.pid, address
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(address: tuple[str, int]) -> None:
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
