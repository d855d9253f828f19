"""The command line of the converter."""

from pathlib import Path

import click

from tools.oulad.read import read
from tools.oulad.write import write


@click.command()
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--presentation", "chosen", multiple=True, help="Only this one, such as AAA-2013J.")
def oulad(source: Path, out: Path, chosen: tuple[str, ...]) -> None:
    """Convert the OULAD tables in SOURCE into a OneRoster CSV folder OUT."""
    written = write(read(source, chosen), out)
    click.echo(", ".join(f"{count} {name}" for name, count in written.items()))


if __name__ == "__main__":
    oulad()
