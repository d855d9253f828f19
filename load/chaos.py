"""The trouble of a night, made with the faults of the mocks.

Some faults strike by chance all night, drawn from the world's seed. Others strike once, when a
certain share of the night's writes is done, so that a fast machine meets them like a slow one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from load.vendors import VENDORS

REFUSED = 0.02
"""The share of score writes that are refused for good."""
BROKEN = 0.005
"""The share of all requests that fail."""
REVOKED_AT = 0.3
BURSTS_AT = (0.15, 0.45, 0.75)
OUTAGE_AT = 0.6
PATIENCE = 20.0
"""Seconds for which the agent keeps trying a server that does not answer, before a run ends."""

Fault = dict[str, Any]
DESCRIPTIONS = {
    "refused": "a score refused for good (422)",
    "broken": "a failure of the SIS (502)",
    "slow-page": "a page that took long",
    "token": "every token revoked",
    "burst-1": "slow down (429), the first burst",
    "burst-2": "slow down (429), the second",
    "burst-3": "slow down (429), the third",
    "outage": "no answer: the outage",
}
"""Fault -> what it is, for a reader of the report."""
SHORT_NAMES = {"token": "401", "outage": "outage"} | {f"burst-{n}": "429" for n in (1, 2, 3)}
"""Fault that strikes once -> a word for a plot or a line of progress."""


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the faults of a night last, in seconds."""

    outage: float = 60.0
    burst: float = 2.0
    retry_after: int = 2
    slow: float = 10.0

    @property
    def added(self) -> float:
        """Seconds by which the faults make the night longer, at least.

        An outage ends a run, and the next one begins after a pause; before that the agent tries the
        server for `PATIENCE`.
        """
        bursts = len(BURSTS_AT) * (self.burst + self.retry_after)
        return self.outage + bursts + self.slow + PATIENCE

    def of(self, fault: str) -> float:
        """How long a fault that strikes once lasts; 0 when it is over at once."""
        return {"outage": self.outage, "token": 0.0}.get(fault, self.burst)


FULL = Durations()
SHORT = Durations(outage=6.0, burst=0.5, retry_after=1, slow=1.0)


def all_night_faults(sis: str, durations: Durations) -> list[Fault]:
    """Writes refused for good, failures by chance, and one slow page."""
    return [
        _fault("refused", VENDORS[sis].put, action="status", status=422, probability=REFUSED),
        _fault("broken", None, action="status", status=502, probability=BROKEN),
        _fault("slow-page", VENDORS[sis].list, action="delay", seconds=durations.slow, nth=1),
    ]


def timed_faults(durations: Durations, now: datetime) -> list[tuple[float, Fault]]:
    """(share of the writes, the fault that strikes then); *now* is the time in the district."""
    found = [(REVOKED_AT, _fault("token", None, action="revoke", nth=1))]
    for n, at in enumerate(BURSTS_AT):
        until = (now + timedelta(seconds=durations.burst)).isoformat()
        throttle = _fault(f"burst-{n + 1}", None, action="throttle", seconds=durations.retry_after)
        found.append((at, {**throttle, "until": until}))
    until = (now + timedelta(seconds=durations.outage)).isoformat()
    found.append((OUTAGE_AT, {**_fault("outage", None, action="drop_before"), "until": until}))
    return sorted(found, key=lambda timed: timed[0])


@dataclass(slots=True)
class FaultInjector:
    """Injects the faults into the SIS of one district.

    Attributes:
        url: of the district's SIS.
        now: gives the time in the district.
        struck: fault that strikes once -> when it did, in seconds of the monotonic clock.
    """

    url: str
    sis: str
    durations: Durations
    http: httpx.Client
    now: Callable[[], datetime]
    struck: dict[str, float] = field(default_factory=dict)

    def begin(self) -> None:
        """Inject what strikes all night."""
        for fault in all_night_faults(self.sis, self.durations):
            self._add(fault)

    def step(self, done: float) -> None:
        """Inject what is due when the share *done* of the writes is done."""
        for at, fault in timed_faults(self.durations, self.now()):
            if done >= at and fault["id"] not in self.struck:
                self.struck[fault["id"]] = time.monotonic()
                self._add(fault)

    def current(self) -> str | None:
        """A word for the fault that lasts at the moment; None: there is none."""
        now = time.monotonic()
        on = [name for name, at in self.struck.items() if now < at + self.durations.of(name)]
        return SHORT_NAMES[on[-1]] if on else None

    def spans(self, began: float) -> list[dict[str, Any]]:
        """The faults that struck once: word, seconds after *began* (monotonic), how long."""
        return [
            {"fault": SHORT_NAMES[name], "second": at - began, "lasts": self.durations.of(name)}
            for name, at in self.struck.items()
        ]

    def end(self) -> dict[str, int]:
        """Take every fault away; return how many requests each struck."""
        url = f"{self.url}/_mock/faults"
        hits = {f["id"]: f["hits"] for f in self.http.get(url).raise_for_status().json()}
        self.http.delete(url).raise_for_status()
        return hits

    def _add(self, fault: Fault) -> None:
        self.http.post(f"{self.url}/_mock/faults", json=fault).raise_for_status()


def _fault(id_: str, operation: str | None, **more: Any) -> Fault:
    named = {} if operation is None else {"operation": operation}
    return {"id": id_, **named, **more}
