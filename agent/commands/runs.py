"""One run that sends, noted in the ledger from start to end; for `passback sync` and the pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from agent.commands.events import Events
from agent.errors import BrakeError, InterruptedNightError, PassbackError, StoppedError
from agent.report import RunHead, Summary
from agent.sync.context import NightResult, RunContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that the ledger has the end of; only its report is left to show.

    `summary` is None where the run ended early; `error` is what ended it.
    """

    head: RunHead
    code: int
    summary: Summary | None = None
    error: PassbackError | None = None


def noted(
    run: RunContext,
    district: str,
    events: Events,
    night: Callable[[], NightResult],
    *,
    forced: str | None,
) -> Ended:
    """Do a *night* and note it in the ledger; the caller holds the run lock.

    *forced*: the reason given for overriding the brake. No `PassbackError` leaves here.
    """
    ledger, now = run.ledger, run.tonight.now
    ledger.runs.begin(run.id, now, "sync", forced)
    try:
        with _stop_signals_as_errors(run, events):
            result = night()
            summary = Summary.of(ledger.records.totals(run.id))
            summary.too_late = sorted(result.too_late)
    except PassbackError as error:
        findings = {"findings": error.findings} if isinstance(error, BrakeError) else {}
        ledger.runs.end(run.id, now, error.exit_code, {"message": str(error), **findings})
        head = head_of(run, district, events, message=str(error))
        return Ended(head=head, code=error.exit_code, error=error)
    except BaseException:
        ledger.runs.end(run.id, now, PassbackError.exit_code, {"message": "a bug stopped it"})
        raise
    code = _end(run, events, result, summary)
    message = str(result.interrupted or "")
    head = head_of(run, district, events, forced=forced, message=message)
    return Ended(head=head, code=code, summary=summary, error=result.interrupted)


@contextmanager
def _stop_signals_as_errors(run: RunContext, events: Events) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into the error for a run that did, or did not, write anything."""
    # By then the gradebooks at work are done, and no other was begun: the pool sees to that.
    try:
        yield
    except KeyboardInterrupt:
        if events.writes or any(a.run == run.id for a in run.ledger.attempts.open()):
            raise InterruptedNightError("stopped after a write; run again to resume") from None
        raise StoppedError("stopped before anything was written") from None


def _end(run: RunContext, events: Events, result: NightResult, summary: Summary) -> int:
    """Note the run's end in the ledger and the events; return its exit code."""
    code = 5 if result.interrupted else 3 if result.troubled else 0
    counts = {s.value: n for s, n in summary.counts.items()}
    requests = {"reads": events.reads, "writes": events.writes}
    figures = {"counts": counts, "requests": requests, "refusals": dict(summary.refusals)}
    run.ledger.runs.end(run.id, run.tonight.now, code, figures)
    events.end({"event": "report", "run": run.id, "exit_code": code, **figures})
    return code


def head_of(run: RunContext, district: str, events: Events, **more: Any) -> RunHead:
    """What stands above the report of a run."""
    return RunHead(
        run=run.id,
        district=district,
        at=run.tonight.now.astimezone(run.tonight.zone),
        reads=events.reads,
        writes=events.writes,
        **more,
    )
