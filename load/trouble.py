"""The trouble of a night, through the mocks' faults: what strikes by chance, and what at a point.

Chances are drawn from the world's seed. What strikes at a point does so when that share of the
night's writes is done, so a fast machine meets it like a slow one.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from load.district import District
from load.vendors import VENDORS

REFUSED = 0.02
BROKEN = 0.005
REVOKED_AT = 0.3
BURSTS_AT = (0.15, 0.45, 0.75)
OUTAGE_AT = 0.6

Fault = dict[str, Any]
WORDS = {
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
BRIEFLY = {"token": "401", "outage": "outage"} | {f"burst-{n}": "429" for n in (1, 2, 3)}
"""Fault that strikes at a point -> a word for a picture or a line of progress."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How long things take, in seconds."""

    outage: float = 60.0
    burst: float = 2.0
    retry_after: int = 2
    slow: float = 10.0

    @property
    def added(self) -> float:
        """What the night takes longer by it at least; the agent's own waiting is in there.

        An outage ends a run, and the next one begins after a pause; the agent's patience with a
        server that does not answer (its retries) goes on top.
        """
        bursts = len(BURSTS_AT) * (self.burst + self.retry_after)
        return self.outage + bursts + self.slow + PATIENCE

    def lasting(self, fault: str) -> float:
        """How long what strikes at a point lasts; 0 when it is over at once."""
        return {"outage": self.outage, "token": 0.0}.get(fault, self.burst)


PATIENCE = 20.0
FULL = Scale()
SHORT = Scale(outage=6.0, burst=0.5, retry_after=1, slow=1.0)


def standing(sis: str, scale: Scale) -> list[Fault]:
    """What strikes all night: refusals for good, failures in between, and one slow page."""
    return [
        _fault("refused", VENDORS[sis].put, action="status", status=422, probability=REFUSED),
        _fault("broken", None, action="status", status=502, probability=BROKEN),
        _fault("slow-page", VENDORS[sis].list, action="delay", seconds=scale.slow, nth=1),
    ]


def points(scale: Scale, now: datetime) -> list[tuple[float, Fault]]:
    """(share of the writes, what strikes then); *now* is the district's moment."""
    found = [(REVOKED_AT, _fault("token", None, action="revoke", nth=1))]
    for n, at in enumerate(BURSTS_AT):
        until = _text(now + timedelta(seconds=scale.burst))
        throttle = _fault(f"burst-{n + 1}", None, action="throttle", seconds=scale.retry_after)
        found.append((at, {**throttle, "until": until}))
    until = _text(now + timedelta(seconds=scale.outage))
    found.append((OUTAGE_AT, {**_fault("outage", None, action="drop_before"), "until": until}))
    return sorted(found, key=lambda point: point[0])


@dataclass(slots=True)
class Director:
    """Plays the trouble of one district.

    Attributes:
        played: what struck at a point -> when, in seconds of the machine's monotonic clock.
    """

    district: District
    http: httpx.Client
    sis: str
    scale: Scale
    played: dict[str, float] = field(default_factory=dict)

    def begin(self) -> None:
        """What strikes all night."""
        for fault in standing(self.sis, self.scale):
            self._add(fault)

    def step(self, done: float) -> None:
        """What is due now that the share *done* of the writes is in."""
        for at, fault in points(self.scale, self.district.now()):
            if done >= at and fault["id"] not in self.played:
                self.played[fault["id"]] = time.monotonic()
                self._add(fault)

    def lasts(self) -> str | None:
        """A word for what the SIS suffers just now."""
        now = time.monotonic()
        on = [name for name, at in self.played.items() if now < at + self.scale.lasting(name)]
        return BRIEFLY[on[-1]] if on else None

    def spans(self, began: float) -> list[dict[str, Any]]:
        """What struck at a point: its word, seconds after *began* (monotonic), how long."""
        return [
            {"fault": BRIEFLY[name], "second": at - began, "lasts": self.scale.lasting(name)}
            for name, at in self.played.items()
        ]

    def end(self) -> dict[str, int]:
        """Take everything away; how often each struck."""
        url = f"{self.district.sis}/_mock/faults"
        hits = {f["id"]: f["hits"] for f in self.http.get(url).raise_for_status().json()}
        self.http.delete(url).raise_for_status()
        return hits

    def _add(self, fault: Fault) -> None:
        self.http.post(f"{self.district.sis}/_mock/faults", json=fault).raise_for_status()


def _fault(id_: str, operation: str | None, **more: Any) -> Fault:
    named = {} if operation is None else {"operation": operation}
    return {"id": id_, **named, **more}


def _text(moment: datetime) -> str:
    return moment.isoformat()
