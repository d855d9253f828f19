"""The brake: findings that stop a night before anything is sent (exit 4); pure counting.

A share never stops a night below a number of marks or records, so that small classes pass.
"""

from collections.abc import Iterator
from decimal import Decimal

from agent.ledger.pull import PullDiff
from agent.policy import BrakeLimits
from agent.sync.tally import Tally

_ROSTER_KINDS = ("class", "student", "assessment", "score")
_NEVER_EMPTY = ("class", "student")
_MOVED_IDS, _MOVED_SHARE = 20, 0.01
"""More students than this, and than this share of them, never get other SIS ids in one night."""


def source_findings(diff: PullDiff, limits: BrakeLimits) -> tuple[str, ...]:
    """What is out of proportion in a pull: an empty source, or one that lost too much."""
    return tuple(_source_findings(diff, limits)) if limits.enabled else ()


def _source_findings(diff: PullDiff, limits: BrakeLimits) -> Iterator[str]:
    for kind in _ROSTER_KINDS:
        before, removed = diff.before.get(kind, 0), diff.removed.get(kind, 0)
        left = before - removed + diff.added.get(kind, 0)
        if kind in _NEVER_EMPTY and before and not left:
            yield f"the source has no {kind} any more (it had {before})"
        elif before >= limits.roster_at_least and _above(removed, limits.removed_share, before):
            yield f"{removed} of {before} {kind} records vanished from the source"
    if _ids_moved(diff):
        students = diff.before.get("student", 0)
        yield f"{diff.moved_ids} of {students} students have another SIS id than last night"


def _ids_moved(diff: PullDiff) -> bool:
    moved, students = diff.moved_ids, diff.before.get("student", 0)
    return moved > _MOVED_IDS and _above(moved, _MOVED_SHARE, students)


def plan_findings(tally: Tally, held: int, limits: BrakeLimits) -> tuple[str, ...]:
    """What is out of proportion in a plan; *held* is the number of marks the SIS has from us."""
    return tuple(_plan_findings(tally, held, limits)) if limits.enabled else ()


def _plan_findings(tally: Tally, held: int, limits: BrakeLimits) -> Iterator[str]:
    everything = max(held, tally.puts)
    for count, of, share, words in (
        (tally.changes, held, limits.changed_share, "marks that the SIS holds would change"),
        (tally.zeros, everything, limits.zero_share, "marks would become 0 without a score"),
        (tally.clears, held, limits.empty_share, "marks would be taken back"),
    ):
        if count >= limits.at_least and _above(count, share, of):
            yield f"{count} of {of} {words}"
    if _halved(tally, limits):
        yield f"the SIS roster has {tally.roster} students where it had {tally.roster_before}"


def _halved(tally: Tally, limits: BrakeLimits) -> bool:
    before = tally.roster_before
    lost = before - tally.roster
    return before >= limits.roster_at_least and _above(lost, limits.removed_share, before)


def _above(count: int, share: float, of: int) -> bool:
    """Whether *count* is more than the share as it is written: 29 of 100 is not above 0.29."""
    return count > Decimal(str(share)) * of
