"""Takes the pictures anew: `python -m tools.pictures [WAY ...]`. Needs Chromium.

The ways are district, acceptance, demo and load; without one it goes all of them.
"""

import sys

import click

from tools.pictures.album import WAYS, NoBrowser, browser_page
from tools.pictures.drawn import digest
from tools.pictures.kept import FOLDER, Kept, read, write


@click.command()
@click.argument("ways", nargs=-1, type=click.Choice(list(WAYS)))
def main(ways: tuple[str, ...]) -> None:
    """Take the pictures of these ways, and note what each of them shows."""
    kept = dict(read())
    try:
        for way in ways or tuple(WAYS):
            with browser_page() as page:
                for shot in WAYS[way](page, {}):
                    shot.take(FOLDER / shot.name)
                    file = digest((FOLDER / shot.name).read_bytes())
                    kept[shot.name] = Kept(
                        shot.shows.words, shot.shows.look, shot.shows.elements, file
                    )
                    click.echo(shot.name)
    except NoBrowser as error:
        sys.exit(str(error))
    write(kept)


if __name__ == "__main__":
    main()
