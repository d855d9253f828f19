"""The units for systemd: valid, on time in other zones, and with the program's exit codes."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from agent import errors
from agent.fleet.command import fleet
from agent.fleet.settings import WorkerSettings
from tests.meta.project_files import ROOT

UNITS = ROOT / "deploy/systemd"
PROGRAM = "/opt/passback/bin/passback"


def analyze(*arguments: str) -> str:
    """What systemd-analyze prints; it fails where it finds a fault."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze here")
    ended = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    return ended.stdout


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units of one district, with a program that is there."""
    for unit in UNITS.iterdir():
        name = unit.name.replace("@.", "@lakeview.")
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", sorted(file.name for file in UNITS.iterdir()))
def test_systemd_finds_no_fault_in_a_unit(installed: Path, name: str):
    analyze("verify", "--recursive-errors=no", str(installed / name.replace("@.", "@lakeview.")))


def test_systemd_finds_a_fault_where_there_is_one(installed: Path):
    unit = installed / "passback-serve.service"
    unit.write_text(unit.read_text().replace("Restart=on-failure", "Restart=perhaps"))
    with pytest.raises(AssertionError, match="perhaps"):
        analyze("verify", "--recursive-errors=no", str(unit))


@pytest.mark.parametrize("zone", ["", " America/Chicago", " Pacific/Honolulu"])
def test_the_timer_comes_every_evening_in_the_zone_that_is_named(zone: str):
    [hour] = re.findall(r"^OnCalendar=(.+)$", text_of("passback@.timer"), re.MULTILINE)
    told = analyze("calendar", "--iterations=2", hour + zone)
    assert f"Normalized form: {hour}{zone}" in told


def text_of(name: str) -> str:
    return (UNITS / name).read_text(encoding="utf-8")


def numbers(setting: str, name: str = "passback@.service") -> set[int]:
    [found] = re.findall(rf"^{setting}=(.+)$", text_of(name), re.MULTILINE)
    return set(map(int, found.split()))


def test_every_exit_code_is_either_fine_or_tried_again_or_left_to_a_person():
    kinds = [errors.PassbackError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    codes = {kind.exit_code for kind in kinds} | {0, 2, 3}
    fine = {0} | numbers("SuccessExitStatus")
    left = numbers("RestartPreventExitStatus")
    assert not fine & left
    assert codes - fine - left == {5, 6}


def test_tries_end_before_the_next_night():
    [wait] = re.findall(r"^RestartSec=(\d+)min$", text_of("passback@.service"), re.MULTILINE)
    [times] = re.findall(r"^StartLimitBurst=(\d+)$", text_of("passback@.service"), re.MULTILINE)
    assert int(wait) * int(times) <= 3 * 60


@pytest.mark.parametrize("name", sorted(file.name for file in UNITS.glob("*.service")))
def test_a_service_runs_locked_down_and_keeps_its_files_to_itself(name: str):
    text = text_of(name)
    for line in ("UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict", "User=passback"):
        assert line in text.splitlines()
    assert "Environment" not in text  # a secret there shows in `systemctl show`


FLEET = sorted(file.name for file in UNITS.glob("passback-fleet-*"))


@pytest.mark.parametrize("name", FLEET)
def test_a_process_of_the_fleet_comes_back_however_it_ended_and_however_often(name: str):
    """Whoever loses PostgreSQL ends, perhaps with exit code 0; it may be away for hours."""
    lines = text_of(name).splitlines()
    assert {"Restart=always", "StartLimitIntervalSec=0"} <= set(lines)
    assert not [line for line in lines if line.startswith("RestartPrevent")]


@pytest.mark.parametrize("name", FLEET)
def test_a_process_of_the_fleet_is_begun_as_the_command_wants_it(name: str):
    [line] = re.findall(rf"^ExecStart={PROGRAM} fleet (.+)$", text_of(name), re.MULTILINE)
    command, *options = line.split()
    found = fleet.get_command(click.Context(fleet), command)
    assert found is not None
    assert found.make_context(command, options).params["config_file"].name == "fleet.toml"
    assert name.startswith(f"passback-fleet-{command}")


def test_a_worker_has_longer_to_stop_than_its_runs_have_to_end():
    [minutes] = re.findall(r"^TimeoutStopSec=(\d+)min$", text_of(FLEET[-1]), re.MULTILINE)
    assert FLEET[-1] == "passback-fleet-worker@.service"
    assert int(minutes) * 60 >= WorkerSettings().grace_seconds + 60


def test_no_report_that_names_students_goes_into_a_journal_or_a_mail():
    """With the events on standard output the report goes to standard error, and names none."""
    assert "/%i.toml --events -\nStandardOutput=null\n" in text_of("passback@.service")
    [line] = re.findall(r"^[\d*].*$", (ROOT / "deploy/cron/passback").read_text(), re.MULTILINE)
    assert line.endswith(" --events - >/dev/null")
    assert '--events, "-"]' in (ROOT / "deploy/kubernetes/cronjob.yaml").read_text()
