"""Bring the local copy of the source up to date: staged first, then all at once or not at all."""

from agent.errors import BrakeError
from agent.ledger.pull import Pull, PullDiff
from agent.sync.brake import source_findings
from agent.sync.context import Kit


def pull(kit: Kit, *, forced: bool) -> PullDiff:
    """Take in everything since the last pull.

    Raises:
        BrakeError: the source is empty or lost too much; the local copy stays as it was.
        UnavailableError: the feed broke off; the local copy and the cursor stay.
    """
    staged = None
    try:
        for page in kit.source.pull(kit.ledger.source.cursor()):
            if staged is None:
                staged = kit.ledger.source.begin_pull(snapshot=page.snapshot)
            staged.take(page.changes)
            if page.last:
                return _finish(kit, staged, page.cursor, forced=forced)
    except BaseException:
        if staged is not None:
            staged.abort()
        raise
    raise AssertionError("a source must end with a last page")


def _finish(kit: Kit, staged: Pull, cursor: str, *, forced: bool) -> PullDiff:
    diff = staged.diff()
    findings = source_findings(diff, kit.brake)
    if findings and not forced:
        raise BrakeError(findings)
    staged.commit(cursor, kit.tonight.now)
    kit.emit({"event": "pulled", "added": dict(diff.added), "removed": dict(diff.removed)})
    return diff
