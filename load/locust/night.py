"""A district's night as Locust sees it: the agent in a process of its own, its requests passed on.

Only Locust processes import this. A night that the SIS interrupted is run again, as an operator's
timer would (`Restart=on-failure`); the time between is part of the night.
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

from load.locust.events import COLUMNS, Request, parse
from load.locust.plan import DistrictPlan, Plan, from_environment

INTERRUPTED = {5, 6}
"""Exit codes after which the night is run again."""
PAUSE = 5.0
MOST_RUNS = 12
SAMPLE = 0.25
"""Seconds between two looks at the agent's memory."""

PLAN: Plan = from_environment()


class DistrictNight(User):
    """Takes a district, runs its night, and takes the next."""

    fixed_count = PLAN.at_once

    @task
    def night(self) -> None:
        """Run one night; stop when no district is left."""
        district = PLAN.claim()
        if district is None:
            raise StopUser
        night = _Night(district, self.environment.events.request.fire)
        try:
            night.run()
        finally:
            night.leave()


class _Night:
    """One district's night, and the files that are kept of it."""

    def __init__(self, district: DistrictPlan, fire: Any) -> None:
        self._district, self._fire = district, fire
        self._began = time.monotonic()
        self._runs: list[dict[str, Any]] = []
        self._process: Any = None

    def leave(self) -> None:
        """End an agent that still runs, and leave `stopped` where there is no result."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if not (self._district.results / "result.json").exists():
            (self._district.results / "stopped").touch()

    def run(self) -> None:
        """Run the agent until it comes to its end; leave `result.json`."""
        folder = self._district.results
        with (
            (folder / "requests.csv").open("w", encoding="utf-8") as requests,
            (folder / "memory.csv").open("w", encoding="utf-8") as memory,
        ):
            requests.write(",".join(COLUMNS) + "\n")
            memory.write("second,mb\n")
            while True:
                run = self._run_once(requests, memory)
                self._runs.append(run)
                if run["code"] not in INTERRUPTED or len(self._runs) == MOST_RUNS:
                    break
                gevent.sleep(PAUSE)
        seconds = self._seconds()
        failure = None if self._runs[-1]["code"] in {0, 3} else f"exit {self._runs[-1]['code']}"
        self._tell("night", self._district.name, seconds * 1000, failure)
        result = {"began": self._began, "seconds": seconds, "runs": self._runs}
        part = folder / "result.part"
        part.write_text(json.dumps(result), encoding="utf-8")
        part.rename(folder / "result.json")

    def _run_once(self, requests: IO[str], memory: IO[str]) -> dict[str, Any]:
        began = self._seconds()
        errors = (self._district.results / "errors.txt").open("a", encoding="utf-8")
        with closing(errors):
            process = self._process = self._start(errors)
            sampling = gevent.spawn(self._sample, process.pid, memory)
            report, number = self._pass_on(process.stdout, requests)
            code = process.wait()
            sampling.kill()
        return {
            "code": code,
            "began": began,
            "seconds": self._seconds() - began,
            "report": report,
            "requests": number,
        }

    def _start(self, errors: IO[str]) -> Any:
        words = ["sync", "-c", str(self._district.config), "--events", "-"]
        return subprocess.Popen(
            [sys.executable, "-m", "agent", *words, "--at", self._district.now()],
            cwd=PLAN.folder,
            env={**os.environ, **self._district.environment},
            stdout=subprocess.PIPE,
            stderr=errors,
        )

    def _pass_on(self, lines: Iterator[bytes], requests: IO[str]) -> tuple[dict[str, Any], int]:
        """Pass every request on as it comes; return the report, and how many there were."""
        report: dict[str, Any] = {}
        number = 0
        for line in lines:
            event = parse(line.decode())
            if isinstance(event, Request):
                requests.write(event.row(self._seconds()) + "\n")
                number += event.counts
                self._tell(event.system, event.operation, event.ms, event.failure)
            elif event["event"] == "report":
                report = event
        return report, number

    def _tell(self, kind: str, name: str, ms: float, failure: str | None) -> None:
        self._fire(
            request_type=kind,
            name=name,
            response_time=ms,
            response_length=0,
            exception=None if failure is None else RuntimeError(failure),
            context={},
        )

    def _sample(self, pid: int, memory: IO[str]) -> None:
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
