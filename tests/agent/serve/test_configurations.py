"""The districts of `serve`: files and folders, read again when they change, a broken one apart."""

import os
import time
from datetime import UTC, datetime

import pytest

from agent.errors import ConfigError
from agent.serve.command import Nights
from agent.serve.configurations import Configurations, usable
from agent.serve.jobs import Jobs
from agent.serve.monitor.ready import NONE, troubles_of
from agent.serve.schedule.scheduler import Scheduler

TEXT = """
district = "{name}"
timezone = "America/Chicago"
[source]
kind = "otus"
url = "http://127.0.0.1:9"
client_id = "x"
client_secret = {{ env = "S" }}
[sis]
kind = "skyward"
url = "http://127.0.0.1:9"
client_id = "x"
client_secret = {{ env = "S" }}
[policy]
effective_date = 2026-08-20
"""


@pytest.fixture
def written(tmp_path):
    def write(file, name, more=""):
        path = tmp_path / file
        path.write_text(TEXT.format(name=name) + more)
        # Two changes within a tick of the file system's clock.
        os.utime(path, ns=(write.count, write.count))
        write.count += 1
        return path

    write.count = 1
    return write


def configurations(*places):
    return Configurations(places, {}, lambda: datetime.now(UTC))


def keys(found):
    return [district.key for district in found.districts()]


def test_files_and_folders_are_all_meant_once(written, tmp_path):
    a, _ = written("a.toml", "Lakeview ISD"), written("b.toml", "Hilltop")
    written("notes.txt", "none")
    written(".hidden.toml~", "none")
    found = configurations(a, tmp_path)
    assert keys(found) == ["lakeview-isd", "hilltop"]
    assert [district.title for district in found.districts()] == ["Lakeview ISD", "Hilltop"]
    assert found.troubles() == {}


def test_the_same_name_twice_is_told_apart_by_the_files(written, tmp_path):
    for file in ("one.toml", "two.toml"):
        written(file, "Lakeview")
    assert keys(configurations(tmp_path)) == ["lakeview-one", "lakeview-two"]


def test_a_change_a_new_file_and_one_that_goes_are_seen(written, tmp_path):
    path = written("a.toml", "Lakeview")
    found = configurations(tmp_path)
    [before] = found.districts()
    assert before.settings is found.districts()[0].settings
    written("a.toml", "Lakeview", '[serve]\nat = "22:30"\n')
    assert f"{found.districts()[0].settings.serve.at:%H:%M}" == "22:30"
    written("b.toml", "Hilltop")
    assert keys(found) == ["lakeview", "hilltop"]
    path.unlink()
    assert keys(found) == ["hilltop"]


def test_a_broken_file_keeps_its_pages_and_says_why(written, tmp_path):
    path = written("a.toml", "Lakeview")
    written("b.toml", "Hilltop")
    found = configurations(tmp_path)
    assert keys(found) == ["lakeview", "hilltop"]
    path.write_text("district = 1")
    assert keys(found) == ["lakeview", "hilltop"]
    [(key, trouble)] = found.troubles().items()
    assert key == "lakeview"
    assert trouble.startswith(f"{path}: ")
    written("a.toml", "Lakeview")
    assert found.troubles() == {}


def test_two_files_of_one_district_with_one_ledger_do_not_take_turns(written, tmp_path):
    one, two = written("one.toml", "Lakeview"), written("two.toml", "Lakeview")
    written("other.toml", "Lakeview", '[ledger]\nurl = "sqlite:///other.db"\n')
    found = configurations(tmp_path)
    troubles = found.troubles()
    assert list(troubles) == ["lakeview-one", "lakeview-two"]
    assert troubles["lakeview-one"].startswith(f"{one}: {two} is of the same district")
    two.unlink()
    assert found.troubles() == {}


def test_a_folder_that_was_emptied_is_not_ready(written, tmp_path):
    path = written("one.toml", "Lakeview", '[ledger]\nurl = "sqlite:///one.db"\n')
    found = configurations(tmp_path)
    scheduler = Scheduler(
        found.districts,
        Jobs(Nights()),
        clock=lambda: datetime.now(UTC),
        wait=lambda _seconds: False,
        ticks=time.monotonic,
    )
    assert troubles_of(found, scheduler) == {}
    path.unlink()
    assert troubles_of(found, scheduler) == {"configuration": NONE}


def test_one_file_by_two_names_is_one(written, tmp_path):
    path = written("one.toml", "Lakeview")
    (tmp_path / "link.toml").symlink_to(path)
    found = configurations(path, tmp_path)
    assert keys(found) == ["lakeview"]
    assert found.troubles() == {}


def test_a_file_that_nests_without_end_is_told(written, tmp_path):
    written("good.toml", "Lakeview")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    found = configurations(tmp_path)
    assert keys(found) == ["lakeview"]
    assert "not readable as TOML" in found.troubles()["deep"]


def test_one_that_was_never_right_goes_by_its_files_name(written, tmp_path, capsys):
    written("good.toml", "Lakeview")
    (tmp_path / "Bad One.toml").write_text("[")
    assert keys(usable([tmp_path])) == ["lakeview"]
    assert "not readable as TOML" in capsys.readouterr().err
    assert list(configurations(tmp_path).troubles()) == ["bad-one"]
    gone = tmp_path / "gone.toml"
    assert "No such file" in configurations(gone).troubles()["gone"]
    with pytest.raises(ConfigError, match="No such file"):
        usable([gone])


@pytest.mark.parametrize(
    ("serve", "told"),
    [
        ('at = "25:00"', "at"),
        ('at = "21:00+01:00"', "at"),
        ("catch_up_hours = 0", "catch_up_hours"),
        ("catch_up_hours = 24", "catch_up_hours"),
        ('blackout = ["soon"]', "blackout"),
        ("blackout = [{ from = 2026-12-24, to = 2026-12-01 }]", "ends too early"),
        ("blackout = [{ from = 2026-12-24 }]", "to"),
        ('address = "passback.example"', "[serve] address"),
        ('hour = "21:00"', "hour"),
    ],
)
def test_a_wrong_schedule_is_refused_by_name(written, serve, told):
    path = written("a.toml", "Lakeview", f"[serve]\n{serve}\n")
    [trouble] = configurations(path).troubles().values()
    assert told in trouble
    assert "\n" not in trouble
