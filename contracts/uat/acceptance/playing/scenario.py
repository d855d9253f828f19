"""What a scenario is, and what came of playing it, as values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from contracts.uat.acceptance.playing.play import Play
    from contracts.uat.acceptance.terms import Terms

Nights = Iterator[int]
"""A scenario yields the number of the day whose night it waits for: 0 is the first."""
Where = Literal["Otus", "SIS", "Night", "Group", "Office"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that a district accepts by.

    Attributes:
        id: the rule and a number, such as "B4-1".
        sentences: of the guides, by their numbers in `sentences.toml`.
        title: in a teacher's words.
        acts: plays it; acts of people, then `yield` for a night, then what is expected.
        when: whether it is in the catalogue of a district with these terms.
        alone: it changes more than its own assessment, so it has a world of its own.
    """

    id: str
    title: str
    acts: "Callable[[Play], Nights]"
    when: "Callable[[Terms], bool]"
    sentences: Sequence[str] = ()
    alone: bool = False

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did, and where; `when` is the day in words."""

    when: str
    where: Where
    words: str


@dataclass(frozen=True, slots=True)
class Check:
    """Something expected, and what was found; `when` is the day in words, if it matters."""

    expected: str
    found: str
    ok: bool
    when: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The columns of one assessment over time: rows of cells, under a moment each."""

    title: str
    moments: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


@dataclass(slots=True)
class Outcome:
    """What came of a scenario; `not_played` says why it could not be played."""

    scenario: Scenario
    steps: list[Step] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    not_played: str = ""

    @property
    def verdict(self) -> Literal["passed", "failed", "not played"]:
        """In a word."""
        if self.not_played:
            return "not played"
        ok = bool(self.checks) and all(check.ok for check in self.checks)
        return "passed" if ok else "failed"


def always(terms: "Terms") -> bool:
    """Every district has it."""
    del terms
    return True


@dataclass(slots=True)
class Catalogue:
    """Scenarios in the order in which they are written down."""

    scenarios: list[Scenario] = field(default_factory=list)

    def add(
        self,
        id_: str,
        title: str,
        *sentences: str,
        when: "Callable[[Terms], bool]" = always,
        alone: bool = False,
    ) -> "Callable[[Callable[[Play], Nights]], Callable[[Play], Nights]]":
        """Take the decorated function in as a scenario."""

        def take(acts: "Callable[[Play], Nights]") -> "Callable[[Play], Nights]":
            self.scenarios.append(
                Scenario(
                    id=id_, title=title, acts=acts, when=when, sentences=sentences, alone=alone
                )
            )
            return acts

        return take
