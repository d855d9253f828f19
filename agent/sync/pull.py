"""Bring the local copy of the source up to date: staged first, then all at once or not at all."""

from agent.errors import BrakeError
from agent.ledger.pulling import Pull, PullDiff
from agent.sync.brake import source_findings
from agent.sync.context import RunContext


def pull(run: RunContext, *, forced: bool) -> PullDiff:
    """Take in everything since the last pull.

    Raises:
        BrakeError: the source is empty or lost too much; the local copy stays as it was.
        UnavailableError: the feed broke off; the local copy and the cursor stay.
    """
    staged = None
    try:
        for page in run.source.pull(run.ledger.cursor()):
            if staged is None:
                staged = run.ledger.begin_pull(snapshot=page.snapshot)
            staged.take(page.changes)
            if page.last:
                return _finish(run, staged, page.cursor, forced=forced)
    except BaseException:
        if staged is not None:
            staged.abort()
        raise
    raise AssertionError("a source must end with a last page")


def _finish(run: RunContext, staged: Pull, cursor: str, *, forced: bool) -> PullDiff:
    diff = staged.diff()
    findings = source_findings(diff, run.brake)
    if findings and not forced:
        raise BrakeError(findings)
    staged.commit(cursor, run.tonight.now)
    run.emit({"event": "pulled", "added": dict(diff.added), "removed": dict(diff.removed)})
    return diff
