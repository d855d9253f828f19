"""The `passback uat` command."""

import errno
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from contracts.uat.roster.findings import Findings


class Unusable(click.ClickException):
    """A roster or a configuration that cannot be used: one line, its own exit code."""

    exit_code = 10


class CannotServe(click.ClickException):
    """A command line that cannot be followed on this machine."""

    exit_code = 2


@click.command(short_help="Try a district in a browser, before go-live.")
@click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Your district's configuration: its policy and its kind of SIS. No server in it is asked.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="DIR-or-ZIP",
    help="A OneRoster CSV export that becomes the district.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Play the acceptance scenarios, and write their report here.",
)
@click.option("--serve", is_flag=True, help="Open the pages, also with --out.")
@click.option(
    "--port",
    type=click.IntRange(0, 65532),
    default=8100,
    show_default=True,
    help="Of the start page; otus +1, powerschool +2, skyward +3; 0 is any free ones.",
)
@click.option("--names", is_flag=True, help="Keep the real names of the roster.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the districts here, and go on with those that are here.",
)
def uat(
    config: Path | None,
    roster: Path | None,
    out: Path | None,
    port: int,
    folder: Path | None,
    *,
    serve: bool,
    names: bool,
) -> None:
    """Try a district in a browser: mock Otus, mock gradebooks, and the real agent between them.

    With nothing else it is a made-up district. Nothing real is touched: the servers that a
    configuration names are never asked.
    """
    if out and not (config and roster):
        raise click.UsageError("--out needs --config and --roster: the report is about these two")
    code = 0
    if out and config and roster:
        code = _report(config, roster, out, named=names)
    if serve or not out:
        with _kept(folder) as kept:
            _serve(kept, config, roster, port, named=names)
    sys.exit(code)


def _report(config: Path, roster: Path, out: Path, *, named: bool) -> int:
    """The acceptance report; its exit code."""
    from contracts.uat.acceptance.run import accept
    from contracts.uat.roster.clean import write_clean

    _looked_at(roster)
    with tempfile.TemporaryDirectory(prefix="passback-uat-") as name, _usable():
        clean = write_clean(roster, Path(name) / roster.stem, named=named)
        code = accept(config, clean, out, named=named)
    click.echo(f"report {out / 'report.html'}")
    return code


def _serve(
    folder: Path, config: Path | None, roster: Path | None, port: int, *, named: bool
) -> None:
    """Run until Ctrl-C."""
    from contracts.uat.run import districts, pages

    found = _looked_at(roster) if roster else None
    try:
        with districts(folder, base_port=port, policy=config) as registry:
            if roster and found and not registry.has_roster(roster.name):
                click.echo(f"making a district of {roster.name} ...", err=True)
                with _usable():
                    registry.import_roster(roster, roster.name, found, named=named)
            elif not registry.all():
                registry.make_up()
            with pages(registry, folder, port=port, named=named) as address:
                click.echo(f"open {address}")
                _wait()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        what = "a port is taken: choose others with --port" if taken else str(error)
        raise CannotServe(what) from None
    except sqlite3.DatabaseError:
        raise Unusable("--folder: what is kept there cannot be read") from None


def _looked_at(roster: Path) -> "Findings":
    """What was found in an export that can be used; one line for one that cannot."""
    from contracts.uat.roster.findings import look

    try:
        found = look(roster, today=datetime.now(UTC).date())
    except OSError as error:
        raise Unusable(f"--roster: {error.filename}: {error.strerror}") from None
    if found.usable:
        return found
    first, more = found.problems[0], found.stopping - 1
    rest = f" (and {more} more: open `passback uat` and upload it to see all)" if more else ""
    raise Unusable(f"--roster: {first.place}: {first.what}{rest}")


@contextmanager
def _usable() -> Iterator[None]:
    from mock_sis.districts.oneroster_csv.row import ImportFault

    try:
        yield
    except ImportFault as fault:
        raise Unusable(f"--roster: {fault}") from None


@contextmanager
def _kept(folder: Path | None) -> Iterator[Path]:
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="passback-uat-") as name:
            yield Path(name)
    else:
        yield folder


def _wait() -> None:
    try:
        signal.pause()
    except KeyboardInterrupt:
        click.echo("")
