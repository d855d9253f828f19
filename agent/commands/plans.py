"""`passback plan`: what tonight's run would send; shown, and kept in a file for `sync --plan`."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path

import click

from agent.commands.build import (
    as_json,
    at_instant,
    build_ledger,
    build_ledger_for_run,
    configured,
    moment,
    rechecking,
    run_context,
)
from agent.commands.events import Events
from agent.commands.progress import at_work
from agent.commands.runs import head_of, show
from agent.config import zone_of
from agent.errors import BrakeError
from agent.ledger.pull import Pull
from agent.records import MovedId, RecordState
from agent.report import RunHead
from agent.settings import Settings
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.plans.preview import planned_records, preview
from agent.sync.plans.reader import read_plan, view_of
from agent.sync.plans.reviewed import basis_of
from agent.sync.plans.saved import PlanHead, opened, save
from agent.sync.plans.text import diff
from agent.sync.plans.view import PlanView
from agent.sync.refresh import SOURCE_MARK, moved_ids
from agent.sync.run import DecidedNight, planned_night


@click.command()
@configured
@at_instant
@as_json
@rechecking
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there is anything to send.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Keep the plan in FILE, for `passback sync --plan FILE`. It holds scores: mode 0600.",
)
@click.option(
    "--values", is_flag=True, help="List every score that would be written, and every moved SIS id."
)
@click.option(
    "--show",
    "shown",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Print a plan that `--out` kept in FILE; asks no server.",
)
def plan(
    settings: Settings,
    at: datetime | None,
    json_: bool,
    recheck: bool,
    detailed_exitcode: bool,
    out: Path | None,
    values: bool,
    shown: Path | None,
) -> None:
    """Show what tonight's sync would send, and why not the rest. Sends nothing."""
    if shown is not None:
        if at is not None or recheck or out is not None:
            raise click.UsageError("--show prints a plan that is made; it goes with no other plan")
        writes = _show_file(shown, settings, json_=json_, values=values)
        sys.exit(2 if detailed_exitcode and writes else 0)
    events, now = Events(), moment(at, settings)
    with ExitStack() as parts:
        # The report comes after the lock, so that a slow reader of it blocks no other run.
        with build_ledger_for_run(settings) as ledger:
            run = parts.enter_context(run_context(settings, ledger, events, now, recheck=recheck))
            plan_file = parts.enter_context(closing(PlanFile()))
            source = _Source(hashed=out is not None)
            with at_work(events):
                night = planned_night(run, plan_file, before_commit=source.take)
                ahead, decided = parts.enter_context(night)
            view = view_of(ahead, plan_file, decided.findings, scores=values and not json_)
            moved = moved_ids(ahead.ledger)
            if out is not None:
                save(out, _head(run, settings, decided, view, moved, source), plan_file)
            if ahead.ledger is ledger:
                to_read = parts.enter_context(closing(build_ledger(settings, read_only=True)))
                ahead = replace(ahead, ledger=to_read)
        message = _braked(decided.findings)
        top = head_of(run, settings.district, events, planned=True, message=message)
        shown_records = partial(preview, ahead, plan_file)
        _show(top, view, moved, shown_records, json_=json_, values=values)
        if out is not None and not json_:
            file = click.get_current_context().params["config_file"]
            to_send = f"passback sync -c {file} --plan {out}"
            click.echo(f"  this plan is in {out}; to send it: {to_send}")
    if decided.refused:
        sys.exit(BrakeError.exit_code)
    sys.exit(2 if detailed_exitcode and decided.tally.writes else 0)


class _Source:
    """Remembers what a pull brings, if it is to be *hashed*: of a first one that takes a while."""

    def __init__(self, *, hashed: bool) -> None:
        self._hashed = hashed
        self.digest = ""

    def take(self, staged: Pull) -> None:
        """Take a hash of it."""
        if self._hashed:
            self.digest = staged.hashed()


def _braked(findings: Sequence[str]) -> str:
    return "; ".join(("the brake would stop this", *findings)) if findings else ""


def _show(
    head: RunHead,
    view: PlanView,
    moved: Sequence[MovedId],
    records: Callable[[], Iterable[RecordState]],
    *,
    json_: bool,
    values: bool,
) -> None:
    """Print a plan: as text what would change, then the report; a person's values if asked for."""
    if not json_:
        for line in diff(view, moved, values=values):
            click.echo(line)
    listed = [each for each in moved if values or each.kind == "class"]
    show(replace(head, moved_ids=listed), view.summary, records, json_=json_)


def _show_file(path: Path, settings: Settings, *, json_: bool, values: bool) -> int:
    """Print a plan from its file; return how many writes it has."""
    with opened(path) as (head, plans):
        made, release = head.made_at.astimezone(zone_of(settings)), head.basis.release

        def records() -> Iterator[RecordState]:
            return chain.from_iterable(planned_records(plan) for plan in plans)

        view = read_plan(
            plans, records(), settings.policy, at=made, findings=head.findings, scores=values
        )
        about = f"made {made:%Y-%m-%d %H:%M %Z} by Passback {release}; not sent by looking at it"
        top = RunHead(
            run="",
            district=head.basis.district,
            at=made,
            planned=True,
            message="; ".join(filter(None, (_braked(head.findings), about))),
        )
        _show(top, view, head.moved_ids, records, json_=json_, values=values)
        return head.writes


def _head(
    run: RunContext,
    settings: Settings,
    decided: DecidedNight,
    view: PlanView,
    moved: Sequence[MovedId],
    source: _Source,
) -> PlanHead:
    """Return the head of a plan's file."""
    return PlanHead(
        made_at=run.tonight.now,
        basis=basis_of(run, settings),
        fingerprint=decided.fingerprint,
        source=run.ledger.get(SOURCE_MARK),
        refused=source.digest if decided.refused else "",
        findings=decided.findings,
        moved_ids=tuple(moved),
        counts={state.value: count for state, count in view.counts.items()},
        refusals=dict(view.summary.refusals),
        writes=decided.tally.writes,
    )
