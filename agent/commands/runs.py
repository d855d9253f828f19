"""One run that sends, noted in the ledger from start to end; for `passback sync` and the pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from agent.commands.events import Events
from agent.errors import BrakeError, InterruptedNightError, PassbackError, StoppedError
from agent.log import lines as log
from agent.notify.notice import Notice
from agent.records import RecordState
from agent.report import IN_ORDER, RunHead, Summary, json_chunks, text
from agent.sync.context import NightResult, RunContext
from agent.traces import spans


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
    command: str = "sync",
) -> Ended:
    """Do a *night* and note it in the ledger; the caller holds the run lock.

    *forced*: the reason given for overriding the brake. No `PassbackError` leaves here.
    """
    who = {"run": run.id, "district": district}
    with log.bound(**who), spans.span("run", **who):
        log.info("run begun", forced=forced is not None)
        ended = _noted(run, district, events, night, forced=forced, command=command)
        spans.note(exit_code=ended.code)
        log.info(
            "run ended", exit_code=ended.code, seconds=events.seconds()["total"], **_figures(ended)
        )
    return ended


def notice_of(ended: Ended, links: Mapping[str, str]) -> Notice:
    """What is told of a run by mail: figures, codes, and what ended it."""
    head, summary = ended.head, ended.summary
    findings = ended.error.findings if isinstance(ended.error, BrakeError) else ()
    return Notice(
        run=head.run,
        district=head.district,
        at=head.at,
        code=ended.code,
        why=findings or ((head.message,) if head.message else ()),
        counts=summary.counts if summary else {},
        reasons=summary.refusals if summary else {},
        planned=head.planned,
        links=links,
    )


def _figures(ended: Ended) -> dict[str, Any]:
    """What the log has of the end of a run."""
    head, summary = ended.head, ended.summary
    counts = {s.value: n for s, n in summary.counts.items()} if summary else {}
    why = {"why": head.message} if head.message else {}
    return {"counts": counts, "reads": head.reads, "writes": head.writes, **why}


def _noted(
    run: RunContext,
    district: str,
    events: Events,
    night: Callable[[], NightResult],
    *,
    forced: str | None,
    command: str,
) -> Ended:
    ledger, now = run.ledger, run.tonight.now
    ledger.runs.begin(run.id, now, "shadow" if run.shadow else command, forced)
    try:
        with _stop_signals_as_errors(run, events):
            result = night()
            summary = result.planned or ledger.records.summary(run.id)
            summary.too_late = sorted(summary.too_late + result.too_late)
    except PassbackError as error:
        findings = {"findings": error.findings} if isinstance(error, BrakeError) else {}
        told = {"message": str(error), **findings, "seconds": events.seconds()}
        ledger.runs.end(run.id, now, error.exit_code, told)
        head = head_of(run, district, events, message=str(error))
        return Ended(head=head, code=error.exit_code, error=error)
    except BaseException as error:
        log.fault("run", error)
        ledger.runs.end(run.id, now, PassbackError.exit_code, {"message": "a bug stopped it"})
        raise
    code = _end(run, events, result, summary)
    message = str(result.interrupted or result.remark)
    planned = run.shadow is not None
    head = head_of(run, district, events, forced=forced, message=message, planned=planned)
    return Ended(head=head, code=code, summary=summary, error=result.interrupted)


@contextmanager
def _stop_signals_as_errors(run: RunContext, events: Events) -> Iterator[None]:
    """Turn a request to stop into the error for a run that did, or did not, write anything."""
    # By then the gradebooks at work are done, and no other was begun: the pool sees to that.
    try:
        yield
    except (KeyboardInterrupt, StoppedError):
        if events.writes or any(a.run == run.id for a in run.ledger.attempts.open()):
            raise InterruptedNightError("stopped after a write; run again to resume") from None
        raise StoppedError("stopped before anything was written") from None


def _end(run: RunContext, events: Events, result: NightResult, summary: Summary) -> int:
    """Note the run's end in the ledger and the events; return its exit code."""
    code = 5 if result.interrupted else 3 if result.troubled else 0
    counts = {s.value: summary.counts[s] for s in IN_ORDER if summary.counts[s]}
    requests = {"reads": events.reads, "writes": events.writes}
    figures: dict[str, object] = {
        "counts": counts,
        "requests": requests,
        "refusals": dict(summary.refusals),
    }
    if run.shadow is not None:
        figures |= {"message": result.remark, "findings": result.findings}
        figures["shadow"] = {"night": run.shadow.number, "of": run.shadow.of}
    took = {"seconds": events.seconds()}
    run.ledger.runs.end(run.id, run.tonight.now, code, {**figures, **took})
    events.end({"event": "report", "run": run.id, "exit_code": code, **figures})
    return code


def show(
    head: RunHead,
    summary: Summary,
    records: Callable[[], Iterable[RecordState]],
    *,
    json_: bool,
    err: bool = False,
) -> None:
    """Print a report; only the JSON one reads every record."""
    if json_:
        for chunk in json_chunks(head, summary, records()):
            click.echo(chunk, nl=False, err=err)
    else:
        click.echo(text(head, summary, students=not err), err=err)


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
