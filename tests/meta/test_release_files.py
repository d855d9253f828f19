"""One version, told in one place; every other file that names it names the same."""

import re
import tomllib
from datetime import date

import pytest
from click.testing import CliRunner

from agent.cli import passback
from tests.meta.project_files import ROOT, project_files, text_of

VERSION = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["version"]
SEMVER = r"(\d+\.\d+\.\d+)"
TOLD = (
    rf"passback-{SEMVER}-py3",
    rf"passback(?:-\w+)?:{SEMVER}",
    rf"newTag: {SEMVER}",
    rf"(?m)^version: {SEMVER}$",
    rf"passback[@=]=?v?{SEMVER}(?!\.)",
    rf"(?m)^ +rev: v{SEMVER}$",
)


def told():
    """(file, version) of each place that names a version of ours; a test's own made-up ones not."""
    for file in project_files():
        if file.parts[0] not in {"tests", "contracts"} and file.suffix in {
            ".md",
            ".yml",
            ".yaml",
            ".cff",
        }:
            for pattern in TOLD:
                yield from ((str(file), found) for found in re.findall(pattern, text_of(file)))


def test_every_file_that_names_the_version_names_this_one():
    found = list(told())
    assert len({file for file, _ in found}) >= 4
    assert [(file, version) for file, version in found if version != VERSION] == []


def test_the_command_tells_it():
    assert CliRunner().invoke(passback, ["--version"]).output == f"passback, version {VERSION}\n"


def test_the_changelog_has_a_place_for_what_comes_and_a_chapter_for_this_version():
    chapters = re.findall(
        r"^## \[(.+?)\](?: - (.*))?$", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE
    )
    assert chapters[0] == ("Unreleased", "")
    version, day = chapters[1]
    assert (version, date.fromisoformat(day).isoformat()) == (VERSION, day)


@pytest.mark.parametrize("kind", ["integration", "district", "load", "night"])
def test_the_changelog_speaks_to_each_kind_of_user(kind):
    assert re.search(rf"^### If you .*{kind}", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)
