"""What is built is the same on every machine, and has what belongs in it and no more."""

import os
import subprocess
import sys
import tarfile
import time
from email import message_from_bytes
from hashlib import sha256
from importlib.metadata import requires
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from tests.meta.test_dependencies import FOREIGN
from tests.release.conftest import EPOCH, copy_of_the_tree
from tools.release.build import build

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def sums(folder):
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def contents(wheel):
    with ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_another_copy_of_the_tree_gives_the_same_bytes(built, tmp_path):
    """The copy has other times and modes, as a checkout with another umask has."""
    other = copy_of_the_tree(tmp_path / "elsewhere")
    for file in other.rglob("*"):
        if file.is_file():
            file.chmod(0o660)
            os.utime(file, (time.time() - 1e6,) * 2)

    build(other, tmp_path / "again", EPOCH)

    assert sums(tmp_path / "again") == sums(built)
    assert len(sums(built)) == 2


def test_the_sdist_lacks_nothing_that_a_wheel_from_the_tree_has(tree, wheel, tmp_path):
    """The wheel of a release is built from the sdist."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--no-index", "--wheel-dir", tmp_path, tree], check=True)
    [straight] = tmp_path.glob("*.whl")
    assert contents(straight) == contents(wheel)


def test_the_sdist_has_the_packages_and_what_builds_them_and_no_more(built):
    [archive] = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.split("/")[1] for name in opened.getnames()}
    assert names == {
        *("agent", "mock_sis", "contracts", "load", "passback.egg-info", "PKG-INFO", "setup.cfg"),
        *("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "CHANGELOG.md", "LICENSE"),
    }


def test_programs_that_use_a_package_get_its_types(wheel):
    typed = {name.split("/")[0] for name in contents(wheel) if name.endswith("/py.typed")}
    assert typed == {"agent", "contracts", "load", "mock_sis"}


def test_what_a_wheel_asks_for_without_extras_brings_neither_flask_nor_mocks(wheel):
    [metadata] = [text for name, text in contents(wheel).items() if name.endswith("/METADATA")]
    found = set()
    asked = [
        Requirement(text) for text in message_from_bytes(metadata).get_all("Requires-Dist") or ()
    ]
    while asked:
        one = asked.pop()
        if one.name in found or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        found.add(one.name)
        asked += map(Requirement, requires(one.name) or ())
    assert {"click", "httpx2", "msgspec"} <= found
    assert {name.replace("-", "_") for name in found} & FOREIGN == set()
