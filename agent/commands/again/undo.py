"""`passback undo`: what a run wrote is taken back where the SIS still holds it."""

import json
from contextlib import closing
from datetime import datetime
from functools import partial

import click

from agent.commands.again.running import by_whom, end, force, report, running, why
from agent.commands.build import as_json, at_instant, build_ledger, configured, moment
from agent.commands.decisions import named, number
from agent.commands.runs import noted
from agent.decide.person.decision import Choice
from agent.records import State
from agent.report import LISTED, as_dict
from agent.rules.codes import Code
from agent.settings import Settings
from agent.sync.again.undo import (
    Asked,
    UndoFound,
    check_can_be_undone,
    check_is_known,
    show_undo,
    undo_night,
)


@click.command()
@configured
@at_instant
@as_json
@click.argument("run_id", metavar="RUN")
@click.option("--yes", is_flag=True, help="Do it; without this it only shows what it would do.")
@click.option("--release", is_flag=True, help="Let what the undo of RUN holds be sent again.")
@by_whom
@why
@force
def undo(
    settings: Settings,
    at: datetime | None,
    json_: bool,
    run_id: str,
    yes: bool,
    release: bool,
    by: str,
    reason: str,
    forced: str | None,
) -> None:
    """Take back what RUN wrote, where the SIS still holds it; hold that until it is released."""
    if release:
        _release(settings, run_id, by=by, reason=reason)
        return
    with running(settings, at) as (run, events):
        check_can_be_undone(run.ledger, run_id)
        if not yes:
            _show_undo(settings.district, run_id, show_undo(run, run_id), json_=json_)
            return
        asked = Asked(run=run_id, by=by, reason=reason)
        night = partial(undo_night, run, asked, forced=forced is not None)
        ended = noted(run, settings.district, events, night, forced=forced, command="undo")
        report(ended, run.ledger, json_=json_)
    end(ended)


def _release(settings: Settings, run: str, *, by: str, reason: str) -> None:
    with closing(build_ledger(settings, existing=True)) as ledger:
        check_is_known(ledger, run)
        keys = [d.key for d in ledger.decisions.open() if d.undone and d.undone.run == run]
        held = {d.key for d in ledger.decisions.open() if d.choice is Choice.UNDONE}
        count = ledger.decisions.release(
            [k for k in keys if k in held], by=by, at=moment(None, settings), reason=reason
        )
    if count:
        click.echo(f"{number(count, 'record')} released; the next run sends what should pass")
    else:
        click.echo(f"nothing is held because run {run} was undone; nothing was released")


def _show_undo(district: str, run: str, found: UndoFound, *, json_: bool) -> None:
    if json_:
        told = {"district": district, "undo": run, "planned": True, "findings": found.findings}
        click.echo(json.dumps(told | {"records": [as_dict(s) for s in found.states]}))
        return
    back = [s for s in found.states if Code.UNDONE in s.codes]
    columns, scores = sum(s.student is None for s in back), sum(s.student is not None for s in back)
    what = f"{number(columns, 'assignment')} and {number(scores, 'score')}"
    click.echo(f"{district}: to undo run {run} would take back {what}")
    lists = {
        "only a teacher can take back": [
            s for s in found.states if s.state is State.HELD and s not in back
        ],
        "stays as it is": [s for s in found.states if s.state is not State.HELD],
    }
    for heading, states in lists.items():
        if states:
            click.echo(f"  {heading}: {len(states)}")
        for state in states[:LISTED]:
            _, _, why = state.reason.rpartition("was undone, but ")
            click.echo(f"    {named(state, None)}: {why}")
    for finding in found.findings:
        click.echo(f"  the brake would stop this: {finding}")
    click.echo("  nothing was changed; to do it: --yes")
