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

from contracts.uat.bind import LOOPBACK, Bind
from mock_sis.cli import plain_names
from mock_sis.control.token import VARIABLE, kept_token
from mock_sis.world.private import private_folder

if TYPE_CHECKING:
    from contracts.uat.roster.findings import Findings


class Unusable(click.ClickException):
    """A roster or a configuration that cannot be used: one line, its own exit code."""

    exit_code = 10


class CannotServe(click.ClickException):
    """A command line that cannot be followed on this machine."""

    exit_code = 2


def _host(_context: click.Context, _option: click.Parameter, given: str) -> str:
    """The address of `--host`."""
    if ":" in given:
        raise click.BadParameter("an IPv4 address or a name is wanted, without a port")
    return given


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
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    callback=_host,
    help="Address to listen on; on any but this computer's own the mocks ask for the token too.",
)
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    callback=plain_names,
    help="A name under which others open the pages; may be given again. Links have the first.",
)
@click.option(
    "--token-file",
    envvar=VARIABLE,
    show_envvar=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The pages ask for the token in FILE; made when it is not there.",
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
    host: str,
    allow_hosts: list[str],
    token_file: Path | None,
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
            bind = Bind(host=host, names=allow_hosts, **_token(token_file, kept))
            _serve(kept, config, roster, bind, port, named=names)
    sys.exit(code)


def _report(config: Path, roster: Path, out: Path, *, named: bool) -> int:
    """The acceptance report; its exit code."""
    from contracts.uat.acceptance.run import accept
    from contracts.uat.roster.clean import write_clean

    _looked_at(roster)
    with tempfile.TemporaryDirectory(prefix="passback-uat-") as name, _usable():
        clean = write_clean(roster, Path(name) / roster.stem, named=named)
        try:
            code = accept(config, clean, out, named=named)
        except OSError as error:
            raise CannotServe(str(error)) from None
    click.echo(f"report {out / 'report.html'}")
    return code


def _serve(
    folder: Path,
    config: Path | None,
    roster: Path | None,
    bind: Bind,
    port: int,
    *,
    named: bool,
) -> None:
    """Run until Ctrl-C."""
    from contracts.uat.run import districts, pages

    found = _looked_at(roster) if roster else None
    try:
        with districts(folder, bind=bind, base_port=port, policy=config) as registry:
            if roster and found and not registry.has_roster(roster.name):
                click.echo(f"making a district of {roster.name} ...", err=True)
                with _usable():
                    registry.import_roster(roster, roster.name, found, named=named)
            elif not registry.all():
                registry.make_up()
            with pages(registry, folder, bind=bind, port=port, named=named) as address:
                _wait(f"open {address}")
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        where = error.filename or f"port {port}"  # of a mock, or of the pages
        what = f"{where} is taken: choose others with --port" if taken else str(error)
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


def _token(file: Path | None, folder: Path) -> dict[str, str]:
    """The token that is kept in *file*, which may stand in the folder of the districts."""
    if file is None:
        return {}
    try:
        private_folder(folder)
        return {"token": kept_token(file)}
    except (OSError, ValueError) as error:
        raise CannotServe(f"--token-file: {error}") from None


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


def _wait(line: str) -> None:
    """Print *line*, and wait for Ctrl-C, which may come as soon as somebody has read it."""
    try:
        click.echo(line)
        signal.pause()
    except KeyboardInterrupt:
        click.echo("")
