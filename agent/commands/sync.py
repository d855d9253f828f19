"""`passback plan` and `passback sync`: one run, without and with sending anything."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from agent.commands.build import at_instant, build_ledger, configured, moment, run_context
from agent.commands.events import Events, events_to
from agent.errors import InterruptedNightError, PassbackError, StoppedError
from agent.ledger import Ledger, run_lock
from agent.records import RecordState
from agent.report import RunHead, Summary, json_chunks, text
from agent.settings import Settings
from agent.sinks import say
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.preview import preview
from agent.sync.run import NightResult, decide_night, run_night

as_json = click.option("--json", "json_", is_flag=True, help="Print the report as JSON.")
rechecking = click.option(
    "--recheck", is_flag=True, help="Decide every cell of every gradebook, whatever changed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """A run that the ledger has the end of; only its report is left to print.

    `summary` is None where the run ended early; the command raises `error` after the report.
    """

    head: RunHead
    code: int
    summary: Summary | None = None
    error: PassbackError | None = None


@click.command()
@configured
@at_instant
@as_json
@rechecking
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there is anything to send.")
def plan(
    settings: Settings, at: datetime | None, json_: bool, recheck: bool, detailed_exitcode: bool
) -> None:
    """Show what tonight's sync would send, and why not the rest. Sends nothing."""
    events, now = Events(), moment(at, settings)
    with ExitStack() as parts:
        # The report comes after the lock, so that a slow reader of it blocks no other run.
        with run_lock(settings.ledger.url):
            ledger = parts.enter_context(closing(build_ledger(settings)))
            run = parts.enter_context(run_context(settings, ledger, events, now, recheck=recheck))
            plan_file = parts.enter_context(closing(PlanFile()))
            decided = decide_night(run, plan_file, forced=False)
            braked = "; ".join(("the brake would stop this", *decided.findings))
            message = braked if decided.findings else ""
            head = _head(settings, run, events, planned=True, message=message)
            summary = Summary()
            for record in preview(run, plan_file):
                summary.add(record)
            summary.too_late = [line for each in plan_file for line in each.too_late]
        _print(head, summary, lambda: preview(run, plan_file), json_=json_, err=False)
    sys.exit(2 if detailed_exitcode and decided.tally.writes else 0)


@click.command()
@configured
@at_instant
@as_json
@click.option("--events", metavar="FILE|-", help="Stream one JSON line per request and per record.")
@click.option(
    "--force", "forced", metavar="REASON", help="Override the brake; the reason is recorded."
)
@rechecking
def sync(
    settings: Settings,
    at: datetime | None,
    json_: bool,
    events: str | None,
    forced: str | None,
    recheck: bool,
) -> None:
    """Send what changed to the SIS, and report the state of every record."""
    if forced is not None and not forced.strip():
        raise click.UsageError("--force needs a reason")
    with events_to(events) as stream, ExitStack() as parts:
        with run_lock(settings.ledger.url):
            ledger = parts.enter_context(closing(build_ledger(settings)))
            now = moment(at, settings)
            ended = _sync(settings, ledger, stream, now, forced, recheck=recheck)
        _report(ended, ledger, stream, json_=json_, err=events == "-")
    if ended.error is not None:
        raise ended.error
    sys.exit(ended.code)


def _sync(
    settings: Settings,
    ledger: Ledger,
    events: Events,
    now: datetime,
    forced: str | None,
    *,
    recheck: bool,
) -> _Ended:
    """Do one run, and note its start and its end in the ledger."""
    with run_context(settings, ledger, events, now, recheck=recheck) as run:
        ledger.runs.begin(run.id, now, "sync", forced)
        try:
            with _stop_signals_as_errors(run, events):
                result = run_night(run, forced=forced is not None)
                summary = Summary.of(ledger.records.totals(run.id))
                summary.too_late = sorted(result.too_late)
        except PassbackError as error:
            ledger.runs.end(run.id, now, error.exit_code, {"message": str(error)})
            head = _head(settings, run, events, message=str(error))
            return _Ended(head=head, code=error.exit_code, error=error)
        except BaseException:
            ledger.runs.end(run.id, now, PassbackError.exit_code, {"message": "a bug stopped it"})
            raise
        code = _end(run, events, result, summary)
        message = str(result.interrupted or "")
        head = _head(settings, run, events, forced=forced, message=message)
        return _Ended(head=head, code=code, summary=summary, error=result.interrupted)


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


def _report(ended: _Ended, ledger: Ledger, events: Events, *, json_: bool, err: bool) -> None:
    """Print the report of a run that is over: a signal ends the printing only."""
    summary, run = ended.summary, ended.head.run
    try:
        events.close()
        if summary is not None:
            _print(ended.head, summary, lambda: ledger.records.records(run), json_=json_, err=err)
        elif json_:
            _print(ended.head, Summary(), lambda: iter(()), json_=True, err=err)
    except KeyboardInterrupt:
        say("stopped while it printed the report; the run itself had ended")


def _head(settings: Settings, run: RunContext, events: Events, **more: Any) -> RunHead:
    return RunHead(
        run=run.id,
        district=settings.district,
        at=run.tonight.now.astimezone(run.tonight.zone),
        reads=events.reads,
        writes=events.writes,
        **more,
    )


def _print(
    head: RunHead,
    summary: Summary,
    records: Callable[[], Iterator[RecordState]],
    *,
    json_: bool,
    err: bool,
) -> None:
    """Print a report; only the JSON one reads every record."""
    if json_:
        for chunk in json_chunks(head, summary, records()):
            click.echo(chunk, nl=False, err=err)
    else:
        click.echo(text(head, summary, students=not err), err=err)
