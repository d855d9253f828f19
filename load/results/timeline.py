"""A night second by second: requests and their times, memory, its runs."""

import csv
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(slots=True)
class Second:
    """One second of a night."""

    requests: int = 0
    writes: int = 0
    failed: int = 0
    times: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class Timeline:
    """A district's night.

    Attributes:
        night: when it began, its seconds and its runs, each with exit code and report.
        seconds: second -> what happened in it.
        memory: (second, megabytes) of the agent's process.
        times: operation -> times of every request to the SIS in milliseconds.
    """

    night: dict[str, Any]
    seconds: dict[int, Second] = field(default_factory=dict)
    memory: list[tuple[float, float]] = field(default_factory=list)
    times: dict[str, Counter[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Timeline":
        """Read what the Locust user left in *folder*."""
        made = cls(night=json.loads((folder / "result.json").read_text(encoding="utf-8")))
        with (folder / "requests.csv").open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                made.add(row)
        with (folder / "memory.csv").open(encoding="utf-8") as rows:
            made.memory = [(float(r["second"]), float(r["mb"])) for r in csv.DictReader(rows)]
        return made

    def add(self, row: dict[str, str]) -> None:
        """Add one request; those to the source are left out."""
        if row["system"] != "sis":
            return
        at, ms = float(row["second"]), round(float(row["ms"]))
        second = self.seconds.setdefault(int(at), Second())
        second.requests += 1
        second.failed += not row["status"] or int(row["status"]) >= 400
        second.times[ms] += 1
        self.times.setdefault(row["operation"], Counter())[ms] += 1
        second.writes += row["write"] == "1"

    @property
    def peak(self) -> float:
        """The most memory, in megabytes."""
        return max((mb for _, mb in self.memory), default=0.0)

    @property
    def growth(self) -> float:
        """Megabytes from the first quarter of the sending to the last.

        Each run of a night counts by itself: it is a process of its own.
        """
        return max((self._grown(run) for run in self.night["runs"]), default=0.0)

    def memory_of(self, run: dict[str, Any]) -> list[tuple[float, float]]:
        """The samples of one run."""
        ends = run["began"] + run["seconds"]
        return [(at, mb) for at, mb in self.memory if run["began"] <= at <= ends and mb]

    def _grown(self, run: dict[str, Any]) -> float:
        began, ends = run["began"], run["began"] + run["seconds"]
        sent = [at for at, one in self.seconds.items() if one.writes and began <= at <= ends]
        if not sent:
            return 0.0
        within = [mb for at, mb in self.memory_of(run) if min(sent) <= at <= max(sent) + 1]
        quarter = len(within) // 4
        if not quarter:
            return 0.0
        return median(within[-quarter:]) - median(within[:quarter])


def percentile(times: Counter[int], share: float) -> float:
    """The time within which *share* of the requests ended; 0 when there were none."""
    left = share * times.total()
    for ms in sorted(times):
        left -= times[ms]
        if left <= 0:
            return float(ms)
    return 0.0
