"""The site, built by Zensical as zensical.toml says."""

import shutil
import subprocess
import sys
from pathlib import Path

import click

from tools.site.pages import put_together


class BuildError(Exception):
    """Zensical found something wrong, such as a link that leads nowhere; it says what."""


def built(root: Path, folder: Path) -> Path:
    """Build the documentation of the checkout *root* anew; give the site's folder, in *folder*."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    put_together(root, folder / "pages")
    shutil.copy(root / "zensical.toml", folder)
    run = subprocess.run(  # noqa: S603 - the command is ours
        [Path(sys.executable).with_name("zensical"), "build", "--strict", "--clean"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise BuildError(click.unstyle(run.stdout + run.stderr).partition("Traceback")[0])
    return folder / "site"
