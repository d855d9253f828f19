"""`passback fleet status`: the nights by state, and the districts that need somebody."""

import sys

import click

from agent.commands.build import as_json, print_json
from agent.fleet.commands.parts import Fleet, with_fleet
from agent.fleet.status import Status
from agent.fleet.status import status as status_of

TROUBLED = 3
"""Exit code: some district needs somebody now, or a kind of process is missing."""


@click.command()
@with_fleet
@as_json
def status(fleet: Fleet, *, json_: bool) -> None:
    """Show how the nights stand, and the districts that need somebody; exit 3 when one does."""
    with fleet.database.transaction() as sql:
        found = status_of(sql, fleet.clock())
    if json_:
        print_json(found.as_json())
    else:
        _show(found)
    sys.exit(TROUBLED if found.grave else 0)


def _show(found: Status) -> None:
    click.echo(f"districts: {found.districts}, by their newest night:")
    for state, number in found.nights.items():
        click.echo(f"{number:>8}  {state}")
    click.echo(
        ", ".join(f"{number} {kind}" for kind, number in found.processes.items())
        + f"; {found.busy} of {found.slots} slots at work"
        if found.processes
        else "no process of the fleet is alive"
    )
    for kind in found.missing:
        click.echo(f"no {kind} is alive: start `passback fleet {kind}`")
    if found.needy:
        click.echo("\nNeed somebody:")
    for each in found.needy:
        night = f", night of {each.day}" if each.day else ""
        click.echo(f"  {each.key} ({each.title}): {each.need.value}{night}: {each.facts}")
