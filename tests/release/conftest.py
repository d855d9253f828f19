"""A release, built once from this working tree, and environments with nothing else in them."""

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.meta.project_files import ROOT, project_files, text_of
from tests.release.installed import Installed
from tools.release.build import build

EPOCH = 1_790_000_000


@pytest.fixture(scope="session")
def tree(tmp_path_factory) -> Path:
    """A copy of what git has, as it is now."""
    return copy_of_the_tree(tmp_path_factory.mktemp("tree"))


@pytest.fixture(scope="session")
def built(tree, tmp_path_factory) -> Path:
    """A folder with one wheel and one sdist."""
    made = tmp_path_factory.mktemp("built")
    build(tree, made, EPOCH)
    return made


@pytest.fixture(scope="session")
def wheel(built) -> Path:
    [made] = built.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def install(wheel, tmp_path_factory):
    """Installs the wheel with an extra into an empty environment; versions are the lock's."""
    locked = re.findall(
        r"^([a-z0-9.-]+==\S+) \\$", text_of(Path("requirements.lock")), re.MULTILINE
    )
    pins = tmp_path_factory.mktemp("pins") / "constraints.txt"
    pins.write_text("\n".join(locked))

    def installed(extra: str) -> Installed:
        home = tmp_path_factory.mktemp(extra or "agent")
        venv.create(home / "env", symlinks=True)
        pip = [sys.executable, "-m", "pip", "--python", home / "env/bin/python", "install"]
        wanted = f"passback[{extra}] @ {wheel.as_uri()}"
        quiet = ("-qq", "--no-compile", "--only-binary=:all:", "--disable-pip-version-check")
        subprocess.run([*pip, *quiet, "--constraint", pins, wanted], check=True, cwd=home)
        return Installed(home)

    return installed


def copy_of_the_tree(into: Path) -> Path:
    for file in project_files():
        (into / file).parent.mkdir(parents=True, exist_ok=True)
        (into / file).write_bytes((ROOT / file).read_bytes())
    return into
