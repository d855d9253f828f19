"""Properties here are judged by their claim, not by how busy the machine is."""

import gc
import os
import signal
from collections import Counter
from datetime import UTC, datetime
from zlib import crc32

import pytest
from hypothesis import settings

from contracts.drift.dates import due

# In CI the same examples every time: a new one is found by the runs of those who can mend it.
settings.register_profile("unhurried", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("unhurried")

pytest_plugins = ["pytester", "tests.browser", "tests.cpu", "tests.postgres"]


def pytest_addoption(parser):
    parser.addoption(
        "--soak", type=int, default=1, metavar="N", help="generate N times as many cases, new ones"
    )
    parser.addoption(
        "--every", action="store_true", help="run every case of tests of which a day runs a share"
    )


DAY = "PASSBACK_TEST_DAY"
"""The number of the day on which the run began, the same in each of its processes."""
LEFT = pytest.StashKey[int]()
"""How many cases are left to other days."""


def pytest_configure(config):
    os.environ.setdefault(DAY, str(datetime.now(UTC).toordinal()))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a script it is
        signal.signal(signal.SIGINT, signal.default_int_handler)
    many = config.getoption("--soak")
    if many > 1:
        settings.register_profile("soak", deadline=None, max_examples=100 * many)
        settings.load_profile("soak")


def pytest_generate_tests(metafunc):
    mark = metafunc.definition.get_closest_marker("seeds")
    if mark:
        many = mark.args[0] * metafunc.config.getoption("--soak")
        metafunc.parametrize("seed", range(1, many + 1))


def pytest_terminal_summary(terminalreporter):
    """What is told and no failure: what was left out, dates to look at, and recovery times."""
    left = terminalreporter.config.stash.get(LEFT, 0)
    told = {
        "cases of other days": [f"{left} cases run on other days; --every runs all"] * bool(left),
        "dates to look at": list(due(datetime.now(UTC).date())),
        "recovery of a fleet": list(_measured(terminalreporter)),
    }
    for title, lines in told.items():
        if lines:
            terminalreporter.section(title)
        for line in lines:
            terminalreporter.line(line)


def _measured(terminalreporter):
    """What tests of a fleet measured, in the order of their names."""
    passed = sorted(terminalreporter.getreports("passed"), key=lambda report: report.nodeid)
    for report in passed:
        if report.when == "call":
            yield from (str(text) for name, text in report.user_properties if name == "recovery")


TOGETHER = (
    "tests/containers/",
    "tests/agent/ledger/test_crashes.py",
    "tests/contracts/drift/usage/",
    "tests/contracts/uat/report/test_page.py",
    "tests/load/test_load.py",
    "tests/load/test_planted_faults.py",
    "tests/meta/test_planted_faults.py",
    "tests/release/",
)
"""Tests that share something dear to make: containers, a night, a copy of the sources, a wheel."""


def pytest_itemcollected(item):
    if item.config.getoption("--soak") > 1:
        item.add_marker(pytest.mark.timeout(0), append=False)


def left_to_other_days(items):
    """The cases of tests with `share(N)` that are not of this day: in N days each of them runs."""
    seen = Counter()
    for item in items:
        if share := item.get_closest_marker("share"):
            test = item.nodeid.partition("[")[0]
            turn = crc32(test.encode()) + seen[test] + int(os.environ[DAY])
            seen[test] += 1
            if turn % share.args[0] != 0:
                yield item


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """What takes long begins first: at the end no worker is left alone with it."""
    if not (config.getoption("--every") or any("::" in arg for arg in config.args)):
        later = set(left_to_other_days(items))
        config.hook.pytest_deselected(items=later)
        config.stash[LEFT] = len(later)
        if hasattr(config, "workeroutput"):  # xdist's way from a worker to who waits for it
            config.workeroutput["left"] = len(later)
        items[:] = [item for item in items if item not in later]
    items.sort(key=lambda item: [item.get_closest_marker(m) is None for m in ("timeout", "slow")])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[LEFT] = getattr(node, "workeroutput", {}).get("left", 0)


@pytest.hookimpl(tryfirst=True)
def pytest_collection():
    """What is loaded stays: to look through it for garbage takes a tenth of a run, and now too."""
    gc.disable()


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `--dist loadscope` each of `TOGETHER` keeps to one worker, and all else goes one by one.

    (xdist's own groups do not reach the node ids of pytest 9.2.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)

    return Together(config, log) if config.getvalue("dist") == "loadscope" else None
