"""What one run works with, one gradebook's part of the work, and what comes of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agent.decide.facts import UnreadCells, Unresolved
from agent.decide.plan import ColumnKey
from agent.domain import Broken, Class, SectionId
from agent.errors import InterruptedNightError
from agent.ledger import Ledger
from agent.policy import BrakeLimits, Policy, RunDate
from agent.rules import RULES_FOR
from agent.rules.assessments import Rule
from agent.sis.port import Sis
from agent.sources.port import Source


class Emit(Protocol):
    """Takes events; those of one call are one write."""

    def __call__(self, *events: dict[str, object]) -> None:
        """Take *events*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What one run works with; `commands.build` makes it.

    Attributes:
        workers: gradebooks that are decided or written at the same time.
        emit: takes events as they happen, mappings of plain values without student values.
        unresolved: columns whose last write has an unknown outcome.
        unread: cells whose last write has an unknown outcome; the rest of their column goes on.
        release: the program's version; another one makes every gradebook due once.
        rules: the rules for each kind of SIS.
        recheck: decide every gradebook, whatever changed.
    """

    id: str
    policy: Policy
    brake: BrakeLimits
    tonight: RunDate
    source: Source
    sis: Sis
    ledger: Ledger
    workers: int
    emit: Emit
    unresolved: Mapping[ColumnKey, Unresolved] = field(default_factory=dict)
    unread: UnreadCells = field(default_factory=UnreadCells)
    release: str = ""
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=lambda: RULES_FOR)
    recheck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookWork:
    """A gradebook to decide: its key, its sections, and the Otus classes linked to them.

    Where `broken` is set, it is the record of the only class, which cannot be used.
    """

    key: str
    sections: tuple[SectionId, ...]
    classes: tuple[Class, ...]
    broken: Broken | None = None


@dataclass(slots=True)
class NightResult:
    """The result of a run.

    Attributes:
        troubled: some record was rejected or failed (exit 3).
        interrupted: the SIS stopped answering after a write (exit 5); the report is still true.
        too_late: assessments whose grading period closed within the last 24 hours.
    """

    troubled: bool = False
    interrupted: InterruptedNightError | None = None
    too_late: list[str] = field(default_factory=list)
