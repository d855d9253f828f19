"""Follows a night while it runs: its progress, by the mock's journal, and what is to strike it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from load.chaos import FaultInjector
from load.districts import District
from load.locust.processes import Locust
from load.results import journal
from load.results.journal import JournalCounts
from load.vendors import VENDORS

POLL = 0.25
"""Seconds between two looks at the journals."""

Show = Callable[[str], None]
"""Shows a line of progress; one that begins with a space takes the place of the one before."""


@dataclass(slots=True)
class DistrictMonitor:
    """One district while its night runs; `struck`: fault -> how many requests it struck."""

    district: District
    counts: JournalCounts
    faults: FaultInjector | None
    struck: dict[str, int] = field(default_factory=dict)
    finished: bool = False

    def follow(self, http: httpx.Client) -> None:
        """Read what is new in its journal, and inject the faults that are due."""
        results = self.district.results
        if self.finished or not (results / "taken").exists():
            return
        self.finished = (results / "result.json").exists()
        journal.read(self.district.sis, http, self.counts)
        if self.finished:
            self.struck = self.faults.end() if self.faults else {}
        elif self.faults:
            self.faults.step(self.share)

    @property
    def share(self) -> float:
        """The share of the night's writes that is done."""
        work = self.district.workload
        batched = VENDORS[self.counts.sis].batched
        expected = work.columns + (work.columns if batched else work.scores)
        return (self.counts.creates + self.counts.score_writes) / max(1, expected)


def follow(
    monitors: Sequence[DistrictMonitor],
    running: Locust,
    http: httpx.Client,
    show: Show,
    patience: float,
) -> None:
    """Follow the night until every district is done. RuntimeError: it does not come to that.

    Args:
        patience: seconds after which the night is given up.
    """
    began = time.monotonic()
    while True:
        for monitor in monitors:
            monitor.follow(http)
        seconds = time.monotonic() - began
        show(progress(monitors, seconds))
        if all(monitor.finished for monitor in monitors):
            return
        if not running.alive():
            raise RuntimeError(
                "Locust ended before the night did; see locust.log in the report's folder"
            )
        if any((monitor.district.results / "stopped").exists() for monitor in monitors):
            raise RuntimeError("the night was stopped before its end")
        if seconds > patience:
            raise RuntimeError("the night did not end in its window")
        time.sleep(POLL)


def progress(monitors: Sequence[DistrictMonitor], seconds: float) -> str:
    """One line of progress."""
    total = sum(monitor.counts.requests() for monitor in monitors)
    shares = [monitor.share for monitor in monitors]
    words = f"{seconds:6.0f} s  {sum(shares) / len(shares):6.1%} of the writes"
    words += f"  {total} requests, {total / max(seconds, 0.1):.0f}/s"
    done = sum(monitor.finished for monitor in monitors)
    if len(shares) > 1:
        return words + f"  {done} of {len(shares)} districts"
    fault = monitors[0].faults.current() if monitors[0].faults else None
    return words + (f"  trouble: {fault}" if fault else "")


def until_interrupted(running: Locust, show: Show) -> None:
    """Keep Locust's page until Ctrl-C."""
    show(
        f"the night is over; Locust's page stays at {running.url} until Ctrl-C; then it is checked"
    )
    try:
        while running.alive():
            time.sleep(POLL)
    except KeyboardInterrupt:
        return
