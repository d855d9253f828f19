"""`locust -f load/locust/...` without `passback load` works, or names what to run instead."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from load.locust.plan import NO_PLAN, VARIABLE
from mock_sis.server import serving
from tests.meta.project_files import ROOT

LOCUST = Path(sys.executable).with_name("locust")
FOLDERS = [ROOT, ROOT / "load", ROOT / "load/locust"]

pytestmark = pytest.mark.slow


def locust(*words, folder):
    """Locust's own command, in *folder*, as nobody prepared it."""
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    return subprocess.run(
        [LOCUST, *words, "--headless", "--only-summary"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=["root", "load", "locust"])
def test_the_users_of_a_night_name_the_command_to_use_instead(folder):
    done = locust("-f", str(ROOT / "load/locust/locustfile.py"), folder=folder)
    assert (done.returncode, done.stderr.strip()) == (1, NO_PLAN)


@pytest.mark.parametrize(
    ("sis", "batch", "folder"),
    [("skyward", "25 scores", ROOT), ("powerschool", "20 scores", ROOT / "load")],
    ids=["skyward", "powerschool"],
)
def test_the_users_of_a_mock_need_nothing_else(sis, batch, folder, tmp_path):
    file = os.path.relpath(ROOT / f"load/locust/{sis}.py", folder)
    with serving("otus", sis) as servers:
        servers.worlds.create("small", size="small", seed=1)
        words = ("--host", f"{servers[sis].url}/w/small", "-u", "2", "-r", "2", "-t", "8s")
        done = locust("-f", file, *words, "--csv", str(tmp_path / "out"), folder=folder)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out_stats.csv").open() as rows:
        failures = {row["Name"]: row["Failure Count"] for row in csv.DictReader(rows)}
    assert {"token", "list", "create", batch} <= set(failures)
    assert {name for name, count in failures.items() if count != "0"} == set()
