"""What one run works with, one gradebook's part of the work, and what comes of the run."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agent.decide.facts import UnreadCells, Unresolved
from agent.decide.plan import GradebookPlan
from agent.domain import Broken, Class, SectionId
from agent.errors import InterruptedNightError, StoppedError
from agent.ledger import Ledger
from agent.ledger.pull import Pull
from agent.policy import BrakeLimits, Policy, RunDate, run_date
from agent.records import ColumnKey, RecordKey
from agent.report import Summary
from agent.rules import RULES_FOR
from agent.rules.assessments import Rule
from agent.settings import Settings
from agent.sis.port import Sis
from agent.sources.port import Source
from agent.sync.plan_file import PlanFile


class Emit(Protocol):
    """Takes events; those of one call are one write."""

    def __call__(self, *events: dict[str, object]) -> None:
        """Take *events*."""


@dataclass(frozen=True, slots=True)
class ShadowNight:
    """One of the first nights of a district, which are plans only."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"shadow night {self.number} of {self.of}: nothing was sent"


def shadow_night(settings: Settings, ledger: Ledger, tonight: RunDate) -> ShadowNight | None:
    """Return which shadow night a run of *tonight* is; None: it sends.

    Runs of one local date are one night. A district that ever sent anything has none any more.
    """
    if not settings.shadow_nights or ledger.runs.sent_before():
        return None
    until = settings.policy.night_belongs_until
    nights = {run_date(at, tonight.zone, until).night for at in ledger.runs.shadow_runs()}
    number = len(nights - {tonight.night}) + 1
    return ShadowNight(number, settings.shadow_nights) if number <= settings.shadow_nights else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What one run works with; `commands.build` makes it.

    Attributes:
        workers: gradebooks that are decided or written at the same time.
        emit: takes events as they happen, mappings of plain values without student values.
        clock: seconds that go on while the machine, or this process, stands still.
        unresolved: columns whose last write has an unknown outcome.
        unread: cells whose last write has an unknown outcome; the rest of their column goes on.
        release: the program's version; another one makes every gradebook due once.
        rules: the rules for each kind of SIS.
        recheck: decide every gradebook, whatever changed.
        only: write and state these records alone; None: all. What is due stays due.
        stop: whether to end after the gradebooks at work.
        shadow: this run is to send nothing.
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
    clock: Callable[[], float]
    unresolved: Mapping[ColumnKey, Unresolved] = field(default_factory=dict)
    unread: UnreadCells = field(default_factory=UnreadCells)
    release: str = ""
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=lambda: RULES_FOR)
    recheck: bool = False
    only: Collection[RecordKey] | None = None
    stop: Callable[[], bool] = lambda: False
    shadow: ShadowNight | None = None

    def go_on(self) -> None:
        """Raise `StoppedError` once the run was told to stop."""
        if self.stop():
            raise StoppedError("told to stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookWork:
    """A gradebook to decide: its key, its sections, and the Otus classes linked to them.

    Where `broken` is set, it is the record of the only class, which cannot be used.
    """

    key: str
    sections: tuple[SectionId, ...]
    classes: tuple[Class, ...]
    broken: Broken | None = None


class Reviewed(Protocol):
    """A plan that a person has looked at: a run of it writes nothing else."""

    def check_source(self, staged: Pull) -> None:
        """Raise `StalePlanError` if the source is not as it was."""

    def check_night(self, fingerprint: str, plan_file: PlanFile) -> str:
        """Raise `StalePlanError` if the night would write what is not in the plan.

        Return a remark for the report: what of the plan is left out; empty if nothing.
        """
        ...

    def as_reviewed(self, plan: GradebookPlan) -> GradebookPlan:
        """Return *plan*, and what its gradebook held when it was reviewed."""
        ...


@dataclass(slots=True)
class NightResult:
    """The result of a run.

    Attributes:
        troubled: some record was rejected or failed (exit 3).
        interrupted: the SIS stopped answering after a write (exit 5); the report is still true.
        too_late: assessments whose grading period closed within the last 24 hours.
        remark: a sentence for the report.
        planned: of a shadow night, what a run would have come to.
        findings: of a shadow night, why the brake would have stopped it.
    """

    troubled: bool = False
    interrupted: InterruptedNightError | None = None
    too_late: list[str] = field(default_factory=list)
    remark: str = ""
    planned: Summary | None = None
    findings: tuple[str, ...] = ()
