"""`passback plan` and `passback sync`: one run, without and with sending anything."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial

import click

from agent.commands.build import at_instant, build_ledger, configured, moment, run_context
from agent.commands.events import Events, events_to
from agent.commands.runs import Ended, head_of, noted
from agent.ledger import Ledger, run_lock
from agent.records import RecordState
from agent.report import RunHead, Summary, json_chunks, text
from agent.settings import Settings
from agent.sinks import say
from agent.sync.plan_file import PlanFile
from agent.sync.preview import preview
from agent.sync.run import decide_night, run_night

as_json = click.option("--json", "json_", is_flag=True, help="Print the report as JSON.")
rechecking = click.option(
    "--recheck", is_flag=True, help="Decide every cell of every gradebook, whatever changed."
)


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
            head = head_of(run, settings.district, events, planned=True, message=message)
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
            with run_context(settings, ledger, stream, now, recheck=recheck) as run:
                night = partial(run_night, run, forced=forced is not None)
                ended = noted(run, settings.district, stream, night, forced=forced)
        _report(ended, ledger, stream, json_=json_, err=events == "-")
    if ended.error is not None:
        raise ended.error
    sys.exit(ended.code)


def _report(ended: Ended, ledger: Ledger, events: Events, *, json_: bool, err: bool) -> None:
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
