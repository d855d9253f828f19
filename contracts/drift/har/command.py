"""What `passback contract --har FILE` prints, and how it ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from contracts.harness.reports.report import Report, Row

FAILED = 3


def hold(sis: str, file: Path, keep: Path | None) -> Report:
    """The report on the recording in *file*, printed."""
    from contracts.drift.har.run import report

    made = report(sis, file, datetime.now(UTC).date(), keep)
    click.echo("\n".join(lines(made)))
    if keep is not None:
        click.echo(f"written without anything of a person: {keep}")
    return made


def lines(made: Report) -> Iterator[str]:
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


def _row(row: Row) -> Iterator[str]:
    statuses = " ".join(map(str, row.statuses))
    outcome = "DIFFERS" if row.findings else "ok"
    yield f"  {outcome:<7}  {row.name}  {row.cases} calls  {statuses}".rstrip()
    for finding in row.findings:
        again = f" ({finding.times} times)" if finding.times > 1 else ""
        yield f"           {finding.check}: {finding.reason}{again}"
    if row.note:
        yield f"           note: {row.note}"
