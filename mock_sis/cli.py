"""`passback mock`: run mock servers until told to stop."""

import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from mock_sis.control.token import VARIABLE, kept_token, new_token
from mock_sis.districts.sizes import named
from mock_sis.http.hosts import is_loopback, plain_name

if TYPE_CHECKING:
    from mock_sis.districts.factory import WorldFactory
    from mock_sis.world.world import World
    from mock_sis.world.worlds import Worlds


STOPS = {signal.SIGINT, signal.SIGTERM}


class Failure(click.ClickException):
    """A command line that cannot be followed: one line, exit code 2."""

    exit_code = 2


def plain_names(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> list[str]:
    """The names of `--allow-host`."""
    try:
        return [plain_name(name) for name in given]
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(short_help="Run mock servers of Otus and the SIS.")
@click.argument("which", type=click.Choice(["otus", "powerschool", "skyward", "all"]))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--allow-host",
    "allow_hosts",
    multiple=True,
    metavar="NAME",
    callback=plain_names,
    help="A name under which others ask for the mock; may be given again.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of a single mock; 0 is any free one."
)
@click.option(
    "--base-port",
    type=click.IntRange(0, 65532),
    help="otus +1, powerschool +2, skyward +3; 0 is any free ones.  [default: 8100]",
)
@click.option(
    "--world",
    default="tiny",
    show_default=True,
    metavar="SIZE|DIR|ZIP",
    help="tiny, small, large, very-large, a number of students, or a OneRoster CSV export.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Of a made-up world."
)
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the world in FILE; one that is there goes on where it was.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="PASSBACK_CACHE",
    help="Keep made-up worlds in DIR, and take them from there.  [env: PASSBACK_CACHE]",
)
@click.option("--tls", is_flag=True, help="Speak https with a self-signed certificate.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that share the ports and the world.",
)
@click.option("--at", metavar="ISO", help="Where the world's clock starts: an instant or a date.")
@click.option(
    "--control-token-file",
    envvar=VARIABLE,
    show_envvar=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The control plane and the pages ask for the token in FILE; made when it is not there.",
)
def mock(
    which: str,
    host: str,
    allow_hosts: list[str],
    port: int | None,
    base_port: int | None,
    world: str,
    seed: int,
    db: Path | None,
    cache: Path | None,
    workers: int,
    at: str | None,
    control_token_file: Path | None,
    *,
    tls: bool,
) -> None:
    """Run the mock servers of Otus and the SIS; each prints `ready NAME URL`.

    Client id `passback`, secret `passback-secret`. Ctrl-C or SIGTERM stops them.
    """
    names = chosen(which)
    ports = ports_of(names, which, port, base_port)
    start = moment(at) if at else None
    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-mock-")))
            worlds = open_worlds(db or folder / "world.db", world, seed, start, cache)
            stack.callback(worlds.close)
            token = control_token(host, control_token_file)
            certified = (db.parent if db else folder) if tls else None
            run = running(names, worlds, host, ports, certified, token, workers, allow_hosts)
            # Threads inherit what is blocked, so a signal waits for `sigwait` whenever it comes.
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
            for name, url in stack.enter_context(run).items():
                click.echo(f"ready {name} {url}")
        except (OSError, ValueError) as error:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
            raise Failure(explained(error)) from error
        wait_for_stop()


def wait_for_stop() -> None:
    """Wait for Ctrl-C or SIGTERM; a second one ends the process at once."""
    signal.sigwait(STOPS)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def chosen(which: str) -> list[str]:
    """The mocks to start."""
    from mock_sis.server import MOCKS

    return list(MOCKS) if which == "all" else [which]


def ports_of(
    names: list[str], which: str, port: int | None, base_port: int | None
) -> dict[str, int]:
    """The port of each mock."""
    from mock_sis.server import MOCKS

    if port is not None and (which == "all" or base_port is not None):
        raise Failure("--port is for a single mock and stands alone; use --base-port")
    if port is not None:
        return dict.fromkeys(names, port)
    base = 8100 if base_port is None else base_port
    return {name: base + MOCKS[name].offset if base else 0 for name in names}


def moment(given: str) -> datetime | date:
    """An instant or a date; an instant without a zone is the district's."""
    from mock_sis.districts.factory import TIMEZONE

    try:
        if len(given) == len("2026-08-20"):
            return date.fromisoformat(given)
        instant = datetime.fromisoformat(given)
    except ValueError:
        raise Failure(f"--at {given}: give an ISO date or instant") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(TIMEZONE))


def open_worlds(
    path: Path, world: str, seed: int, start: datetime | date | None, cache: Path | None
) -> "Worlds":
    """The world in *path*, made as asked when there is none, and those beside it."""
    from mock_sis.districts.cache import DistrictCache
    from mock_sis.districts.factory import WorldFactory
    from mock_sis.world.worlds import Worlds

    factory = WorldFactory(None if cache is None else DistrictCache(cache))
    return Worlds(open_world(path, world, seed, start, factory), factory)


def open_world(
    path: Path,
    world: str,
    seed: int,
    start: datetime | date | None,
    factory: "WorldFactory",
) -> "World":
    """The world in *path*; made as asked when there is none."""
    from mock_sis.world.world import World

    if path.exists():
        found = World.open(path)
        try:
            found.setting("size")
        except sqlite3.Error:
            raise Failure(f"--db {path}: this file holds no world") from None
        if start is not None:
            found.set_clock(start if isinstance(start, datetime) else found.noon(start))
        return found
    try:
        size = named(world)
    except ValueError as error:
        if not _stands(Path(world)):
            raise Failure(f"--world: {error}, or a folder or zip that exists") from None
        return factory.make(path, source=Path(world), seed=seed, start=start)
    return factory.make(path, size=size, seed=seed, start=start)


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # no file can have such a name
        return False


@contextmanager
def running(
    names: list[str],
    worlds: "Worlds",
    host: str,
    ports: Mapping[str, int],
    tls: Path | None,
    token: str | None,
    workers: int,
    allowed_hosts: Sequence[str],
) -> Iterator[dict[str, str]]:
    """Serve *worlds*; gives the URL of each mock. *tls* is where the certificate goes."""
    from mock_sis.server import serving

    certificate = None
    if tls is not None:
        from mock_sis.serve.certificate import write_certificate

        certificate = write_certificate(tls, now=datetime.now(UTC), host=host)
        click.echo(f"certificate {certificate[0]}", err=True)
    with serving(
        *names,
        worlds=worlds,
        host=host,
        allowed_hosts=allowed_hosts,
        ports=ports,
        certificate=certificate,
        validate_responses=False,
        token=token,
        workers=workers,
    ) as servers:
        yield {name: servers[name].url for name in names}


def control_token(host: str, file: Path | None) -> str | None:
    """What the control plane and the pages ask for: nothing where only this machine reaches them.

    The token of a *file* is asked for everywhere, and not printed.
    """
    if file is not None:
        return kept_token(file)
    if is_loopback(host):
        return None
    token = new_token()
    click.echo(f"control token {token}", err=True)
    return token


def explained(error: Exception) -> str:
    """One line for what went wrong at the start."""
    import errno

    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"{error.filename} is taken: choose others with --port or --base-port"
    return str(error)


if __name__ == "__main__":
    sys.exit(mock())
