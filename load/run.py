"""A load test from its worlds to its report: prepare, run the night, run again, compare, check."""

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from load.chaos import FaultInjector
from load.checks import Limits, checks
from load.districts import EVENING, District, Districts, districts
from load.locust.processes import locust
from load.monitor import DistrictMonitor, Show, follow, until_interrupted
from load.options import Options, Setup
from load.profiles import Night
from load.report.facts import Facts, facts
from load.report.files import write
from load.results import journal
from load.results.actual import Comparison, compare
from load.results.agent_run import sync
from load.results.expected import Expected, feed
from load.results.journal import JournalCounts
from load.results.ledger import count_ledger
from load.results.result import Result
from load.results.timeline import Timeline
from mock_sis.credentials import CLIENT_SECRET

T = TypeVar("T")


def run(options: Options, show: Show) -> Facts:
    """Run the load test, write its report, and return what is in it.

    RuntimeError: the night did not come to its end.
    """
    began = datetime.now(UTC)
    setup = options.setup()
    results = run_nights(setup, options.out, show)
    served = [result.journal.service for result in results if result.journal.service]
    limits = Limits.of(setup, measured=sum(served) / max(1, len(served)))
    shown = {**options.shown(), "began": f"{began:%Y-%m-%d %H:%M} UTC"}
    found = facts(shown, results, checks(results, limits), limits)
    write(found, options.out)
    return found


def run_nights(setup: Setup, out: Path, show: Show) -> list[Result]:
    """Run every district's night, one result each. RuntimeError: one did not come to its end."""
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-load-")))
        http = stack.enter_context(httpx.Client(timeout=300))
        show("making the worlds")
        made = stack.enter_context(districts(setup, folder))
        if any(volume.night is not Night.BACKFILL for volume in setup.volumes):
            show("the evening before: the agent reads the roster")
            made.serve(latency=0)
            _each(made, lambda district: sync(district, folder))
        show("tonight's work comes in")
        made.add_work(EVENING.date())
        made.serve(setup.latency)
        for district in made.every:
            http.delete(f"{district.sis}/_mock/journal").raise_for_status()
        monitors = {m.district.name: m for m in _night(made, out, http, show)}
        show("the run after it, and the gradebooks")
        return _each(made, lambda district: _result(made, monitors[district.name], http))


def _night(made: Districts, out: Path, http: httpx.Client, show: Show) -> list[DistrictMonitor]:
    """Run the measured night under Locust; return the monitor of each district, in order."""
    setup = made.setup
    plan = made.write_plan(at_once=setup.at_once, background=setup.background)
    monitors = [_monitor(setup, district, http) for district in made.every]
    users = setup.at_once + 2 * setup.background
    with locust(plan, out, users=users, setup=setup.locust) as running:
        if running.url:
            show(f"Locust is at {running.url}")
        follow(monitors, running, http, show, setup.patience)
        if running.url:
            until_interrupted(running, show)
    return monitors


def _monitor(setup: Setup, district: District, http: httpx.Client) -> DistrictMonitor:
    """Make the monitor of one district; the faults that strike all night begin."""
    trouble, faults = setup.trouble, None
    wait = trouble.retry_after if trouble else 0
    counts = JournalCounts(setup.sis, retry_after=wait, one_by_one=setup.connections == 1)
    if trouble:
        faults = FaultInjector(district.sis, setup.sis, trouble, http, district.now)
        faults.begin()
    return DistrictMonitor(district, counts, faults)


def _result(made: Districts, monitor: DistrictMonitor, http: httpx.Client) -> Result:
    """Run again without trouble, and compare what is in the gradebooks."""
    district = monitor.district
    timeline = Timeline.read(district.results)
    untroubled = timeline.night["runs"][-1]["code"] == 0
    after = None if untroubled else sync(district, made.folder)
    journal.read(district.sis, http, monitor.counts)
    second = sync(district, made.folder)
    began = timeline.night["began"]
    return Result(
        district=district,
        timeline=timeline,
        journal=monitor.counts,
        comparison=_comparison(district, http),
        ledger=count_ledger(district.ledger),
        after=after,
        second=second,
        struck=monitor.struck,
        spans=monitor.faults.spans(began) if monitor.faults else [],
    )


def _comparison(district: District, http: httpx.Client) -> Comparison:
    def read(section: str) -> dict[str, Any]:
        answer = http.get(f"{district.sis}/_mock/gradebooks/{section}")
        view: dict[str, Any] = answer.raise_for_status().json()
        return view

    return compare(Expected.of(feed(district.otus, http, CLIENT_SECRET), EVENING.date()), read)


def _each(made: Districts, do: Callable[[District], T]) -> list[T]:
    """Do something for every district, several at a time; the results are in their order."""
    with ThreadPoolExecutor(made.setup.at_once) as pool:
        return list(pool.map(do, made.every))
