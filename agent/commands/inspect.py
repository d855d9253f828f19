"""`passback explain`, `status` and `history`: print what the ledger holds; ask no server."""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from agent import config
from agent.commands.build import build_ledger, configured
from agent.domain import AssessmentId, PersonId
from agent.ledger import Ledger
from agent.report import IN_ORDER, LISTED, Summary

TRIED = 5
"""The attempts that `explain` shows, newest last."""


@click.command()
@configured
@click.argument("assignment")
@click.argument("student", required=False)
def explain(config_file: Path, assignment: str, student: str | None) -> None:
    """Show why ASSIGNMENT (of STUDENT) is or is not in the SIS, and the last attempts to send it.

    ASSIGNMENT is an id in Otus, a title, or a part of a title that only one assessment has.
    """
    settings = config.load(config_file)
    with closing(build_ledger(settings)) as ledger:
        assignment = _found(ledger, assignment)
        states = [
            s
            for s in ledger.records.records_of([AssessmentId(assignment)])
            if student is None or s.student in {student, None}
        ]
        if not states or (student and not any(s.student == student for s in states)):
            of = f" of {student}" if student else ""
            raise click.UsageError(f"the ledger has no record of {assignment}{of}")
        for state in sorted(states, key=lambda s: (s.student or "", s.section)):
            who = f"{state.student} in {state.section}" if state.student else state.section
            codes = f" [{', '.join(state.codes)}]" if state.codes else ""
            click.echo(f"{state.kind:10}  {who}: {state.state.value}{codes}")
            if state.reason:
                click.echo(f"            {state.reason}")
        _attempts(ledger, assignment, student, config.zone_of(settings))


def _found(ledger: Ledger, text: str) -> AssessmentId:
    """Return the assessment with *text* as id, as title, as title in any case, or in its title."""
    if ledger.records.records_of([AssessmentId(text)]):
        return AssessmentId(text)
    titles, folded = list(ledger.source.titles()), text.casefold()
    fitting: tuple[Callable[[str], bool], ...] = (
        lambda title: title == text,
        lambda title: title.casefold() == folded,
        lambda title: folded in title.casefold(),
    )
    for fits in fitting:
        found = {id_: title for id_, title in titles if fits(title)}
        if len(found) > 1:
            raise click.UsageError(_several(found))
        for id_, title in found.items():
            click.echo(f'{id_}: "{title}"')
            return id_
    return AssessmentId(text)


def _several(found: Mapping[AssessmentId, str]) -> str:
    listed = [f'{id_}: "{title}"' for id_, title in list(found.items())[:LISTED]]
    more = [f"and {len(found) - LISTED} more"] if len(found) > LISTED else []
    head = f"{len(found)} assessments match that title; give the id of one:"
    return "\n  ".join([head, *listed, *more])


def _attempts(ledger: Ledger, assignment: str, student: str | None, zone: ZoneInfo) -> None:
    """Print the last attempts, newest last."""
    who = PersonId(student) if student else None
    rows = [
        r for r in ledger.runs.history(AssessmentId(assignment), who) if r["event"] == "attempt"
    ]
    if rows:
        click.echo("tried:")
    for row in rows[-TRIED:]:
        outcome = row["outcome"] or "no answer yet; the next sync reads it back"
        detail = f" ({row['detail']})" if row["detail"] else ""
        click.echo(f"            {_when(row['at'], zone)}  {_sent(row)}: {outcome}{detail}")


def _sent(row: Mapping[str, Any]) -> str:
    """Return an attempt as text: what was sent, and what the cell held before."""
    if row["op"] in {"create", "update"}:
        data = row["sending"]["data"]
        return f'{row["op"]} "{data["title"]}", due {data["due"]}, {data["points"]} points'
    # Gradebooks show an empty cell as `*`.
    before = row["before"]["points"] if row["before"] else "*"
    if row["op"] == "clear":
        return f"take out {before}"
    return f"write {row['sending']['points']} over {before}"


def _when(instant: str, zone: ZoneInfo) -> str:
    """Return an instant of the ledger in the district's zone, as reports print it."""
    return f"{datetime.fromisoformat(instant).astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _line(run: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Return a run on one line."""
    summary = run["summary"] or {}
    counts = ", ".join(f"{n} {state}" for state, n in (summary.get("counts") or {}).items())
    forced = f"  forced: {run['forced']}" if run["forced"] else ""
    ended = "not ended" if run["ended"] is None else f"exit {run['exit_code']}"
    result = counts or summary.get("message") or "nothing yet"
    return f"{_when(run['at'], zone)}  {run['run']}  {ended}  {result}{forced}"


@click.command()
@configured
def status(config_file: Path) -> None:
    """Show the last run, and how many records are in which state."""
    settings = config.load(config_file)
    with closing(build_ledger(settings)) as ledger:
        runs = ledger.runs.latest(1)
        if not runs:
            click.echo(f"{settings.district}: no run yet")
            return
        last = runs[0]
        click.echo(f"{settings.district}: last run {_line(last, config.zone_of(settings))}")
        counts = Summary.of(ledger.records.totals(last["run"])).counts
        for state in IN_ORDER:
            if counts[state]:
                click.echo(f"  {counts[state]:>8}  {state.value}")
        unresolved = len(ledger.attempts.open())
        if unresolved:
            click.echo(
                f"  {unresolved} writes with an unknown outcome: the next sync reads them back"
            )


@click.command()
@configured
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many runs."
)
def history(config_file: Path, limit: int) -> None:
    """List the runs, newest first."""
    settings = config.load(config_file)
    with closing(build_ledger(settings)) as ledger:
        for run in ledger.runs.latest(limit):
            click.echo(_line(run, config.zone_of(settings)))
