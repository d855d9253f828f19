"""What the subcommands share: their options, and how a report is written and ends a command."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.errors import ConfigError, StoppedError
from contracts.vendors import VENDORS

if TYPE_CHECKING:
    from contracts.harness.reports.report import Report

FOUND = 3
"""Exit code of a command that found something wrong."""

FILE = click.Path(path_type=Path, dir_okay=False)
SIS = click.Choice(list(VENDORS))

junit_option = click.option("--junit", type=FILE, help="Write the report as JUnit XML.")
html_option = click.option("--html", type=FILE, help="Write the report as one HTML page.")


def can_be_written(*paths: Path | None) -> None:
    """Refuse at once what has no folder: a run takes minutes, and its report must be kept."""
    for path in paths:
        if path is not None and not path.parent.is_dir():
            raise ConfigError(f"{path} cannot be written: no folder {path.parent}")


def end(report: "Report", junit: Path | None, html: Path | None) -> None:
    """Write the report to the files that were asked for, and exit: 0, 3, or 130 when stopped."""
    from contracts.harness.reports import junit as junit_report
    from contracts.harness.reports import page

    for path, make in ((junit, junit_report.xml), (html, page.html)):
        if path is not None:
            made = make(report)
            try:
                path.write_bytes(made if isinstance(made, bytes) else made.encode())
            except OSError as error:
                raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
    if report.stopped:
        raise StoppedError("stopped before the end")
    sys.exit(FOUND if report.failed else 0)
