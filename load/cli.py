"""`passback load`: a night at its real size, and whether it holds what it promises."""

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
from load.arithmetic import PROFILES, Night
from load.vendors import DEFAULT, VENDORS

if TYPE_CHECKING:
    from load.asked import Asked

KINDS = [night.value for night in Night]
EVERY = 5.0
"""Seconds between lines of progress where there is no terminal to write over."""


class NotPlayed(click.ClickException):
    """The night did not come to an end that could be judged: one line, exit code 6."""

    exit_code = 6


@click.command(short_help="Play a district's night at its real size.")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="small", show_default=True)
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
    help="Locust worker processes, and a master.",
)
@click.option(
    "--await-workers",
    type=click.IntRange(0, 64),
    default=0,
    help="Locust workers that `python -m load.worker` starts elsewhere, and a master.",
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
@click.option("--districts", type=click.IntRange(1), help="Of `vendor`: only so many, same mix.")
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
def load(mock_alone: int | None, **options: Any) -> None:
    """Play a district's night at its real size against the mocks, and judge it.

    Exit 3 when a gate is red. The report, as a page, CSV and JSON, goes to --out.
    """
    _installed()
    from load.asked import Asked
    from load.performance import perform

    asked = Asked(**options)
    _can_be_played(asked)
    # Mocks, Locust and agents are processes of their own: whoever ends this one means them too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if mock_alone:
            sys.exit(alone(asked, mock_alone))
        facts = perform(asked, progress())
    except OSError as error:
        raise NotPlayed(f"{error.filename}: {error.strerror}") from error
    except RuntimeError as error:
        raise NotPlayed(str(error)) from error
    except KeyboardInterrupt:
        seen = f"what Locust saw until then is in {asked.out}"
        raise StoppedError(f"stopped before the end: no gate was judged; {seen}") from None
    for gate in facts.gates:
        word = click.style("ok ", "green") if gate.passed else click.style("RED", "red")
        click.echo(f"{word}  {gate.name:34} {gate.figure}  (target: {gate.target})")
        if gate.why and not gate.passed:
            click.echo(f"     {gate.why}")
    click.echo(f"report: {asked.out / 'report.html'}")
    sys.exit(0 if facts.passed else 3)


def _installed() -> None:
    """Locust is not imported here, so it would be missed late."""
    for name in ("locust", "matplotlib", "jinja2", "connexion"):
        if find_spec(name) is None:
            raise click.UsageError(f"`load` needs {name}: pip install 'passback[load]'")


def _can_be_played(asked: "Asked") -> None:
    """Refuse at once what would be ignored, or found out after the worlds are made."""
    from load.locust_run import MASTER_PORT

    if asked.districts is not None and asked.profile != "vendor":
        raise click.UsageError("--districts goes with --profile vendor.")
    wanted = [(asked.web_host, asked.web_port)] if asked.web else []
    wanted += [("127.0.0.1", MASTER_PORT)] if asked.await_workers else []
    for host, port in wanted:
        try:
            socket.create_server((host, port)).close()
        except OSError as error:
            taken = "already in use" if error.errno == EADDRINUSE else error.strerror
            raise click.UsageError(f"{host}:{port} cannot be listened on: {taken}") from None


def alone(asked: "Asked", seconds: int) -> int:
    """Print what the mock answered; the exit code."""
    from load.mock_alone import mock_alone

    rows = mock_alone(asked, seconds, progress())
    click.echo(f"{asked.sis} mock, {asked.lanes} connections, {asked.latency:g} ms of latency")
    click.echo(f"{'request':>12} {'a second':>9} {'p50 ms':>7} {'p99 ms':>7} {'failed':>7}")
    for name, rate, p50, p99, failed in rows:
        click.echo(f"{name:>12} {rate:9.0f} {p50:7.0f} {p99:7.0f} {failed:7}")
    return 3 if any(failed for *_, failed in rows) else 0


def progress() -> Callable[[str], None]:
    """Prints a stage's name on a line of its own, and the night's progress over and over."""
    from time import monotonic

    terminal = sys.stderr.isatty()
    last = -EVERY

    def say(words: str) -> None:
        nonlocal last
        moving = words.startswith(" ")
        if moving and not terminal and monotonic() - last < EVERY:
            return
        last = monotonic() if moving else -EVERY
        click.echo(f"\r{words:78}" if terminal else words, err=True, nl=not (terminal and moving))

    return say
