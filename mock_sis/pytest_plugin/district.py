"""The district of one test, and the verdict on what was done to its mocks."""

from collections.abc import Callable, Collection
from functools import cache
from typing import TypeVar

from mock_sis.http.contract import contract
from mock_sis.pytest_plugin.clock import Clock
from mock_sis.pytest_plugin.control import Control
from mock_sis.pytest_plugin.mocks import Mock
from mock_sis.pytest_plugin.options import Options
from mock_sis.pytest_plugin.strict import Route, Watch, complaint, latest, report
from mock_sis.server import MOCKS
from mock_sis.world.worlds import Hosted

Kind = TypeVar("Kind", bound=Mock)


class District:
    """Mocks over one world."""

    def __init__(self, url_of: Callable[[str], str], hosted: Hosted, options: Options) -> None:
        """*url_of* starts the mock of a name, where it does not run yet."""
        self._url_of = url_of
        self._zone = hosted.world.zone
        self._options = options
        self._watch = Watch(lambda since: hosted.journal.read(since=since))
        self._judged = 0

    def mock(self, name: str, kind: type[Kind]) -> Kind:
        """The mock *name*, ready to be called."""
        url = self._url_of(name)
        operations = sorted(contract(MOCKS[name].contract).operations)
        clock = Clock(Control(url), self._zone)
        return kind(name, url, clock, self._watch, operations)

    def verdict(self) -> str | None:
        """Why the test fails although its assertions hold; None when it does not.

        Each call is judged once: a later verdict is on what came since.
        """
        calls = self._watch.calls()
        fresh, self._judged = calls[self._judged :], len(calls)
        findings = [
            (call, sentence)
            for call in self._watch.held_against(fresh)
            if (sentence := complaint(call, routes(call.server), readonly=self._options.readonly))
        ]
        return report(findings) if findings and self._options.strict else None

    def let_pass(self) -> str:
        """The last calls, for the report of a test that failed; they are not judged any more."""
        calls = self._watch.calls()
        self._judged = len(calls)
        return latest(calls)


@cache
def routes(name: str) -> Collection[Route]:
    """(method, path) of every operation of a mock."""
    found = contract(MOCKS[name].contract).operations.values()
    return [(operation.method.upper(), operation.path) for operation in found]
