"""`passback contract diff`: what a change of a contract breaks, and whether the agent uses that."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.commands.outcome import FOUND, SIS
from contracts.vendors import VENDORS

if TYPE_CHECKING:
    from contracts.drift.changes.compare import Change


@click.command(short_help="List what a change of a contract breaks.")
@click.argument("contracts", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--base",
    required=True,
    metavar="REV|FILE",
    help="The earlier version: a revision of git, or a file.",
)
@click.option("--sis", type=SIS, help="Whose contract it is, where the file's name does not say.")
def diff(contracts: Sequence[Path], base: str, sis: str | None) -> None:
    """Compare CONTRACTS with an earlier version; those of this package unless named.

    Lists what a caller of the earlier version can no longer rely on. BREAKS: Passback was measured
    to use it; warns: it was not. Exit 3 when something breaks.
    """
    found = list(_found(contracts, base, sis))
    for file, change in found:
        click.echo(f"{file.name}: {change}")
    felt = sum(change.felt for _, change in found)
    click.echo(
        f"{felt} breaking changes that the agent feels, {len(found) - felt} that it does not"
    )
    sys.exit(FOUND if felt else 0)


def _found(
    contracts: Sequence[Path], base: str, sis: str | None
) -> Iterator[tuple[Path, "Change"]]:
    from contracts.drift.changes import versions
    from contracts.drift.changes.compare import changes
    from contracts.drift.usage import usage
    from contracts.spec import CONTRACTS

    files = list(contracts) or [CONTRACTS / f"{name}.yaml" for name in VENDORS]
    if Path(base).is_file() and len(contracts) != 1:
        raise click.UsageError("--base FILE goes with one contract")
    for file in files:
        before = versions.earlier(base, file)
        if before is None:
            click.echo(f"{file.name}: not in {base}, so there is nothing to compare")
            continue
        used = usage(f"{sis}.yaml" if sis else file.name)
        yield from ((file, one) for one in changes(before, versions.read(file), used))
