"""Follows a night while it is played: its progress, by the mock's journal, and its trouble."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from load import journal
from load.district import District
from load.journal import Tally
from load.locust_run import Locust
from load.trouble import Director
from load.vendors import VENDORS

POLL = 0.25

Say = Callable[[str], None]


@dataclass(slots=True)
class Watch:
    """One district while its night is played; `struck`: how often each fault did."""

    district: District
    tally: Tally
    director: Director | None
    struck: dict[str, int] = field(default_factory=dict)
    finished: bool = False

    def follow(self, http: httpx.Client) -> None:
        """Read on in its journal, and let happen what is due."""
        results = self.district.results
        if self.finished or not (results / "taken").exists():
            return
        self.finished = (results / "result.json").exists()
        journal.read(self.district.sis, http, self.tally)
        if self.finished:
            self.struck = self.director.end() if self.director else {}
        elif self.director:
            self.director.step(self.share)

    @property
    def share(self) -> float:
        """How much of the night's writes is done."""
        due = self.district.due
        expected = due.columns + (due.columns if VENDORS[self.tally.sis].batched else due.marks)
        return (self.tally.creates + self.tally.score_writes) / max(1, expected)


def follow(
    watches: Sequence[Watch], running: Locust, http: httpx.Client, say: Say, patience: float
) -> None:
    """Follow the night until every district is done. RuntimeError: it never comes to that."""
    began = time.monotonic()
    while True:
        for watch in watches:
            watch.follow(http)
        seconds = time.monotonic() - began
        say(progress(watches, seconds))
        if all(watch.finished for watch in watches):
            return
        if not running.alive():
            raise RuntimeError(
                "Locust ended before the night did; see locust.log in the report's folder"
            )
        if any((watch.district.results / "stopped").exists() for watch in watches):
            raise RuntimeError("the night was stopped before its end")
        if seconds > patience:
            raise RuntimeError("the night did not end in its window")
        time.sleep(POLL)


def progress(watches: Sequence[Watch], seconds: float) -> str:
    """One line of it."""
    total = sum(watch.tally.requests() for watch in watches)
    shares = [watch.share for watch in watches]
    words = f"{seconds:6.0f} s  {sum(shares) / len(shares):6.1%} of the writes"
    words += f"  {total} requests, {total / max(seconds, 0.1):.0f}/s"
    done = sum(watch.finished for watch in watches)
    if len(shares) > 1:
        return words + f"  {done} of {len(shares)} districts"
    trouble = watches[0].director.lasts() if watches[0].director else None
    return words + (f"  trouble: {trouble}" if trouble else "")


def until_interrupted(running: Locust, say: Say) -> None:
    """Keep Locust's page until Ctrl-C."""
    say(f"the night is over; Locust's page stays at {running.url} until Ctrl-C, then it is judged")
    try:
        while running.alive():
            time.sleep(POLL)
    except KeyboardInterrupt:
        return
