"""`passback contract replay`: a recording of traffic, held to the contract and to the mock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.commands.outcome import (
    FILE,
    SIS,
    can_be_written,
    end,
    html_option,
    junit_option,
)

if TYPE_CHECKING:
    from contracts.harness.reports.report import Report, Row


@click.command(short_help="Hold a recording (HAR) to the contract and to the mock.")
@click.argument("har", type=FILE)
@click.option("--sis", required=True, type=SIS, help="Whose traffic it is.")
@click.option("--scrubbed", type=FILE, help="Keep it here, without anything of a person.")
@junit_option
@html_option
def replay(
    har: Path, sis: str, scrubbed: Path | None, junit: Path | None, html: Path | None
) -> None:
    """Check a recording against the contract, then send it to a mock and compare the answers.

    Nothing is sent to the server that was recorded.
    """
    can_be_written(junit, html, scrubbed)
    end(recorded(sis, har, scrubbed), junit, html)


def recorded(sis: str, file: Path, keep: Path | None) -> "Report":
    """The report on the recording in *file*, printed."""
    from contracts.drift.dates import due
    from contracts.drift.har.run import report

    today = datetime.now(UTC).date()
    made = report(sis, file, today, keep)
    made.warnings += due(today, f"{sis}.yaml")
    click.echo("\n".join(_lines(made)))
    if keep is not None:
        click.echo(f"written without anything of a person: {keep}")
    return made


def _lines(made: "Report") -> Iterator[str]:
    """The report for a terminal: a row an operation, and below it what is wrong."""
    calls = sum(row.cases for part, rows in list(made.parts())[:1] for row in rows)
    yield f"{made.target}: {calls} calls of {made.sis}"
    for part, rows in made.parts():
        yield ""
        yield f"{part}:"
        for row in rows:
            yield from _row(row)
    yield ""
    yield from (f"note: {warning}" for warning in made.warnings)
    bad = len(made.failed)
    yield (
        f"{bad} of {len(made.rows)} rows differ" if bad else "all as the contract and the mock say"
    )


def _row(row: "Row") -> Iterator[str]:
    statuses = " ".join(map(str, row.statuses))
    outcome = "DIFFERS" if row.findings else "ok"
    yield f"  {outcome:<7}  {row.name}  {row.cases} calls  {statuses}".rstrip()
    for finding in row.findings:
        again = f" ({finding.times} times)" if finding.times > 1 else ""
        yield f"           {finding.check}: {finding.reason}{again}"
        yield f"             {finding.curl}"
    if row.note:
        yield f"           note: {row.note}"
