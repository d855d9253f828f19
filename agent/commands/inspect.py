"""`passback status`, `history` and `teachers`: what the ledger holds; no server is asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from agent import config
from agent.commands.build import as_json, print_json, with_ledger
from agent.commands.progress import painted
from agent.errors import ConfigError
from agent.explain.csv_rows import csv_row
from agent.explain.for_teachers import HEADING, Task, as_row, tasks
from agent.explain.output import when
from agent.explain.per_assignment import AssignmentCounts, assignment_counts
from agent.ledger import Ledger
from agent.report import IN_ORDER, NEEDS_A_PERSON, Summary
from agent.settings import Settings

TOP = 10
"""Assignments that `status` lists by itself."""


def _line(run: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Return a run on one line."""
    summary = run["summary"] or {}
    counts = ", ".join(f"{n} {state}" for state, n in (summary.get("counts") or {}).items())
    forced = f"  forced: {run['forced']}" if run["forced"] else ""
    ended = "not ended" if run["ended"] is None else f"exit {run['exit_code']}"
    result = counts or summary.get("message") or "nothing yet"
    # A shadow night has the counts of what it would have sent.
    if run["command"] != "sync":
        result = f"{run['command']}: {result}"
    return f"{when(run['at'], zone)}  {run['run']}  {ended}  {result}{forced}"


@click.command()
@with_ledger
@click.option("--assignments", is_flag=True, help="List every assignment that is not in order.")
@as_json
def status(settings: Settings, ledger: Ledger, assignments: bool, json_: bool) -> None:
    """Show the last run, how many records are in which state, and what is not in order."""
    runs = ledger.runs.latest(1)
    if json_:
        print_json(_status(settings, ledger, runs))
        return
    if not runs:
        click.echo(f"{settings.district}: no run yet")
        return
    click.echo(f"{settings.district}: last run {_line(runs[0], config.zone_of(settings))}")
    summary = ledger.records.summary(runs[0]["run"])
    for state in IN_ORDER:
        if summary.counts[state]:
            line = f"  {summary.counts[state]:>8}  {state.value}"
            click.echo(painted(line, "yellow") if state in NEEDS_A_PERSON else line)
    _print_assignments(assignment_counts(ledger, runs[0]["run"]), None if assignments else TOP)
    unresolved = len(ledger.attempts.open())
    if unresolved:
        click.echo(f"  {unresolved} writes with an unknown outcome: the next sync reads them back")


def _status(
    settings: Settings, ledger: Ledger, runs: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    counts = ledger.records.summary(runs[0]["run"]) if runs else Summary()
    return {
        "district": settings.district,
        "last_run": runs[0] if runs else None,
        "counts": {s.value: counts.counts[s] for s in IN_ORDER if counts.counts[s]},
        "refusals": dict(sorted(counts.refusals.items())),
        "unknown_outcomes": len(ledger.attempts.open()),
        "assignments": [
            {
                "assignment": each.assessment,
                "title": each.title,
                "states": {state.value: n for state, n in each.states.items()},
                "reasons": dict(each.reasons),
            }
            for each in (assignment_counts(ledger, runs[0]["run"]) if runs else ())
        ],
    }


def _print_assignments(found: Sequence[AssignmentCounts], limit: int | None) -> None:
    """List assignments that are not in order, those with most records first."""
    odd = [each for each in found if each.reasons]
    if odd:
        click.echo("  not in order, by assignment:")
    for each in odd[:limit]:
        why = ", ".join(f"{n} {why}" for why, n in each.reasons.most_common())
        click.echo(f'    {each.assessment} "{each.title}": {why}')
    if limit is not None and len(odd) > limit:
        click.echo(f"    and {len(odd) - limit} more: --assignments lists all")


@click.command()
@with_ledger
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many runs."
)
@as_json
def history(settings: Settings, ledger: Ledger, limit: int, json_: bool) -> None:
    """List the runs in the order in which they began, newest first."""
    runs = ledger.runs.latest(limit)
    if json_:
        print_json({"district": settings.district, "runs": runs})
        return
    if not runs:
        click.echo(f"{settings.district}: no run yet")
    for run in runs:
        click.echo(_line(run, config.zone_of(settings)))


@click.command()
@with_ledger
@click.option("--teacher", metavar="ID", help="Only this teacher, by the id in Otus.")
@click.option(
    "--csv",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the list to a CSV file, for a spreadsheet.",
)
@as_json
def teachers(
    settings: Settings, ledger: Ledger, teacher: str | None, file: Path | None, json_: bool
) -> None:
    """List what only a teacher can mend, in the gradebook: for each teacher what and where."""
    found = tasks(ledger, teacher)
    if file is not None:
        _write(file, found)
    if json_:
        print_json({"district": settings.district, "tasks": [asdict(each) for each in found]})
        return
    click.echo("\n".join(_tasks(settings.district, found)))


def _write(file: Path, found: Sequence[Task]) -> None:
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            out.write(csv_row(HEADING))
            out.writelines(csv_row(as_row(each)) for each in found)
    except OSError as error:
        raise ConfigError(f"--csv {file}: {error.strerror}") from error


def _tasks(district: str, found: Sequence[Task]) -> Iterator[str]:
    cells = len({(each.assessment, each.student, each.section) for each in found})
    yield f"{district}: {cells or 'nothing'} that only a teacher can mend, in the gradebook"
    for teacher, own in groupby(found, key=lambda each: each.teacher):
        yield f"  {teacher or 'no teacher in Otus'}"
        for each in own:
            of = f", student {each.student}" if each.student else ""
            stands = f", where {each.stands} stands" if each.stands else ""
            where = each.section or "no section"
            yield f'    {where}: {each.assessment} "{each.title}"{of}{stands}'
            yield f"      {each.why}"
            yield f"      {each.what}"
