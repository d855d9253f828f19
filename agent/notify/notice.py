"""What a notice says of a run: counts and codes, no person's data; pure.

Titles are left out too: a mail lies in many places, and a teacher may put a name in a title.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from agent.records import DELIVERED, State
from agent.report import IN_ORDER
from agent.rules.codes import Code, Who
from agent.settings import When

ENDINGS: Mapping[int, str] = {
    0: "done",
    3: "done, and some records need a person",
    4: "stopped by the brake, nothing was sent",
    5: "interrupted, the next run goes on from there",
    6: "not possible, the source or the SIS was not there; nothing was sent",
    10: "not possible, something is wrong with the set-up; nothing was sent",
    11: "not begun, another run was at work",
    130: "stopped before anything was sent",
}
"""Exit code -> how the run ended, in words."""
_PARKED = "parked, no night begins until somebody resumes it"
_TEST = "a test, no run took place"
_FAULT = "a fault of Passback stopped it, the next run goes on from there"
CAME_TO_ITS_END = frozenset({0, 3})
MOST = 10
"""Reasons that a notice lists."""
_CODES = {code.value: code for code in Code}


class News(Protocol):
    """What a mail or a webhook tells of."""

    @property
    def id(self) -> str:
        """The same for every attempt, by which a receiver that has it already can tell."""
        ...

    @property
    def at(self) -> datetime:
        """Of what moment it is."""
        ...

    @property
    def subject(self) -> str:
        """The subject of a mail."""
        ...

    def concerns(self, when: When) -> bool:
        """Whether this goes to somebody who wants to hear *when*."""
        ...

    def as_text(self) -> str:
        """The whole, for a person."""
        ...

    def as_json(self) -> Mapping[str, Any]:
        """The body of a webhook; `text` is what programs for chats show."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One run, as those hear of it whom it concerns.

    Attributes:
        run: its id; empty where it was never begun.
        planned: a shadow night, which sent nothing: counts are what would be sent.
        parked: no run either: the district was given up after several lost tries.
        test: no run at all, so it goes to everybody.
        why: what ended it early, in our words.
        reasons: how many records each code keeps back.
        links: what a reader may want to open, by name.
    """

    run: str
    district: str
    at: datetime
    code: int
    why: Sequence[str] = ()
    counts: Mapping[State, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    planned: bool = False
    parked: bool = False
    test: bool = False

    @property
    def id(self) -> str:
        """That of the run; one that was never begun has none."""
        return self.run or f"{self.district}-{self.at:%Y%m%dT%H%M%S%z}"

    @property
    def ending(self) -> str:
        """How the run ended, in words."""
        if self.parked:
            return _PARKED
        return _TEST if self.test else ENDINGS.get(self.code, _FAULT)

    @property
    def delivered(self) -> int:
        """How many records the run brought into the SIS or took out of it."""
        return sum(n for state, n in self.counts.items() if state in DELIVERED)

    def concerns(self, when: When) -> bool:
        """Whether this goes to somebody who wants to hear *when*."""
        trouble = self.test or self.code != 0
        return trouble or when == "always" or (when == "something" and self.delivered > 0)

    @property
    def subject(self) -> str:
        """The subject of a mail."""
        return f"Passback {self.district}: {self.ending.partition(',')[0]}, {self._sent()}"

    def _sent(self) -> str:
        if self.planned:
            return f"nothing sent, {self.delivered} would be"
        return f"{self.delivered} sent" if self.delivered else "nothing sent"

    def as_text(self) -> str:
        """The whole, for a person."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"{self.district}, {self.at:%a %Y-%m-%d %H:%M %Z}: {self.ending} (exit {self.code})"
        yield from (f"  {line}" for line in self.why)
        if self.counts:
            yield ""
            yield (
                "Records by state, if this night had sent:" if self.planned else "Records by state:"
            )
            yield from (f"{self.counts[s]:>8}  {s.value}" for s in IN_ORDER if self.counts.get(s))
        if self.reasons:
            yield ""
            yield "Most frequent reasons:"
            for each in self._reasons():
                yield f"{each['records']:>8}  {each['meaning']} ({each['code']})"
                who = "" if each["who"] == Who.NOBODY else f" Who can do it: {each['who']}."
                yield f"{'':>10}{each['remedy']}{who}"
        if self.links:
            yield ""
            yield from (f"{name}: {url}" for name, url in self.links.items())

    def _reasons(self) -> Iterator[Mapping[str, Any]]:
        """The most frequent ones; what nobody has to do anything about comes last."""
        known = [(_CODES[name], n) for name, n in self.reasons.items() if name in _CODES]
        known.sort(key=lambda item: (item[0].who is Who.NOBODY, -item[1], item[0]))
        for code, number in known[:MOST]:
            yield {
                "code": code.value,
                "records": number,
                "meaning": code.meaning,
                "remedy": code.remedy,
                "who": code.who.value,
            }

    def as_json(self) -> Mapping[str, Any]:
        """The body of a webhook; `text` is what programs for chats show."""
        return {
            "text": f"{self.subject}\n{self.as_text()}",
            "run": self.run,
            "district": self.district,
            "at": self.at.isoformat(),
            "exit_code": self.code,
            "ending": self.ending,
            "planned": self.planned,
            "test": self.test,
            "why": list(self.why),
            "counts": {s.value: self.counts[s] for s in IN_ORDER if self.counts.get(s)},
            "reasons": list(self._reasons()),
            "links": dict(self.links),
        }
