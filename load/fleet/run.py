"""`passback load --profile vendor`: many districts in one window, on a fleet.

Three nights of the same districts: the first reads the rosters and sends nothing, the second is one
worker's, the third that of several; both have as much work.
"""

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx

from contracts.configuration import SECRETS
from load.checks import Check
from load.districts import EVENING, District, Districts, districts
from load.fleet.checks import Found, Night, checks
from load.fleet.cluster import programs
from load.fleet.night import Measured, Place, measure
from load.fleet.postgresql import Server, postgresql
from load.fleet.processes import Clock, Command
from load.monitor import Show
from load.options import Options
from load.results import journal
from load.results.actual import compare
from load.results.expected import Expected, feed
from load.results.journal import JournalCounts
from load.workload import Workload
from mock_sis.credentials import CLIENT_SECRET

T = TypeVar("T")
CORES = os.cpu_count() or 1
DATABASE = "fleet"
AT_ONCE = 4
"""Districts that are looked at, at the same time."""
FLEET = """\
districts = ["districts"]
[database]
url = "{url}"
[hosts]
default = 10_000  # one mock is the SIS of all, and has no limit
"""
MORE = """\
[serve]
at = "{at:%H:%M}"
[ledger]
url = "{url}"
"""


@dataclass(frozen=True, slots=True)
class Report:
    """A load test of a fleet."""

    options: dict[str, Any]
    nights: Sequence[Night]
    checks: Sequence[Check]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    def write(self, out: Path) -> None:
        """Write it as JSON into *out*."""
        plain = {"passed": self.passed, **asdict(self)}
        (out / "fleet.json").write_text(json.dumps(plain, indent=1), encoding="utf-8")


def run_fleet(options: Options, show: Show) -> Report:
    """Play the nights, write the report, and return it.

    RuntimeError: there is no PostgreSQL, or a night did not come to its end.
    """
    options.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-load-")))
        show("starting PostgreSQL")
        server = stack.enter_context(postgresql(folder / "postgresql", programs()))
        show("making the worlds")
        made = stack.enter_context(districts(options.setup(), folder))
        http = stack.enter_context(httpx.Client(timeout=300))
        nights = Nights(options, made, server, http, show)
        played = [nights.rosters(), *map(nights.night, (1, max(2, options.workers)))]
    shown = {**options.shown(), "slots": options.slots, "size": f"{options.size:g}"}
    report = Report(shown, played, checks(played, options.latency / 1000, CORES))
    report.write(options.out)
    return report


class Nights:
    """The nights of the same districts, one a day, on the database `DATABASE` of *server*."""

    def __init__(
        self, options: Options, made: Districts, server: Server, http: httpx.Client, show: Show
    ) -> None:
        self._options, self._made, self._http, self._show = options, made, http, show
        self._day, self._assessments = EVENING, 0
        url = server.create(DATABASE)
        (made.folder / "districts").mkdir()
        for district in made.every:
            district.config = made.folder / "districts" / district.config.name
            district.more = MORE.format(at=EVENING, url=url)
        config = made.folder / "fleet.toml"
        config.write_text(FLEET.format(url=url), encoding="utf-8")
        self._command = Command(config, options.out.absolute(), SECRETS)
        self._place = Place(self._command, server, DATABASE, mocks=lambda: made.mocks)

    def rosters(self) -> Night:
        """The first night: the agents read the rosters, and there is nothing to send."""
        self._made.serve(self._options.latency / 1000)
        # What was due before the tick saw a district is nobody's night.
        self._command.run("tick", "--once", "--at", (self._day - timedelta(hours=1)).isoformat())
        return self._play(1, "rosters")

    def night(self, workers: int) -> Night:
        """A night with work."""
        self._day += timedelta(days=1)
        self._show("tonight's work comes in")
        self._made.add_work(self._day.date(), self._assessments)
        self._assessments += max(district.workload.columns for district in self._made.every)
        self._each(self._set_clock)
        return self._play(workers, "1 worker" if workers == 1 else f"{workers} workers")

    def unchanged(self) -> Night:
        """A night in which there is nothing new."""
        self._day += timedelta(days=1)
        self._each(self._set_clock)
        for district in self._made.every:
            district.workload = Workload()
        return self._play(1, "unchanged")

    def _play(self, workers: int, title: str) -> Night:
        self._each(lambda each: self._http.delete(f"{each.sis}/_mock/journal").raise_for_status())
        self._show(f"the night of {self._day:%d %B}: {title}")
        clock = Clock(self._day + timedelta(seconds=1))
        measured = Measured(workers, self._options.slots)
        measure(self._place, measured, clock, self._day.date(), self._show)
        self._show("what is in the gradebooks")
        return Night(title, measured, self._each(self._found))

    def _set_clock(self, district: District) -> None:
        now = {"now": self._day.isoformat()}
        self._http.put(f"{district.sis}/_mock/clock", json=now).raise_for_status()

    def _found(self, district: District) -> Found:
        """What the mock of a district has now, compared with what Otus says must be there."""
        counts = JournalCounts(self._options.sis)
        journal.read(district.sis, self._http, counts)

        def read(section: str) -> dict[str, Any]:
            answer = self._http.get(f"{district.sis}/_mock/gradebooks/{section}")
            view: dict[str, Any] = answer.raise_for_status().json()
            return view

        expected = Expected.of(feed(district.otus, self._http, CLIENT_SECRET), self._day.date())
        work = district.workload
        return Found.of(district.name, work, counts, compare(expected, read))

    def _each(self, do: Callable[[District], T]) -> list[T]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(do, self._made.every))
