"""The `passback demo` command."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from contracts.vendors import SISES


class Unusable(click.ClickException):
    """An export that cannot be played: one line, the exit code of a wrong configuration."""

    exit_code = 10


@click.command(short_help="Show nights of a district, between mocks.")
@click.option(
    "--sis",
    type=click.Choice([*SISES, "both"]),
    default="both",
    show_default=True,
    help="Which gradebook to pass back into.",
)
@click.option("--nights", type=click.IntRange(min=1), help="Play at most this many nights.")
@click.option(
    "--source",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR-or-ZIP",
    help="A OneRoster CSV export: its roster becomes the district, its results the scores.",
)
@click.option("--no-serve", is_flag=True, help="End at once instead of leaving the mocks running.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the configuration and the ledger here.",
)
def demo(
    sis: str, nights: int | None, source: Path | None, out: Path | None, *, no_serve: bool
) -> None:
    """Show a district's nights: mock Otus, mock SIS and the real agent between them."""
    from contracts.demo.export import play_export
    from contracts.demo.play import play_story
    from mock_sis.districts.oneroster_csv.row import ImportFault

    kinds = SISES if sis == "both" else (sis,)
    serve = not no_serve and sys.stdin.isatty()
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(out))
        if source is None:
            code = play_story(stack, folder, kinds, nights, serve=serve)
        else:
            try:
                code = play_export(stack, folder, kinds, source, nights, serve=serve)
            except ImportFault as fault:
                raise Unusable(f"--source: {fault}") from None
        if serve:
            click.echo("mocks and pages keep running; Ctrl-C ends them")
            _wait()
    sys.exit(code)


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is None:
        with tempfile.TemporaryDirectory(prefix="passback-demo-") as name:
            yield Path(name)
    else:
        out.mkdir(parents=True, exist_ok=True)
        yield out


def _wait() -> None:
    import signal

    try:
        signal.pause()
    except KeyboardInterrupt:
        click.echo("")
