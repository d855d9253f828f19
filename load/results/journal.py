"""The mock's own log of a night, counted as it grows; no entry of it is kept.

Requests are counted by (operation, status), and accepted writes by the record that their path
names, so that a record that was written twice shows.
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
class JournalCounts:
    """What the journal of one district's SIS holds.

    Attributes:
        one_by_one: there is one connection, so the next call to a path repeats the last one.
        since: the number of the last entry that was read.
        calls: (operation, status) -> how many; tokens included.
        injected: failed calls that a fault struck.
        failed: failed calls that no fault struck; expired tokens left out.
        throttled: calls that were answered 429.
        early: how many of them were repeated before the wait was over.
        twice: writes of a record that were accepted once before.
        times: service times in whole milliseconds -> how many calls.
    """

    sis: str
    retry_after: float = 1.0
    one_by_one: bool = False
    since: int = 0
    calls: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    injected: int = 0
    failed: int = 0
    throttled: int = 0
    early: int = 0
    twice: int = 0
    times: Counter[int] = field(default_factory=Counter)
    _accepted: set[int] = field(default_factory=set)
    _waiting: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def add(self, entries: Iterable[Entry]) -> None:
        """Count entries; they come in order."""
        for entry in entries:
            self.since = max(self.since, entry["seq"])
            if entry["server"] == self.sis and entry["operation"]:
                self._count(entry)

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

    def _count(self, entry: Entry) -> None:
        status = entry["status"]
        self.calls[entry["operation"], status] += 1
        self.times[round(entry["duration_ms"])] += 1
        self._wait(entry)
        if _ok(status):
            vendor = VENDORS[self.sis]
            if vendor.record_in_path and entry["operation"] in vendor.writes:
                self._count_record(entry)
        elif str(entry["reason"]).startswith("fault:"):
            self.injected += 1
        elif status not in {401, 404}:
            self.failed += 1

    def _count_record(self, entry: Entry) -> None:
        record = hash((entry["operation"], entry["path"]))
        self.twice += record in self._accepted
        self._accepted.add(record)

    def _wait(self, entry: Entry) -> None:
        """Count a call that came too early after the same one was answered 429."""
        vendor = VENDORS[self.sis]
        many = entry["operation"] in vendor.writes and not vendor.record_in_path
        if many and not self.one_by_one:
            return
        key = (entry["method"], entry["path"], entry["query"])
        began = (entry["real_ms"] - entry["duration_ms"]) / 1000
        ends = self._waiting.pop(key, None)
        if ends is not None and began < ends - TOLERANCE:
            self.early += 1
        if entry["status"] == 429:
            self.throttled += 1
            self._waiting[key] = entry["real_ms"] / 1000 + self.retry_after


def _ok(status: int | None) -> bool:
    return status is not None and status < 300


def read(sis: str, http: httpx.Client, counts: JournalCounts) -> None:
    """Count what came since the last time; *sis* is the URL of the district's SIS."""
    answer = http.get(f"{sis}/_mock/journal", params={"since": counts.since})
    counts.add(answer.raise_for_status().json())
