"""`passback sync`: one run; of a plan that was reviewed, exactly that."""

import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from agent.commands.build import (
    as_json,
    at_instant,
    build_announcer,
    build_ledger,
    build_ledger_for_run,
    configured,
    moment,
    rechecking,
    run_context,
)
from agent.commands.events import Events, events_to
from agent.commands.progress import at_work
from agent.commands.runs import Ended, noted, notice_of, show
from agent.errors import ConfigError, LedgerError
from agent.records import RecordState
from agent.report import Summary
from agent.settings import Settings
from agent.sinks import say
from agent.sync.context import RunContext
from agent.sync.plans.reviewed import ReviewedPlan, basis_of, check_basis
from agent.sync.plans.saved import opened
from agent.sync.run import run_night


@click.command()
@configured
@at_instant
@as_json
@click.option("--events", metavar="FILE|-", help="Stream one JSON line per request and per record.")
@click.option(
    "--force", "forced", metavar="REASON", help="Override the brake; the reason is recorded."
)
@rechecking
@click.option(
    "--plan",
    "plan_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Send what `passback plan --out FILE` planned, and nothing else.",
)
def sync(
    settings: Settings,
    at: datetime | None,
    json_: bool,
    events: str | None,
    forced: str | None,
    recheck: bool,
    plan_path: Path | None,
) -> None:
    """Send what changed to the SIS, and report the state of every record."""
    if forced is not None and not forced.strip():
        raise click.UsageError("--force needs a reason")
    if recheck and plan_path is not None:
        raise click.UsageError("--recheck belongs to `passback plan`; --plan sends what that found")
    now = moment(at, settings)
    announcer = build_announcer(settings, now)
    with events_to(events) as stream, ExitStack() as parts:
        with (
            announcer.begun(),
            build_ledger_for_run(settings) as ledger,
            run_context(settings, ledger, stream, now, recheck=recheck) as run,
        ):
            reviewed = _reviewed(plan_path, run, settings, parts) if plan_path else None
            night = partial(run_night, run, forced=forced is not None, reviewed=reviewed)
            with at_work(stream):
                ended = noted(run, settings.district, stream, night, forced=forced)
        with announcer.ended(notice_of(ended, announcer.links(ended.head.run))):
            _report(ended, settings, stream, json_=json_, err=events == "-")
    if ended.error is not None:
        raise ended.error
    sys.exit(ended.code)


def _reviewed(path: Path, run: RunContext, settings: Settings, parts: ExitStack) -> ReviewedPlan:
    """Open the plan at *path*; refuse one that is out of date."""
    if run.shadow is not None:
        raise ConfigError(f"{run.shadow}; to send already now, set shadow_nights = 0")
    head, plans = parts.enter_context(opened(path))
    check_basis(head.basis, basis_of(run, settings))
    return ReviewedPlan(head, plans, run.ledger)


def _report(ended: Ended, settings: Settings, events: Events, *, json_: bool, err: bool) -> None:
    """Print the report of a run that is over: a signal ends the printing only."""
    summary, run = ended.summary, ended.head.run
    records: Callable[[], Iterable[RecordState]] = tuple
    try:
        events.close()
        with ExitStack() as parts:
            if json_ and summary is not None and not ended.head.planned:
                # Without the run's lock: a slow reader of the report blocks no other run.
                ledger = parts.enter_context(closing(build_ledger(settings, read_only=True)))
                records = partial(ledger.records.records, run)
            if json_ or summary is not None:
                show(ended.head, summary or Summary(), records, json_=json_, err=err)
    except KeyboardInterrupt:
        say("stopped while it printed the report; the run itself had ended")
    except LedgerError as error:
        say(f"the run itself had ended, but its report cannot be read: {error}")
