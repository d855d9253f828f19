"""The processes of `passback fleet`, and what they take of the machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psutil

READY = 60.0
"""Seconds until a process of the fleet is ready."""
STOPPING = 30.0


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a night: it stood at `begins` when `started` was the machine's monotonic one."""

    begins: datetime
    started: float = field(default_factory=time.monotonic)

    def at(self) -> str:
        """The moment, for `--at`."""
        return (self.begins + timedelta(seconds=time.monotonic() - self.started)).isoformat()


@dataclass(slots=True)
class Command:
    """How the fleet of a configuration is started; what it prints goes to files in `logs`."""

    config: Path
    logs: Path
    environment: Mapping[str, str]

    def run(self, *words: str) -> str:
        """Run a command of the fleet to its end; return what it printed.

        RuntimeError: it failed.
        """
        done = subprocess.run(  # noqa: S603 - our own program
            self._line(*words), env=self._environment(), capture_output=True, check=False, text=True
        )
        if done.returncode:
            raise RuntimeError(f"fleet {words[0]} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    @contextmanager
    def running(self, name: str, *words: str) -> Iterator[psutil.Popen]:
        """Run a process of the fleet until the end of the block, ready at its beginning.

        RuntimeError: it does not become ready.
        """
        with (self.logs / f"{name}.log").open("ab") as log:
            process = psutil.Popen(
                self._line(*words), env=self._environment(), stdout=subprocess.PIPE, stderr=log
            )
        try:
            _await_ready(process, name)
            yield process
        finally:
            _stop(process)

    def _line(self, *words: str) -> list[str]:
        kind, *more = words
        return [sys.executable, "-m", "agent", "fleet", kind, "-c", str(self.config), *more]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


def _await_ready(process: psutil.Popen, name: str) -> None:
    """Wait for the line by which a process says that it works."""
    if not process.stdout.readline().startswith(b"ready"):
        raise RuntimeError(f"fleet {name} did not start; see {name}.log in the report's folder")


def _stop(process: psutil.Popen) -> None:
    """Let it end, and end what it leaves."""
    family = [process, *_children(process)]
    with suppress(psutil.Error):
        process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired, psutil.Error):
        process.wait(STOPPING)
    for each in family:
        with suppress(psutil.Error):
            each.kill()
    process.stdout.close()


def cpu_of(processes: Sequence[psutil.Process]) -> float:
    """Seconds of CPU that processes took so far, with all that they started, ended or not."""
    return sum(_cpu(each) + sum(map(_cpu, _children(each))) for each in processes)


def resident_mb(process: psutil.Process) -> float:
    """Resident memory of a process alone, in megabytes."""
    with suppress(psutil.Error):
        return float(process.memory_info().rss) / 1e6
    return 0.0


def runs_mb(process: psutil.Process) -> list[float]:
    """Megabytes that each process which a worker has started has for itself."""
    return [_own_mb(each) for each in _children(process)]


def _own_mb(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(process.memory_full_info().uss) / 1e6
    return 0.0


def _cpu(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        found: list[psutil.Process] = process.children(recursive=True)
        return found
    return []
