"""`passback load --profile vendor` with two districts, on a PostgreSQL of its own."""

import json

import psutil
import pytest

from load.fleet.cluster import NONE, PROGRAMS, programs
from load.fleet.postgresql import postgresql
from load.fleet.run import run_fleet
from load.options import Options
from tests.postgres import wanted_programs

pytestmark = pytest.mark.timeout(300)


@pytest.mark.slow
def test_every_district_is_done_once_and_nothing_is_left_running(tmp_path):
    wanted_programs()
    before = set(psutil.Process().children(recursive=True))
    options = Options(profile="vendor", districts=2, size=0.025, slots=1, latency=5, out=tmp_path)
    report = run_fleet(options, lambda _line: None)
    assert [check.name for check in report.checks if not check.passed] == []
    assert [night.measured.workers for night in report.nights] == [1, 1, 2]
    assert all(night.scores == 78 for night in report.nights[1:])
    assert all(night.measured.cpu_workers > 0 and night.peak > 10 for night in report.nights[1:])
    assert json.loads((tmp_path / "fleet.json").read_text())["passed"] is True
    assert set(psutil.Process().children(recursive=True)) <= before


def test_without_postgresql_a_line_says_what_is_missing(tmp_path):
    server = postgresql(tmp_path / "server", None)
    with pytest.raises(RuntimeError) as told, server:
        raise AssertionError
    assert str(told.value) == NONE


def test_the_newest_server_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs(tmp_path) is None
    for version in ("9.6", "15", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in PROGRAMS:
            (folder / name).touch()
    (tmp_path / "17/bin/pg_ctl").unlink()
    assert programs(tmp_path) == tmp_path / "15/bin"
