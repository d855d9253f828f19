"""The mocks of a load test, in a process of their own.

Every district is a world below `/w/`; the default world is tiny and not used. Response validation
is off, and the service time is the server's own, so that no fault rule is part of a call's cost.
"""

import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mock_sis.districts.factory import WorldFactory
from mock_sis.server import serving
from mock_sis.world.world import World
from mock_sis.world.worlds import Worlds

DEFAULT_WORLD = "default.db"


def worlds_folder(folder: Path) -> Path:
    """Where the worlds below `/w/` are."""
    return folder / f"{DEFAULT_WORLD}.worlds"


@dataclass(frozen=True, slots=True)
class Mocks:
    """The running process, and where the two servers are."""

    process: subprocess.Popen[str]
    otus: str
    sis: str

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(timeout=30)


def start(folder: Path, sis: str, latency: float) -> Mocks:
    """Serve the worlds below *folder*; the SIS takes *latency* seconds for each answer.

    RuntimeError: they do not start.
    """
    command = [sys.executable, "-m", "load.mocks", str(folder), sis, str(latency)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    assert process.stdout is not None
    ready = process.stdout.readline().split()
    if not ready:
        raise RuntimeError("the mocks did not start")
    return Mocks(process, ready[1], ready[2])


def main() -> None:
    """Serve until SIGTERM; print `ready OTUS-URL SIS-URL`."""
    folder, sis, latency = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    # Ctrl-C is for the process that started this one; threads inherit what is blocked.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    path = folder / DEFAULT_WORLD
    factory = WorldFactory()
    default = World.open(path) if path.exists() else factory.make(path)
    with (
        closing(Worlds(default, factory)) as worlds,
        serving("otus", sis, worlds=worlds, validate_responses=False, latency=latency) as servers,
    ):
        print("ready", servers.otus.url, servers[sis].url, flush=True)
        signal.sigwait({signal.SIGTERM})


if __name__ == "__main__":
    main()
