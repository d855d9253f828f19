"""The demo as a newcomer runs it: promises kept on both SIS, and an export accounted for."""

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
@pytest.mark.timeout(300)
@pytest.mark.parametrize("sis", ["skyward", "powerschool"])
def test_every_row_of_a_real_gradebook_is_accounted_for(tmp_path: Path, sis: str):
    source = tmp_path / "export"
    write(read(data_set("oulad"), ["AAA-2013J"]), source)

    done = demo("--sis", sis, "--source", str(source))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost" not in done.stdout
    assert "THESE DIFFER" not in done.stdout
    assert "Every one of the 1633 results of the export:" in done.stdout
    assert "1519  delivered" in done.stdout
    assert "114  refused: grading_period_closed" in done.stdout
