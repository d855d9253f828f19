"""`passback backup` and `restore`: a copy of the ledger's file, and its way back."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from agent.commands.build import as_json, build_ledger, configured
from agent.commands.care.parts import existing, file, print_json, size
from agent.commands.decisions import number
from agent.ledger import run_lock
from agent.ledger.care.restore import Copy, back_up, put_back
from agent.settings import Settings


@click.command()
@configured
@as_json
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The new file; one that exists is never overwritten.",
)
def backup(settings: Settings, out: Path, json_: bool) -> None:
    """Copy the ledger into a new file, also while a night runs, and check the copy."""
    copy = back_up(existing(settings), out, settings.district, datetime.now(UTC))
    if json_:
        print_json(asdict(copy))
    else:
        click.echo(f"{_described(copy)}\nThe copy was checked. It holds scores of students.")


@click.command()
@configured
@as_json
@click.argument("copy_file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
def restore(settings: Settings, copy_file: Path, json_: bool) -> None:
    """Put a copy of the ledger back; the present one is kept beside it.

    The next run compares every assignment and score with the SIS before it writes.
    """
    ledger = file(settings)
    with run_lock(settings.ledger.url):
        copy, kept = put_back(ledger, copy_file, settings.district, datetime.now(UTC))
        build_ledger(settings).close()
    if json_:
        print_json({**asdict(copy), "kept": None if kept is None else str(kept)})
        return
    click.echo(_described(copy))
    if kept is not None:
        click.echo(f"The ledger that was there is now {kept}.")
    click.echo(
        "The next sync reads every assignment and score of the SIS before it writes: what it sent\n"
        "since is recognised, what teachers changed stays. Look first with `passback plan`."
    )


def _described(copy: Copy) -> str:
    last = copy.last_run or "none"
    return (
        f"{copy.file}: ledger of {copy.district}, last run {last},"
        f" {number(copy.columns, 'assignment')}, {number(copy.scores, 'cell')}, {size(copy.bytes)}"
    )
