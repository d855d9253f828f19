"""`passback fleet import`: configurations of districts into the fleet's database."""

from collections import Counter
from pathlib import Path

import click

from agent.errors import ConfigError
from agent.fleet.commands.parts import Fleet, with_fleet
from agent.fleet.database.configurations import names, put, remove_others


@click.command("import")
@with_fleet
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--remove-others", "only", is_flag=True, help="Take out districts that are not in PLACES."
)
def import_(fleet: Fleet, places: tuple[Path, ...], *, only: bool) -> None:
    """Take the configurations in PLACES, files or folders, into the database: all or none."""
    if fleet.settings.districts:
        raise ConfigError(
            "fleet.toml names its districts in files: take `districts` out of it to import them"
        )
    files = names(places)
    with fleet.database.transaction() as sql:
        keys = [put(sql, path, fleet.clock()) for path in files]
        twice = [key for key, number in Counter(keys).items() if number > 1]
        if twice:
            raise ConfigError(f"several files are of one district: {', '.join(twice)}")
        gone = remove_others(sql, keys) if only else []
    click.echo(f"districts imported: {len(keys)}; the next tick begins with them")
    if gone:
        click.echo(f"taken out: {', '.join(gone)}")
