"""Metrics that are read from the ledgers: they outlive a restart, and `sync` runs count too."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from threading import Lock
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from agent.config import zone_of
from agent.errors import PassbackError
from agent.ledger import Ledger, ledger_of
from agent.serve.district import District
from agent.serve.schedule.due import pauses
from agent.serve.schedule.nights import due_since, next_run
from agent.serve.schedule.slots import latest_slot

BRAKE = 4
GOOD = frozenset({0, 3})
"""Exit codes of a run that did its work."""

Figures = Mapping[tuple[str, ...], float]
GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "up": ("1 if the ledger can be read, 0 if not.", ()),
    "last_run_timestamp_seconds": ("When the last run began.", ()),
    "last_success_timestamp_seconds": ("When the last run with exit code 0 or 3 began.", ()),
    "last_run_exit_code": ("Exit code of the last run that ended.", ()),
    "last_run_seconds": ("How long the last run took.", ()),
    "last_run_part_seconds": (
        "Of it: a request to the sis or source was under way, a wait as asked (limiter), or own.",
        ("part",),
    ),
    "last_run_requests": ("Requests to the SIS in the last run, read or write.", ("kind",)),
    "brake_tripped": ("1 if the brake stopped the last run.", ()),
    "records": (
        "Records by state and reason code after the last run; one with two codes counts twice.",
        ("kind", "state", "code"),
    ),
    "oldest_undelivered_seconds": (
        "For how long the oldest record has been in a state that is not delivered.",
        ("state",),
    ),
    "open_writes": ("Writes whose outcome is not known yet.", ()),
    "next_run_timestamp_seconds": ("When the next night begins by the clock.", ()),
    "due_since_timestamp_seconds": (
        "When the oldest night was due that no run has made good; nothing while there is none.",
        (),
    ),
    "paused": ("1 while nights by the clock are paused.", ()),
}
"""By name, without the prefix `passback_`: what it says, and its labels besides district."""


class Ledgers(Collector):
    """Asks every ledger at each scrape; what counts all records is kept until the next run.

    Args:
        by_clock: whether nights run by the clock here, so that there is a next one.
    """

    def __init__(
        self,
        districts: Callable[[], Sequence[District]],
        clock: Callable[[], datetime],
        *,
        by_clock: bool,
    ) -> None:
        self._districts, self._clock, self._by_clock = districts, clock, by_clock
        self._kept: dict[str, tuple[str, Figures, Mapping[str, float]]] = {}
        self._lock = Lock()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All gauges of all districts."""
        families = {
            name: GaugeMetricFamily(f"passback_{name}", text, labels=("district", *labels))
            for name, (text, labels) in GAUGES.items()
        }
        with self._lock:
            for district in self._districts():
                for name, figures in self._of(district).items():
                    for labels, value in figures.items():
                        families[name].add_metric((district.key, *labels), value)
        yield from families.values()

    def _of(self, district: District) -> Mapping[str, Figures]:
        settings = district.settings
        try:
            opened = ledger_of(settings, district.environment, read_only=True)
            with closing(opened) as ledger:
                up: dict[str, Figures] = {"up": {(): 1.0}}
                return {**up, **self._runs(district, ledger), **self._schedule(district, ledger)}
        except PassbackError:
            return {"up": {(): 0.0}}

    def _runs(self, district: District, ledger: Ledger) -> Mapping[str, Figures]:
        """What is known of the last night that ended, and of the last good one."""
        last = ledger.runs.last_ended()
        if last is None:
            return {}
        good = last if last["exit_code"] in GOOD else ledger.runs.last_ended(GOOD)
        summary = last["summary"] or {}
        seconds = summary.get("seconds") or {}
        requests = summary.get("requests") or {}
        found: dict[str, Figures] = {
            "last_run_timestamp_seconds": {(): _time(last["at"])},
            "last_success_timestamp_seconds": {(): _time(good["at"])} if good else {},
            "last_run_exit_code": {(): float(last["exit_code"])},
            "last_run_seconds": {(): seconds["total"]} if seconds else {},
            "last_run_part_seconds": {(p,): v for p, v in seconds.items() if p != "total"},
            "last_run_requests": {(kind.removesuffix("s"),): n for kind, n in requests.items()},
            "brake_tripped": {(): float(last["exit_code"] == BRAKE)},
            "open_writes": {(): float(len(ledger.attempts.open()))},
        }
        return {**found, **self._records(district, ledger, last)}

    def _records(
        self, district: District, ledger: Ledger, last: Mapping[str, Any]
    ) -> Mapping[str, Figures]:
        """To count all records takes long in a large district, so it is done once a run."""
        kept = self._kept.get(district.key)
        if kept is None or kept[0] != last["run"]:
            since = {s.value: _time(at) for s, at in ledger.records.undelivered_since()}
            kept = self._kept[district.key] = (last["run"], _counts(ledger, last["run"]), since)
        now = self._clock().timestamp()
        ages: Figures = {(state,): now - since for state, since in kept[2].items()}
        return {"records": kept[1], "oldest_undelivered_seconds": ages}

    def _schedule(self, district: District, ledger: Ledger) -> Mapping[str, Figures]:
        if not self._by_clock:
            return {}
        now, pause = self._clock(), ledger.pauses.current()
        slot = latest_slot(now, district.settings.serve, zone_of(district.settings))
        coming, due = next_run(district, ledger, now), due_since(district, ledger, now)
        return {
            "next_run_timestamp_seconds": {(): coming.timestamp()} if coming else {},
            "due_since_timestamp_seconds": {(): due.timestamp()} if due else {},
            "paused": {(): float(pauses(pause, slot))},
        }


def _counts(ledger: Ledger, run: str) -> Figures:
    """Records by kind, state and each of their codes."""
    found: dict[tuple[str, ...], float] = {}
    for count in ledger.records.counts(run):
        for code in count.codes or ("",):
            key = (count.kind, count.state.value, code)
            found[key] = found.get(key, 0.0) + count.number
    return found


def _time(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp()
