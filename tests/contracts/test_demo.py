"""The demo as a newcomer runs it: promises kept on both SIS, and an export accounted for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.oulad.read import read
from contracts.oulad.write import write
from tests.data_sets import data_set


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", "demo", "--no-serve", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_both_gradebooks_show_what_the_story_promises():
    done = demo()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT SO" not in done.stdout
    assert "The quiz shows the same marks for 14 students in both." in done.stdout
    assert done.stderr == ""


@pytest.mark.slow
def test_a_few_nights_are_enough_to_look_at(tmp_path: Path):
    done = demo("--sis", "skyward", "--nights", "2", "--out", str(tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "[2/2]" in done.stdout
    assert (tmp_path / "skyward.toml").is_file()
    assert (tmp_path / "skyward.db").is_file()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_row_of_a_real_gradebook_is_accounted_for_in_both(tmp_path: Path):
    source = tmp_path / "export"
    write(read(data_set("oulad"), ["AAA-2013J"]), source)

    done = demo("--sis", "both", "--source", str(source))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost" not in done.stdout
    assert "THESE DIFFER" not in done.stdout
    assert done.stdout.count("Every one of the 1633 results of the export:") == 2
    assert done.stdout.count("1519  delivered") == 2
    assert done.stdout.count("114  refused: grading_period_closed") == 2
    assert re.search(
        r"^\d{4} scores stand in both gradebooks: all the same$", done.stdout, re.MULTILINE
    )
    assert re.findall(r"^ +(\d+)  in (\w+) alone", done.stdout, re.MULTILINE) == [
        ("0", "powerschool"),
        ("0", "skyward"),
    ]
