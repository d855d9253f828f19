"""Faults that a test injects, and heals."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from difflib import get_close_matches
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

from mock_sis.pytest_plugin.clock import Moment, as_text
from mock_sis.pytest_plugin.control import Control


class When(TypedDict, total=False):
    """Which calls a fault strikes; without any of these, every call to the mock.

    Attributes:
        operation: an operationId of the contract, with `*` for any characters and `|` between
            several. Where two mocks of one test have it (OneRoster's are in both SIS), it strikes
            at both.
        nth: only the nth matching call, from 1.
        probability: of each matching call, 0 to 1; drawn from the district's seed, so it repeats.
        since: the instant from which it strikes.
        until: the instant from which it strikes no more.
    """

    operation: str
    nth: int
    probability: float
    since: Moment
    until: Moment


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in force. As a context manager it heals at the end of the block."""

    id: str
    _control: Control

    @property
    def seen(self) -> int:
        """Calls that matched so far."""
        return int(self._told().get("seen", 0))

    @property
    def hits(self) -> int:
        """Calls that were struck so far."""
        return int(self._told().get("hits", 0))

    def heal(self) -> None:
        """Strike no more; what it did stays done. Healing twice is fine."""
        if self._told():
            self._control("DELETE", "faults", id=self.id)

    def _told(self) -> Mapping[str, Any]:
        found = (f for f in self._control("GET", "faults") if f["id"] == self.id)
        return next(found, {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.heal()


class Faults:
    """What may go wrong at one mock. Each method puts one fault in force and answers it."""

    def __init__(self, control: Control, zone: tzinfo, operations: Collection[str]) -> None:
        self._control = control
        self._zone = zone
        self._operations = operations

    def status(self, status: int, *, after: bool = False, **when: Unpack[When]) -> Fault:
        """Answer *status* (400 to 599) in the vendor's shape.

        The call is not carried out; with *after* it is, and then this is the answer.
        """
        return self._add("status", when, status=status, when=_moment(after=after))

    def delay(self, seconds: float, **when: Unpack[When]) -> Fault:
        """Wait, in real time, then go on."""
        return self._add("delay", when, seconds=seconds)

    def drop_before(self, **when: Unpack[When]) -> Fault:
        """Cut the connection before anything is done."""
        return self._add("drop_before", when)

    def drop_after(self, **when: Unpack[When]) -> Fault:
        """Do it, and cut the connection before the answer: the caller cannot know."""
        return self._add("drop_after", when)

    def truncate(self, **when: Unpack[When]) -> Fault:
        """Do it, and send half of the answer."""
        return self._add("truncate", when)

    def revoke(self, **when: Unpack[When]) -> Fault:
        """Make all tokens worthless first."""
        return self._add("revoke", when)

    def maintenance(self, *, after: bool = False, **when: Unpack[When]) -> Fault:
        """Answer with the vendor's page for it, which is not JSON; *after* as for a status."""
        return self._add("maintenance", when, when=_moment(after=after))

    def throttle(self, seconds: float = 1, **when: Unpack[When]) -> Fault:
        """Answer 429, and ask to wait for *seconds*."""
        return self._add("throttle", when, seconds=seconds)

    def heal(self) -> None:
        """Remove every fault of the district, those of its other mocks too."""
        self._control("DELETE", "faults")

    def _add(self, action: str, which: When, **more: Any) -> Fault:
        body: dict[str, Any] = {"action": action, **more, **which}
        if "operation" in body:
            self._known(body["operation"])
        for name in {"since", "until"} & body.keys():
            body[name] = as_text(body[name], self._zone)
        return Fault(self._control("POST", "faults", body=body)["id"], self._control)

    def _known(self, patterns: str) -> None:
        """A fault that cannot strike would prove nothing. ValueError: no such operation."""
        for pattern in patterns.split("|"):
            if not any(fnmatchcase(operation, pattern) for operation in self._operations):
                near = get_close_matches(pattern, self._operations) or ["see operations.md"]
                raise ValueError(
                    f"the contract has no operation {pattern!r}; near: {', '.join(near)}"
                )


def _moment(*, after: bool) -> str:
    return "after" if after else "before"
