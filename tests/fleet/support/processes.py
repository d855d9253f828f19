"""The agent's commands as processes, and what may happen to one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from contracts.configuration import SECRETS

LONG = 60.0
"""Seconds that no busy machine reaches."""


def until(condition: Callable[[], object], what: str, seconds: float = LONG) -> float:
    """Wait for a condition; how long that took."""
    began = time.monotonic()
    while not condition():
        took = time.monotonic() - began
        assert took < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - began


class Process:
    """One command that runs."""

    def __init__(self, log: Path, *words: str, environment: dict[str, str] | None = None) -> None:
        self.words, self.log = words, log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "agent", *words],
                env={**os.environ, **SECRETS, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    def kill(self, *, alone: bool = False) -> None:
        """SIGKILL of it and all that it started, as a machine that is gone; *alone*: only of it."""
        self._signal(signal.SIGKILL, alone=alone)
        self._process.wait()

    def freeze(self) -> None:
        """SIGSTOP of it and all that it started, as a machine that is suspended."""
        self._signal(signal.SIGSTOP)
        stat = Path(f"/proc/{self._process.pid}/stat")
        until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", "it stopped")

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def terminate(self) -> None:
        """SIGTERM, as a supervisor that wants it to end."""
        self._signal(signal.SIGTERM, alone=True)

    def _signal(self, number: signal.Signals, *, alone: bool = False) -> None:
        with suppress(ProcessLookupError):
            (os.kill if alone else os.killpg)(self._process.pid, number)

    def ended(self, seconds: float = LONG) -> int:
        """Wait for its end; its exit code."""
        until(lambda: self.code is not None, f"the end of {' '.join(self.words)}", seconds)
        return self._process.returncode

    def close(self) -> None:
        """End it and all that it started, whatever they do."""
        self.kill()


class Kept:
    """A process that is started again whenever it ends, as supervisors of machines do.

    Attributes:
        codes: how each one that ended did.
    """

    def __init__(self, start: Callable[[], Process], pause: float = 0.2) -> None:
        self._start, self._pause = start, pause
        self.codes: list[int] = []
        self._over = Event()
        self.process = start()
        self._thread = Thread(target=self._keep, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Start it no more."""
        self._over.set()
        self._thread.join()
        self.process.close()

    def _keep(self) -> None:
        while not self._over.wait(self._pause):
            if (code := self.process.code) is not None:
                self.codes.append(code)
                self.process = self._start()


class Processes:
    """Every process that a test starts; none outlives it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._all, self._kept = folder, list[Process](), list[Kept]()

    def start(self, *words: str, **environment: str) -> Process:
        """Start a command."""
        log = self._folder / f"{len(self._all)}-{words[0]}.log"
        found = Process(log, *words, environment=environment)
        self._all.append(found)
        return found

    def keep(self, start: Callable[[], Process]) -> Kept:
        """Start a process, and start it again whenever it ends."""
        found = Kept(start)
        self._kept.append(found)
        return found

    def close(self) -> None:
        """End all."""
        for kept in self._kept:
            kept.close()
        for process in self._all:
            process.close()

    def said(self) -> str:
        """What all of them printed, for a test that failed."""
        return "\n".join(f"$ {' '.join(p.words)} -> {p.code}\n{p.said}" for p in self._all)


@contextmanager
def processes(folder: Path) -> Iterator[Processes]:
    """Processes of one test; when it fails, what they printed is shown with it."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Processes(folder)
    try:
        yield found
    except AssertionError:
        print(found.said())  # noqa: T201
        raise
    finally:
        found.close()
