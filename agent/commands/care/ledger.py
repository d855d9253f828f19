"""`passback ledger`: whether it is sound, and where it goes on."""

import os
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from agent.commands.build import as_json, configured
from agent.commands.care.parts import WORDS, existing, opened, print_json, size
from agent.commands.decisions import number
from agent.errors import ConfigError, LedgerError
from agent.ledger import file_of, in_postgres, ledger_password, open_store, store_to_move
from agent.ledger.care.check import examine, examine_database
from agent.ledger.care.last_run import distrust
from agent.ledger.care.move import Moved
from agent.ledger.care.move import move as move_ledger
from agent.settings import Settings


@click.group()
def ledger() -> None:
    """Look whether the ledger is sound; move it to another store."""


@ledger.command("check")
@configured
@as_json
def check(settings: Settings, json_: bool) -> None:
    """Look whether the ledger is sound; writes nothing. Exit 10 when it is damaged."""
    url, district, file = settings.ledger.url, settings.district, file_of(settings.ledger.url)
    if in_postgres(url):
        password = ledger_password(settings, os.environ)
        opened_to_read = open_store(url, district, password=password, read_only=True)
        with closing(opened_to_read) as store:
            path, found = store.name, examine_database(store)
    else:
        path, found = str(existing(settings)), examine(existing(settings), district)
    if json_:
        print_json({"file": file and str(file), "sound": not found.damaged, **asdict(found)})
    else:
        for line in found.damaged:
            click.echo(f"damaged: {line}")
        for line in found.warnings:
            click.echo(f"warning: {line}")
        if not found.damaged:
            click.echo(f"{path} is sound.")
        for name, number in found.figures.items():
            shown = size(number) if name.endswith("bytes") else f"{number:,}"
            click.echo(f"  {WORDS.get(name, name.replace('_', ' ')):28} {shown}")
    if found.damaged:
        way = "`passback restore`" if file else "pg_restore"
        raise LedgerError(f"{path} is damaged: restore a backup with {way}")


@ledger.command("move")
@configured
@as_json
@click.option(
    "--to",
    required=True,
    metavar="URL",
    help="sqlite:///FILE or postgresql://USER@HOST/DATABASE, with no ledger of the district yet.",
)
def move(settings: Settings, to: str, json_: bool) -> None:
    """Carry the ledger to another store, compare, and mark the old one: no run uses it any more.

    No run is at work meanwhile; stop `passback serve` first. The password of a database is that of
    [ledger] password.
    """
    url, district = settings.ledger.url, settings.district
    goal, password = _absolute(to), ledger_password(settings, os.environ)
    if goal == url:
        raise ConfigError(f"the ledger is at {url} already")
    with (
        store_to_move(url, district, existing=True, password=password) as source,
        store_to_move(goal, district, existing=False, password=password) as target,
    ):
        moved = move_ledger(source, target, goal, datetime.now(UTC))
        old = source.name
    if json_:
        print_json({**asdict(moved), "from": url, "to": goal})
    else:
        click.echo(_sentences(moved, district, old, goal))


def _absolute(url: str) -> str:
    """The URL with which the ledger is found from everywhere."""
    kind, found, path = url.partition("sqlite:///")
    return f"{found}{Path(path).absolute()}" if found and not kind and path else url


def _sentences(moved: Moved, district: str, old: str, goal: str) -> str:
    rows = number(sum(moved.rows.values()), "row")
    lines = [
        f"The ledger of {district} had been moved already; both still hold the same {rows}."
        if moved.again
        else f"Moved the ledger of {district}: {rows}, compared and the same.",
        "Now change its configuration:",
        f'  [ledger]\n  url = "{goal}"',
        f"No run uses {old} any more. Delete it after the next night: it holds scores of students.",
    ]
    return "\n".join(lines)


@ledger.command("doubt")
@configured
def distrust_ledger(settings: Settings) -> None:
    """Have the next run compare all that the ledger knows with the SIS before it writes.

    For a ledger that may be older than its last run and cannot know it, as after the disk of a
    database was set back.
    """
    with opened(settings) as store:
        distrust(store)
    click.echo("The next sync reads every assignment and score of the SIS before it writes.")
