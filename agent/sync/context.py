"""What one run works with, and the gradebooks that it looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agent.decide.facts import UnreadCells, Unresolved
from agent.decide.plan import ColumnKey
from agent.domain import (
    Broken,
    Class,
    SectionId,
)
from agent.ledger import Ledger
from agent.policy import BrakeLimits, Policy, RunDate
from agent.rules import RULES_FOR, Rule
from agent.sis.port import Sis
from agent.sources.port import Source


class Emit(Protocol):
    """Takes events; those of one call are one write."""

    def __call__(self, *events: dict[str, object]) -> None:
        """Take *events*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What one run works with; built by the composition root.

    Attributes:
        workers: gradebooks at work at the same time.
        emit: takes events (mappings of plain values) as they happen; free of student values.
        doubts: columns with a write of which nobody knows yet what became.
        unread: the same of cells, where the rest of the column goes on.
        release: the program's version; another one has every gradebook looked at once.
        rules: what each kind of SIS refuses.
        recheck: every cell of every gradebook is judged, whatever changed.
    """

    run: str
    policy: Policy
    brake: BrakeLimits
    tonight: RunDate
    source: Source
    sis: Sis
    ledger: Ledger
    workers: int
    emit: Emit
    doubts: Mapping[ColumnKey, Unresolved] = field(default_factory=dict)
    unread: UnreadCells = field(default_factory=UnreadCells)
    release: str = ""
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=lambda: RULES_FOR)
    recheck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookWork:
    """A gradebook to look at: its key, its sections, and the Otus classes linked to them.

    `broken` stands for a class whose record cannot be used: then it is the only one.
    """

    key: str
    sections: tuple[SectionId, ...]
    classes: tuple[Class, ...]
    broken: Broken | None = None
