"""What a test is failed for although its own assertions hold: calls that no real SIS would take.

An address that the contract does not have, a request that breaks it, a 5xx that no injected fault
explains, and, in a test marked `readonly`, any write. A refusal by state (401, 404, 409, 422) is
the SIS's ordinary answer and the test's own affair.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from mock_sis.pytest_plugin.journal import Call, call_of

BROKEN = {400, 405, 406, 415}
"""Statuses by which a server says that the request itself is wrong."""

LATEST = 20

Route = tuple[str, str]
"""Method and path of an operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Calls that are not held against the test: those that fit everything given here."""

    server: str
    operation: str | None
    method: str | None
    path: str | None
    status: int | None

    def fits(self, call: Call) -> bool:
        """Whether *call* is meant."""
        return (
            call.server == self.server
            and (self.operation is None or fnmatchcase(call.operation or "", self.operation))
            and (self.method is None or call.method == self.method.upper())
            and (self.path is None or fnmatchcase(call.path, self.path))
            and (self.status is None or call.status == self.status)
        )


class Watch:
    """Remembers every call of a district, also those that the test had the mock forget.

    Args:
        read: the entries of the district's journal behind a number, oldest first.
    """

    def __init__(self, read: Callable[[int], Sequence[Mapping[str, Any]]]) -> None:
        self._read = read
        self._since = 0
        self._seen: list[Call] = []
        self.allowed: list[Allowance] = []

    def calls(self) -> list[Call]:
        """Everything so far, oldest first."""
        for entry in self._read(self._since):
            self._seen.append(call_of(entry))
            self._since = self._seen[-1].number
        return list(self._seen)

    def journal_changed(self) -> None:
        """The district has become another state of its own, its journal too."""
        entries = self._read(0)
        self._since = entries[-1]["seq"] if entries else 0

    def held_against(self, calls: Iterable[Call]) -> list[Call]:
        """Those that no allowance covers."""
        return [call for call in calls if not any(one.fits(call) for one in self.allowed)]


def complaint(call: Call, routes: Collection[Route], *, readonly: bool) -> str | None:
    """What is wrong with *call*, as a sentence; *routes* are its contract's methods and paths."""
    if call.operation is None:
        return _no_such_address(call, routes)
    if call.problems or (call.status in BROKEN and not call.injected):
        return "breaks the contract: " + ("; ".join(call.problems) or call.reason)
    if readonly and call.write:
        return "is a write, and the test is marked readonly"
    if not call.injected and (call.status is None or call.status >= 500):
        why = f": {call.reason}" if call.reason else ""
        return f"failed, and no fault that the test injected explains it{why}"
    return None


def report(findings: Sequence[tuple[Call, str]]) -> str:
    """The message with which a test fails."""
    counted = Counter(
        (call.server, f"{call.method} {call.path} -> {call.status or 'cut'}", sentence)
        for call, sentence in findings
    )
    lines = ["the mocks object, though the assertions of the test hold:"]
    for (server, told, sentence), times in counted.items():
        often = f" ({times} times)" if times > 1 else ""
        lines += ["", f"  {server}: {told}{often}", f"      {sentence}"]
    return "\n".join([*lines, "", f"If that is meant: {_permit(*findings[0])}"])


def latest(calls: Sequence[Call]) -> str:
    """The last calls, to be shown with a test that failed."""
    left = len(calls) - LATEST
    told = [f"{call.server}: {call}" for call in calls[-LATEST:]]
    return "\n".join([f"... {left} earlier calls", *told] if left > 0 else told)


def _permit(call: Call, sentence: str) -> str:
    if "marked readonly" in sentence:
        return f'{call.server}_mock.allow(operation="{call.operation}")'
    which = f'operation="{call.operation}"' if call.operation else f'path="{call.path}"'
    status = f", status={call.status}" if call.status else ""
    return f"{call.server}_mock.allow({which}{status}), or @pytest.mark.passback(strict=False)"


def _no_such_address(call: Call, routes: Collection[Route]) -> str:
    here = call.path.casefold()  # OneRoster takes a path in any case
    others = [method for method, path in routes if _filled(path, call.path).casefold() == here]
    if others:
        return f"the contract has this address, but only for {', '.join(sorted(others))}"
    told = "the contract has no such address"
    filled = {_filled(path, call.path): path for _, path in routes}
    near = get_close_matches(call.path, filled, n=1, cutoff=0.8)
    return f"{told}; near: {filled[near[0]]}" if near else told


def _filled(template: str, path: str) -> str:
    """The template with the segments of *path* for its parameters, where both are as long."""
    wanted, given = template.split("/"), path.split("/")
    if len(wanted) != len(given):
        return template
    pairs = zip(wanted, given, strict=True)
    return "/".join(have if want.startswith("{") else want for want, have in pairs)
