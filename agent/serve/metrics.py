"""`passback metrics`: what the ledgers say of the last runs, as a file for node exporter."""

from pathlib import Path

import click
from prometheus_client import write_to_textfile

from agent.errors import ConfigError
from agent.serve.configurations import configurations_option, now, usable
from agent.serve.monitor.ledgers import Ledgers
from agent.serve.monitor.requests import new_registry


@click.command()
@configurations_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file, FOLDER/NAME.prom, in node exporter's --collector.textfile.directory.",
)
def metrics(places: tuple[Path, ...], out: Path) -> None:
    """Write what the ledgers say of the last runs as a file of Prometheus metrics."""
    if out.suffix != ".prom":
        raise click.BadParameter(
            f"node exporter reads no file but one that ends in .prom: {out}", param_hint="--out"
        )
    registry = new_registry()
    registry.register(Ledgers(usable(places).districts, now, by_clock=False))
    try:
        write_to_textfile(str(out), registry)
    except OSError as error:
        raise ConfigError(f"--out {out}: {error.strerror}") from None
