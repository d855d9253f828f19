"""A district's night as Locust sees it: the agent in a process of its own, its events relayed.

Imported by the Locust processes only. A night that the SIS interrupted is run again, as an
operator's timer would (`Restart=on-failure`); the waiting counts as part of the night.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import IO, Any

import gevent
import psutil
from gevent import subprocess
from locust import User, task
from locust.exception import StopUser

from load.programme import Part, Programme, from_environment
from load.relay import COLUMNS, Call, counts_as_request, parse

AGAIN = {5, 6}
"""Exit codes after which the night is run again."""
PAUSE = 5.0
MOST_RUNS = 12
SAMPLE = 0.25

PROGRAMME: Programme = from_environment()


class DistrictNight(User):
    """Takes a district, plays its night, and takes the next."""

    fixed_count = PROGRAMME.at_once

    @task
    def night(self) -> None:
        """Play one; stop when none is left."""
        part = PROGRAMME.claim()
        if part is None:
            raise StopUser
        night = _Night(part, self.environment.events.request.fire)
        try:
            night.play()
        finally:
            night.leave()


class _Night:
    """One district's night, with everything that is kept of it."""

    def __init__(self, part: Part, fire: Any) -> None:
        self._part, self._fire = part, fire
        self._began = time.monotonic()
        self._runs: list[dict[str, Any]] = []
        self._process: Any = None

    def leave(self) -> None:
        """Stopped before its end, it leaves no agent behind and says so."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if not (self._part.results / "result.json").exists():
            (self._part.results / "stopped").touch()

    def play(self) -> None:
        """Run the agent until it comes to its end; leaves `result.json` behind."""
        folder = self._part.results
        with (
            (folder / "calls.csv").open("w", encoding="utf-8") as calls,
            (folder / "memory.csv").open("w", encoding="utf-8") as memory,
        ):
            calls.write(",".join(COLUMNS) + "\n")
            memory.write("second,mb\n")
            while True:
                run = self._run(calls, memory)
                self._runs.append(run)
                if run["code"] not in AGAIN or len(self._runs) == MOST_RUNS:
                    break
                gevent.sleep(PAUSE)
        seconds = self._seconds()
        bad = None if self._runs[-1]["code"] in {0, 3} else f"exit {self._runs[-1]['code']}"
        self._tell("night", self._part.name, seconds * 1000, bad)
        told = {"began": self._began, "seconds": seconds, "runs": self._runs}
        part = folder / "result.part"
        part.write_text(json.dumps(told), encoding="utf-8")
        part.rename(folder / "result.json")

    def _run(self, calls: IO[str], memory: IO[str]) -> dict[str, Any]:
        began = self._seconds()
        errors = (self._part.results / "errors.txt").open("a", encoding="utf-8")
        with closing(errors):
            process = self._process = self._start(errors)
            watch = gevent.spawn(self._watch, process.pid, memory)
            report, requests = self._relay(process.stdout, calls)
            code = process.wait()
            watch.kill()
        return {
            "code": code,
            "began": began,
            "seconds": self._seconds() - began,
            "report": report,
            "requests": requests,
        }

    def _start(self, errors: IO[str]) -> Any:
        words = ["sync", "-c", str(self._part.config), "--events", "-"]
        given = {**os.environ, **self._part.environment}
        return subprocess.Popen(
            [sys.executable, "-m", "agent", *words, "--at", self._part.moment()],
            cwd=PROGRAMME.folder,
            env=given,
            stdout=subprocess.PIPE,
            stderr=errors,
        )

    def _relay(self, lines: Iterator[bytes], calls: IO[str]) -> tuple[dict[str, Any], int]:
        """Pass every event on as it comes; the report, and how many requests there were."""
        report: dict[str, Any] = {}
        requests = 0
        for line in lines:
            event = parse(line.decode())
            if isinstance(event, Call):
                calls.write(event.row(self._seconds()) + "\n")
                requests += counts_as_request(event)
                self._tell(event.system, event.operation, event.ms, event.failed)
            elif event["event"] == "report":
                report = event
        return report, requests

    def _tell(self, kind: str, name: str, ms: float, failed: str | None) -> None:
        self._fire(
            request_type=kind,
            name=name,
            response_time=ms,
            response_length=0,
            exception=None if failed is None else RuntimeError(failed),
            context={},
        )

    def _watch(self, pid: int, memory: IO[str]) -> None:
        """Note the agent's resident memory, a few times a second."""
        try:
            process = psutil.Process(pid)
            while True:
                mb = process.memory_info().rss / 2**20
                memory.write(f"{self._seconds():.2f},{mb:.2f}\n")
                gevent.sleep(SAMPLE)
        except psutil.Error:
            return

    def _seconds(self) -> float:
        return time.monotonic() - self._began
