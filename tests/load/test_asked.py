"""What the command line asks for becomes a play; the command stays free of what Locust changes."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.cli import passback
from load.arithmetic import Volume
from load.asked import Asked
from load.district import District
from load.programme import read
from load.stage import Setting, Stage
from load.trouble import FULL, SHORT, points


def test_a_night_is_small_typical_and_troubled_unless_told():
    play = Asked().play()
    assert [volume.scores for volume in play.setting.volumes] == [720]
    assert (play.setting.connections, play.setting.latency) == (8, 0.05)
    assert play.trouble == FULL


@pytest.mark.parametrize(("sis", "connections"), [("skyward", 8), ("powerschool", 1)])
def test_connections_are_the_agents_own_unless_told(sis, connections):
    assert Asked(sis=sis).lanes == connections
    assert Asked(sis=sis, connections=3).lanes == 3


def test_trouble_can_be_short_or_off():
    assert Asked(short=True).scale == SHORT
    assert Asked(trouble="off", short=True).scale is None
    assert Asked(trouble="off").bounds(0).added == 0


def test_the_vendor_plays_several_districts_at_once():
    asked = Asked(profile="vendor", districts=10, workers=2)
    assert len(asked.play().setting.volumes) == 10
    assert asked.play().at_once == 8


def test_trouble_comes_in_order_and_once_each():
    district = _district(Path(), "d-1")
    told = points(FULL, district.now())
    assert [at for at, _ in told] == sorted(at for at, _ in told)
    assert len({fault["id"] for _, fault in told}) == len(told) == 5


def _district(folder, name):
    return District(
        name=name,
        volume=Volume(1_200),
        otus="http://127.0.0.1:1/w/d",
        sis="http://127.0.0.1:2/w/d",
        config=folder / "c.toml",
        ledger=folder / "l.db",
        results=folder / name,
        offset=5.0,
    )


def test_a_district_is_claimed_by_one_worker_only(tmp_path):
    stage = Stage(Setting([]), tmp_path, [_district(tmp_path, n) for n in ("a", "b")])
    stage.programme(tmp_path / "p.json", at_once=2, background=0)
    one, other = read(tmp_path / "p.json"), read(tmp_path / "p.json")
    taken = [one.claim(), other.claim(), one.claim(), other.claim()]
    assert [part and part.name for part in taken] == ["a", "b", None, None]


@pytest.mark.parametrize(
    "words",
    [
        ("--profile", "huge"),
        ("--night", "quiet"),
        ("--adoption", "0"),
        ("--adoption", "2"),
        ("--connections", "65"),
        ("--latency", "-1"),
        ("--workers", "-1"),
    ],
)
def test_what_cannot_be_played_is_a_usage_error(words):
    assert CliRunner().invoke(passback, ["load", *words]).exit_code == 2


def test_a_place_that_cannot_be_written_is_one_line_and_exit_6(tmp_path):
    (tmp_path / "file").touch()
    told = CliRunner().invoke(passback, ["load", "--out", str(tmp_path / "file" / "below")])
    assert told.exit_code == 6
    assert told.output.startswith("Error: ")
    assert "Traceback" not in told.output


@pytest.mark.slow
def test_the_command_imports_neither_locust_nor_gevent():
    code = (
        "import sys; from load import cli, performance, mock_alone\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert not {"locust", "gevent"} & set(ran.stdout.split())
