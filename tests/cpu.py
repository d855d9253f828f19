"""Which files of tests take the CPU: a run ends by telling it, so that growth is seen.

Seconds of CPU, of the test's process and of those it started and waited for; how busy the machine
is makes little of them.
"""

from collections import Counter
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import pytest

SHOWN = 12
LEAST = 60
"""Seconds; a run that took less of them is nobody's trouble."""


class Cpu:
    """What each file took, told by the workers in the reports of their tests."""

    def __init__(self) -> None:
        self._spent: Counter[str] = Counter()
        self._before = used()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item):
        try:
            return (yield)
        finally:
            now = used()
            item.user_properties.append(("cpu", now - self._before))
            self._before = now

    def pytest_runtest_logreport(self, report):
        if report.when == "teardown":
            self._spent[report.nodeid.partition("::")[0]] += dict(report.user_properties)["cpu"]

    def pytest_terminal_summary(self, terminalreporter):
        if (whole := self._spent.total()) < LEAST:
            return
        terminalreporter.section(f"{whole:.0f} s of CPU in tests, most of it in")
        for file, seconds in self._spent.most_common(SHOWN):
            terminalreporter.line(f"{seconds:7.1f} s  {file}")


def used() -> float:
    """Seconds of CPU that this process and its children have had."""
    usages = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in usages)


def pytest_configure(config):
    config.pluginmanager.register(Cpu(), "cpu a file")
