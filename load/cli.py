"""`passback load`: run a night at its real size and check it."""

import signal
import socket
import sys
from collections.abc import Callable
from errno import EADDRINUSE
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.errors import StoppedError
from load.profiles import PROFILES, Night
from load.vendors import DEFAULT, VENDORS

if TYPE_CHECKING:
    from load.checks import Check
    from load.options import Options

KINDS = [night.value for night in Night]
SMALLEST, LARGEST = 21, 1_000_000
"""Students of a district that a mock can hold."""
EVERY = 5.0
"""Seconds between lines of progress where there is no terminal to write over."""


class NotRunError(click.ClickException):
    """The night did not come to an end that can be checked: one line, exit code 6."""

    exit_code = 6


@click.command(short_help="Run a district's night at its real size.")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="small", show_default=True)
@click.option(
    "--students", type=click.IntRange(SMALLEST, LARGEST), help="So many, in place of a profile's."
)
@click.option("--night", type=click.Choice(KINDS), default="typical", show_default=True)
@click.option(
    "--adoption",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    help="Share of the teachers who use it.",
)
@click.option(
    "--latency",
    type=click.FloatRange(0, 10_000),
    default=50,
    show_default=True,
    help="Milliseconds that the SIS takes to answer.",
)
@click.option(
    "--connections",
    type=click.IntRange(1, 64),
    help="Requests at a time.  [default: 8; PowerSchool 1]",
)
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=0,
    help="Locust worker processes, and a master; of `vendor`: the fleet's.",
)
@click.option(
    "--await-workers",
    type=click.IntRange(0, 64),
    default=0,
    help="Locust workers that start elsewhere with --as-worker, and a master.",
)
@click.option("--web", is_flag=True, help="Show Locust's web page, until Ctrl-C.")
@click.option("--web-host", default="127.0.0.1", show_default=True)
@click.option("--web-port", type=click.IntRange(1, 65535), default=8089, show_default=True)
@click.option("--sis", type=click.Choice(list(VENDORS)), default=DEFAULT, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="passback-load",
    show_default=True,
    help="Where the report goes.",
)
@click.option("--trouble", type=click.Choice(["on", "off"]), default="on", show_default=True)
@click.option(
    "--short", is_flag=True, help="Trouble in small: an outage of 6 s instead of 60, and the like."
)
@click.option("--districts", type=click.IntRange(1, 1000), help="So many, in the same mix.")
@click.option(
    "--slots",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Of `vendor`: nights at once in a worker of the fleet.",
)
@click.option(
    "--size",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.1,
    show_default=True,
    help="Of `vendor`: the share of their students that its districts have.",
)
@click.option(
    "--background",
    type=click.IntRange(0, 100),
    default=0,
    show_default=True,
    help="So many teachers typing, and as many other integrations polling.",
)
@click.option(
    "--mock-alone",
    type=click.IntRange(5, 3600),
    metavar="SECONDS",
    help="No night: what the mock answers when nothing but Locust asks it.",
)
@click.option(
    "--as-worker",
    is_flag=True,
    help="No night of its own: be a Locust worker of those with --await-workers, until stopped.",
)
def load(mock_alone: int | None, *, as_worker: bool, **values: Any) -> None:
    """Run a district's night at its real size against the mocks, and check it.

    Exit 3 when a check failed. The report, as a page, CSV and JSON, goes to --out.
    """
    _installed()
    if as_worker:
        from load.locust.worker import work

        work()
    from load.options import Options

    options = Options(**values)
    _refuse_impossible(options)
    # Mocks, Locust and agents are processes of their own: a signal to this one is for them too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if mock_alone:
            passed = _mock_alone(options, mock_alone)
        else:
            passed = _fleet(options) if options.on_fleet else _night(options)
    except OSError as error:
        raise NotRunError(f"{error.filename}: {error.strerror}") from error
    except RuntimeError as error:
        raise NotRunError(str(error)) from error
    except KeyboardInterrupt:
        what = "the fleet's processes printed" if options.on_fleet else "Locust saw"
        seen = f"what {what} until then is in {options.out}"
        raise StoppedError(f"stopped before the end: nothing was checked; {seen}") from None
    sys.exit(0 if passed else 3)


def _night(options: "Options") -> bool:
    """Run a night and print its checks; return whether all passed."""
    from load.run import run

    facts = run(options, progress())
    for check in facts.checks:
        _print_check(check)
    click.echo(f"report: {options.out / 'report.html'}")
    return facts.passed


def _fleet(options: "Options") -> bool:
    """Play the nights of a fleet and print them and their checks; return whether all passed."""
    from load.fleet.checks import table
    from load.fleet.run import CORES, run_fleet

    report = run_fleet(options, progress())
    for line in table(report.nights, CORES):
        click.echo(line)
    for check in report.checks:
        _print_check(check)
    click.echo(f"report: {options.out / 'fleet.json'}")
    return report.passed


def _print_check(check: "Check") -> None:
    word = click.style("ok ", "green") if check.passed else click.style("RED", "red")
    click.echo(f"{word}  {check.name:34} {check.figure}  (target: {check.target})")
    if check.why and not check.passed:
        click.echo(f"     {check.why}")


def _mock_alone(options: "Options", seconds: int) -> bool:
    """Print what the mock answered; return whether nothing failed."""
    from load.mock_alone import mock_alone

    rows = mock_alone(options, seconds, progress())
    connections = options.setup().connections
    click.echo(f"{options.sis} mock, {connections} connections, {options.latency:g} ms of latency")
    click.echo(f"{'request':>12} {'a second':>9} {'p50 ms':>7} {'p99 ms':>7} {'failed':>7}")
    for row in rows:
        click.echo(f"{row.name:>12} {row.rate:9.0f} {row.p50:7.0f} {row.p99:7.0f} {row.failed:7}")
    return not any(row.failed for row in rows)


def _installed() -> None:
    """Refuse where a library is missing: Locust would be missed late, in another process."""
    _refuse_without("load", "locust", "matplotlib", "jinja2", "connexion")


def _refuse_without(extra: str, *names: str) -> None:
    for name in names:
        if find_spec(name) is None:
            raise click.UsageError(f"`load` needs {name}: pip install 'passback[{extra}]'")


def _refuse_impossible(options: "Options") -> None:
    """Refuse at once what would be ignored, or found out after the worlds are made."""
    from load.locust.processes import MASTER_PORT

    if options.on_fleet:
        _refuse_without("load,fleet", "procrastinate", "psycopg")
        if options.web or options.await_workers or options.background:
            raise click.UsageError("--profile vendor runs on a fleet, without Locust's options.")
        if options.students:
            raise click.UsageError(
                "--profile vendor has districts of many sizes: --size and --districts change them."
            )
    wanted = [(options.web_host, options.web_port)] if options.web else []
    wanted += [("127.0.0.1", MASTER_PORT)] if options.await_workers else []
    for host, port in wanted:
        try:
            socket.create_server((host, port)).close()
        except OSError as error:
            taken = "already in use" if error.errno == EADDRINUSE else error.strerror
            raise click.UsageError(f"{host}:{port} cannot be listened on: {taken}") from None


def progress() -> Callable[[str], None]:
    """Make what prints progress: a stage on a line of its own, the night over and over on one."""
    from time import monotonic

    terminal = sys.stderr.isatty()
    last = -EVERY

    def show(words: str) -> None:
        nonlocal last
        moving = words.startswith(" ")
        if moving and not terminal and monotonic() - last < EVERY:
            return
        last = monotonic() if moving else -EVERY
        click.echo(f"\r{words:78}" if terminal else words, err=True, nl=not (terminal and moving))

    return show
