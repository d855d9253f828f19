"""What `resend` and `undo` share: their options, the run under its lock, and its report."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from agent.commands.build import build_ledger_for_run, moment, run_context
from agent.commands.events import Events
from agent.commands.runs import Ended, show
from agent.ledger import Ledger
from agent.report import Summary
from agent.settings import Settings
from agent.sync.context import RunContext

force = click.option(
    "--force", "forced", metavar="REASON", help="Override the brake; the reason is recorded."
)
by_whom = click.option(
    "--by", metavar="NAME", default="the command line", show_default=True, help="Who decides it."
)
why = click.option("--reason", metavar="TEXT", default="", help="Why; kept with the decision.")


@contextmanager
def running(settings: Settings, at: datetime | None) -> Iterator[tuple[RunContext, Events]]:
    """A run under the run lock."""
    events, now = Events(), moment(at, settings)
    with (
        build_ledger_for_run(settings, existing=True) as ledger,
        run_context(settings, ledger, events, now) as run,
    ):
        yield run, events


def report(ended: Ended, ledger: Ledger, *, json_: bool) -> None:
    """Print the report of a run that is over."""
    if ended.summary is not None:
        show(ended.head, ended.summary, lambda: ledger.records.records(ended.head.run), json_=json_)
    elif json_:
        show(ended.head, Summary(), lambda: iter(()), json_=True)


def end(ended: Ended) -> None:
    """Leave with the exit code of a run."""
    if ended.error is not None:
        raise ended.error
    sys.exit(ended.code)
