"""The mock's own log of a night, read as it grows and folded into counts; nothing of it is kept.

What a request came to is counted by (operation, status), and accepted writes by their place, so
that one that was accepted twice shows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from load.vendors import VENDORS

TOLERANCE = 0.05
"""Seconds by which clocks and rounding may make a wait look shorter."""

Entry = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """What the journal tells of one district's SIS.

    Attributes:
        one_by_one: there is one connection, so the next call to a path is the same one again.
        calls: (operation, status) -> how many; tokens included.
        injected: failed calls that a fault struck.
        failed: failed calls that no fault struck; expired tokens left out.
        refused: calls that were answered 429.
        early: how many of them were asked again before the wait was over.
        twice: writes of one place that were accepted more than once.
        times: service times in milliseconds, by whole ones.
    """

    sis: str
    retry_after: float = 1.0
    one_by_one: bool = False
    since: int = 0
    calls: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    injected: int = 0
    failed: int = 0
    refused: int = 0
    early: int = 0
    twice: int = 0
    times: Counter[int] = field(default_factory=Counter)
    _accepted: set[int] = field(default_factory=set)
    _waiting: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def take(self, entries: Iterable[Entry]) -> None:
        """Fold entries in; they come in order."""
        for entry in entries:
            self.since = max(self.since, entry["seq"])
            if entry["server"] == self.sis and entry["operation"]:
                self._one(entry)

    def accepted(self, operation: str) -> int:
        """Calls of an operation that were carried out."""
        return sum(
            n for (name, status), n in self.calls.items() if name == operation and _ok(status)
        )

    def requests(self) -> int:
        """Calls, without tokens and without what other integrations poll."""
        return sum(
            n
            for (name, _), n in self.calls.items()
            if not name.lower().endswith("token") and name != VENDORS[self.sis].poll
        )

    @property
    def service(self) -> float:
        """Seconds that the SIS took on average, as it noted them itself."""
        return sum(ms * n for ms, n in self.times.items()) / max(1, self.times.total()) / 1000

    @property
    def creates(self) -> int:
        """Columns made."""
        return self.accepted(VENDORS[self.sis].create)

    @property
    def score_writes(self) -> int:
        """Requests with scores that were carried out; where a score is a request, scores."""
        return self.accepted(VENDORS[self.sis].put)

    def _one(self, entry: Entry) -> None:
        status = entry["status"]
        self.calls[entry["operation"], status] += 1
        self.times[round(entry["duration_ms"])] += 1
        self._wait(entry)
        if _ok(status):
            vendor = VENDORS[self.sis]
            if vendor.placed and entry["operation"] in vendor.writes:
                self._place(entry)
        elif str(entry["reason"]).startswith("fault:"):
            self.injected += 1
        elif status not in {401, 404}:
            self.failed += 1

    def _place(self, entry: Entry) -> None:
        place = hash((entry["operation"], entry["path"]))
        self.twice += place in self._accepted
        self._accepted.add(place)

    def _wait(self, entry: Entry) -> None:
        """Whether this call came too early after the same one had been told to wait."""
        vendor = VENDORS[self.sis]
        if entry["operation"] in vendor.writes and not vendor.placed and not self.one_by_one:
            return
        key = (entry["method"], entry["path"], entry["query"])
        began = (entry["real_ms"] - entry["duration_ms"]) / 1000
        ends = self._waiting.pop(key, None)
        if ends is not None and began < ends - TOLERANCE:
            self.early += 1
        if entry["status"] == 429:
            self.refused += 1
            self._waiting[key] = entry["real_ms"] / 1000 + self.retry_after


def _ok(status: int | None) -> bool:
    return status is not None and status < 300


def read(sis: str, http: httpx.Client, tally: Tally) -> None:
    """Fold in what came since the last time."""
    answer = http.get(f"{sis}/_mock/journal", params={"since": tally.since})
    tally.take(answer.raise_for_status().json())
