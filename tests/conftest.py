"""Properties here are judged by their claim, not by how busy the machine is."""

import gc
import os
import signal
from datetime import UTC, datetime

import pytest
from hypothesis import settings

from contracts.drift.dates import due

# In CI the same examples every time: a new one is found by the runs of those who can mend it.
settings.register_profile("unhurried", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("unhurried")

pytest_plugins = ["pytester", "tests.browser"]


def pytest_addoption(parser):
    parser.addoption(
        "--soak", type=int, default=1, metavar="N", help="generate N times as many cases, new ones"
    )


def pytest_configure(config):
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
    """Dates by which somebody is to look again: told, and no failure."""
    lines = list(due(datetime.now(UTC).date()))
    if lines:
        terminalreporter.section("dates to look at")
    for line in lines:
        terminalreporter.line(line)


TOGETHER = (
    "tests/containers/",
    "tests/agent/ledger/test_crashes.py",
    "tests/contracts/drift/usage/",
    "tests/load/test_load.py",
    "tests/load/test_planted_faults.py",
)
"""Tests that share something dear to make: a stack of containers, a night."""


def pytest_itemcollected(item):
    if item.config.getoption("--soak") > 1:
        item.add_marker(pytest.mark.timeout(0), append=False)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes long begins first: at the end no worker is left alone with it."""
    items.sort(key=lambda item: [item.get_closest_marker(m) is None for m in ("timeout", "slow")])


def pytest_collection_finish():
    """What is loaded by now stays: to look through it for garbage takes a tenth of a run."""
    gc.collect()
    gc.freeze()


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
