"""`passback plan` and `passback sync`: the night, with and without sending anything."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from agent import config
from agent.commands.compose import at_instant, build_ledger, configured, kit_for, moment
from agent.commands.events import Events, events_to
from agent.errors import InterruptedNightError, PassbackError, StoppedError
from agent.ledger import Ledger, run_lock
from agent.records import RecordState
from agent.report import RunHead, Summary, json_chunks, text
from agent.settings import Settings
from agent.sinks import say
from agent.sync.context import Kit
from agent.sync.plan_file import Spool
from agent.sync.preview import forecast
from agent.sync.run import Outcome, decide_night, run_night

as_json = click.option("--json", "json_", is_flag=True, help="Print the report as JSON.")
to_events = click.option(
    "--events", metavar="FILE|-", help="Stream one JSON line per request and per record."
)
forcing = click.option(
    "--force", "forced", metavar="REASON", help="Override the brake; the reason is recorded."
)
rechecking = click.option(
    "--recheck", is_flag=True, help="Judge every cell of every gradebook, whatever changed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """A run that is over, and written down as such; only its report is left to print.

    `summary` is None where the night came to no end; `error` is what the command ends with.
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
    config_file: Path, at: datetime | None, json_: bool, recheck: bool, detailed_exitcode: bool
) -> None:
    """Show what tonight's sync would send, and why not the rest. Sends nothing."""
    settings = config.load(config_file)
    events, now = Events(), moment(at, settings)
    with ExitStack() as parts:
        # A report that somebody pages through keeps no other run from the ledger.
        with run_lock(settings.ledger.url):
            ledger = parts.enter_context(closing(build_ledger(settings)))
            kit = parts.enter_context(kit_for(settings, ledger, events, now, recheck=recheck))
            spool = parts.enter_context(closing(Spool()))
            decided = decide_night(kit, spool, forced=False)
            message = "; ".join(("the brake would stop this", *decided.findings))
            told = message if decided.findings else ""
            head = _head(settings, kit, events, planned=True, message=told)
            summary = Summary()
            for record in forecast(kit, spool):
                summary.add(record)
            summary.too_late = [line for each in spool for line in each.too_late]
        _print(head, summary, lambda: forecast(kit, spool), json_=json_, err=False)
    sys.exit(2 if detailed_exitcode and decided.tally.writes else 0)


@click.command()
@configured
@at_instant
@as_json
@to_events
@forcing
@rechecking
def sync(
    config_file: Path,
    at: datetime | None,
    json_: bool,
    events: str | None,
    forced: str | None,
    recheck: bool,
) -> None:
    """Run the night: send what changed, and say of every record what became of it."""
    settings = config.load(config_file)
    if forced is not None and not forced.strip():
        raise click.UsageError("--force needs a reason")
    with events_to(events) as told, ExitStack() as parts:
        # The report comes after the lock: who reads it slowly keeps no other run from the ledger.
        with run_lock(settings.ledger.url):
            ledger = parts.enter_context(closing(build_ledger(settings)))
            now = moment(at, settings)
            ended = _sync(settings, ledger, told, now, forced, recheck=recheck)
        _report(ended, ledger, told, json_=json_, err=events == "-")
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
    """One run, from its beginning in the ledger to its end there."""
    with kit_for(settings, ledger, events, now, recheck=recheck) as kit:
        ledger.runs.begin(kit.run, now, "sync", forced)
        try:
            with _told_to_stop(kit, events):
                outcome = run_night(kit, forced=forced is not None)
                summary = Summary.of(ledger.records.totals(kit.run))
                summary.too_late = sorted(outcome.too_late)
        except PassbackError as error:
            ledger.runs.end(kit.run, now, error.exit_code, {"message": str(error)})
            head = _head(settings, kit, events, message=str(error))
            return _Ended(head=head, code=error.exit_code, error=error)
        except BaseException:
            ledger.runs.end(kit.run, now, PassbackError.exit_code, {"message": "a bug stopped it"})
            raise
        code = _end(kit, events, outcome, summary)
        message = str(outcome.interrupted or "")
        head = _head(settings, kit, events, forced=forced, message=message)
        return _Ended(head=head, code=code, summary=summary, error=outcome.interrupted)


@contextmanager
def _told_to_stop(kit: Kit, events: Events) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into an error that says whether there is something to resume.

    By then the gradebooks that were being written are done, and those behind them are not begun.
    """
    try:
        yield
    except KeyboardInterrupt:
        if events.writes or any(a.run == kit.run for a in kit.ledger.attempts.open()):
            raise InterruptedNightError("stopped after a write; run again to resume") from None
        raise StoppedError("stopped before anything was written") from None


def _end(kit: Kit, events: Events, outcome: Outcome, summary: Summary) -> int:
    """Write the run's end down; its exit code."""
    code = 5 if outcome.interrupted else 3 if outcome.troubled else 0
    counts = {s.value: n for s, n in summary.counts.items()}
    requests = {"reads": events.reads, "writes": events.writes}
    told = {"counts": counts, "requests": requests, "refusals": dict(summary.refusals)}
    kit.ledger.runs.end(kit.run, kit.tonight.now, code, told)
    events.end({"event": "report", "run": kit.run, "exit_code": code, **told})
    return code


def _report(ended: _Ended, ledger: Ledger, events: Events, *, json_: bool, err: bool) -> None:
    """Print what a run came to; the run is over, whoever ends this."""
    summary, run = ended.summary, ended.head.run
    try:
        events.close()
        if summary is not None:
            _print(ended.head, summary, lambda: ledger.records.records(run), json_=json_, err=err)
        elif json_:
            _print(ended.head, Summary(), lambda: iter(()), json_=True, err=err)
    except KeyboardInterrupt:
        say("told to stop while it printed the report; the run was over by then")


def _head(
    settings: Settings,
    kit: Kit,
    events: Events,
    *,
    planned: bool = False,
    forced: str | None = None,
    message: str = "",
) -> RunHead:
    return RunHead(
        run=kit.run,
        district=settings.district,
        at=kit.tonight.now.astimezone(kit.tonight.zone),
        planned=planned,
        reads=events.reads,
        writes=events.writes,
        forced=forced,
        message=message,
    )


def _print(
    head: RunHead,
    summary: Summary,
    records: Callable[[], Iterator[RecordState]],
    *,
    json_: bool,
    err: bool,
) -> None:
    """Print a report; only the JSON one looks at every record."""
    if json_:
        for chunk in json_chunks(head, summary, records()):
            click.echo(chunk, nl=False, err=err)
    else:
        click.echo(text(head, summary, students=not err), err=err)
