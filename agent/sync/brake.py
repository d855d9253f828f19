"""The brake: count what a run would change, and find what is out of proportion (exit 4).

Pure counting. Below a number of scores or records a share never stops a run, so that small classes
pass.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from agent.decide.plan import GradebookPlan
from agent.errors import UnavailableError
from agent.ledger.pull import PullDiff
from agent.policy import BrakeLimits

_ROSTER_KINDS = ("class", "student", "assessment", "score")
_NEVER_EMPTY = ("class", "student")
_MOVED_IDS, _MOVED_SHARE = 20, 0.01
"""More students than this, and than this share of them, never get other SIS ids in one night."""

CONSECUTIVE_FAILURES = 3
"""Gradebooks in a row that cannot be read before the run ends."""


@dataclass(slots=True)
class Tally:
    """What a plan would write, counted.

    Attributes:
        writes: columns and scores together.
        changes: scores that replace one of ours in the SIS.
        zeros: scores that are B4's 0.
        refused: assignments of ours that are refused now, and were not in the last run.
        columns: assignments that the SIS has from us; only counted where some are refused.
        roster, roster_before: students enrolled now, and at the last look at the same gradebooks.
        failed: why gradebooks could not be read.
    """

    writes: int = 0
    puts: int = 0
    changes: int = 0
    zeros: int = 0
    clears: int = 0
    refused: int = 0
    columns: int = 0
    roster: int = 0
    roster_before: int = 0
    failed: list[str] = field(default_factory=list)

    def as_facts(self) -> dict[str, int]:
        """What the log has of a plan."""
        counts = {"writes": self.writes, "zeros": self.zeros, "clears": self.clears}
        return counts | {"unreadable": len(self.failed)}

    def add(self, plan: GradebookPlan, roster_before: int | None) -> None:
        """Count one gradebook."""
        if plan.failed:
            self.failed.append(plan.failed)
        if plan.roster is not None and roster_before is not None:
            self.roster += plan.roster
            self.roster_before += roster_before
        self.writes += plan.writes
        for column in plan.columns:
            for score in column.scores:
                self.puts += score.op == "put"
                self.zeros += score.zero
                self.clears += score.op == "clear"
                self.changes += score.op == "put" and score.replaces


def source_findings(diff: PullDiff, limits: BrakeLimits) -> tuple[str, ...]:
    """Return what is out of proportion in a pull: an empty source, or one that lost too much."""
    return tuple(_source_findings(diff, limits)) if limits.enabled else ()


def _source_findings(diff: PullDiff, limits: BrakeLimits) -> Iterator[str]:
    for kind in _ROSTER_KINDS:
        before, removed = diff.before.get(kind, 0), diff.removed.get(kind, 0)
        left = before - removed + diff.added.get(kind, 0)
        if kind in _NEVER_EMPTY and before and not left:
            yield f"the source has no {kind} any more (it had {before})"
        elif before >= limits.roster_at_least and _above(removed, limits.removed_share, before):
            yield f"{removed} of {before} {kind} records vanished from the source"
    moved, students = diff.moved_ids, diff.before.get("student", 0)
    if moved > _MOVED_IDS and _above(moved, _MOVED_SHARE, students):
        yield f"{moved} of {students} students have another SIS id than last night"


def plan_findings(tally: Tally, delivered: int, limits: BrakeLimits) -> tuple[str, ...]:
    """Return what is out of proportion in a plan; *delivered* counts our scores in the SIS."""
    return tuple(_plan_findings(tally, delivered, limits)) if limits.enabled else ()


def _plan_findings(tally: Tally, delivered: int, limits: BrakeLimits) -> Iterator[str]:
    # A first run has delivered nothing yet, so its zeros are compared with what it would write.
    written = max(delivered, tally.puts)
    for count, of, share, words in (
        (tally.changes, delivered, limits.changed_share, "scores in the SIS would change"),
        (tally.zeros, written, limits.zero_share, "scores would become 0 for missing work"),
        (tally.clears, delivered, limits.empty_share, "scores would be taken out of the SIS"),
    ):
        if count >= limits.at_least and _above(count, share, of):
            yield f"{count} of {of} {words}"
    if tally.columns >= limits.roster_at_least and _above(
        tally.refused, limits.removed_share, tally.columns
    ):
        yield f"{tally.refused} of {tally.columns} assignments in the SIS would not pass any more"
    before = tally.roster_before
    lost = before - tally.roster
    if before >= limits.roster_at_least and _above(lost, limits.removed_share, before):
        yield f"the SIS roster has {tally.roster} students where it had {before}"


def end_if_unreadable(tally: Tally, plans: Iterable[GradebookPlan]) -> None:
    """End the run where the SIS could be read for no gradebook, or failed for several in a row."""
    in_a_row, read = 0, 0
    for plan in plans if tally.failed else ():
        in_a_row = in_a_row + 1 if plan.failed else 0 if plan.sections else in_a_row
        read += bool(plan.sections) and not plan.failed
        if in_a_row >= CONSECUTIVE_FAILURES:
            break
    if tally.failed and (in_a_row >= CONSECUTIVE_FAILURES or not read):
        raise UnavailableError(
            f"{len(tally.failed)} gradebooks could not be read, the first: {tally.failed[0]}",
            system="sis",
            operation="gather",
        )


def _above(count: int, share: float, of: int) -> bool:
    """Whether *count* is more than the share as it is written: 29 of 100 is not above 0.29."""
    return count > Decimal(str(share)) * of
