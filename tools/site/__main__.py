"""Build the site of the documentation: `python -m tools.site`, that is `make site`."""

import sys

import click

from tools.site.build import BuildError, built
from tools.site.pages import ROOT


def main() -> None:
    """Build it into build/docs, and say where it begins."""
    try:
        click.echo(built(ROOT, ROOT / "build/docs") / "index.html")
    except BuildError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
