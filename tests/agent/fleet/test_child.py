"""The process of a night: its result, its stop, its end without one, and without a worker."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from agent.errors import ConfigError, LockedError, StoppedError
from agent.fleet.commands.worker import do_night
from agent.fleet.settings import DatabaseSettings, FleetSettings
from agent.fleet.worker.child import Assignment, Child, Result, processes
from agent.serve.schedule.slots import Slot
from contracts.configuration import SECRETS, configuration
from tests.agent.fleet.test_engine import until

AT = datetime(2026, 12, 1, 3, tzinfo=UTC)


def assignment(key="lakeview"):
    return Assignment(
        title="Lakeview",
        key=key,
        origin="/x.toml",
        document=None,
        slot=None,
        again=False,
        at=AT,
        fleet=FleetSettings(database=DatabaseSettings(url="postgresql://h/d")),
    )


def night(assignment, stop):
    """What a run may do to its process, by the name of its district."""
    match assignment.key:
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "waits":
            while not stop():
                time.sleep(0.01)
            return Result(code=130, again=AT)
        case "hangs":
            time.sleep(600)
        case "locked":
            raise LockedError("another run is at work")
        case "broken":
            raise ConfigError("no secret")
        case "faulty":
            raise RuntimeError("Ada has 8.5")
    return Result(code=0, facts={"run": f"r-{assignment.key}"})


@pytest.fixture(scope="module")
def context():
    return processes([])


def ignores(pid, number):
    """Whether a process takes no notice of a signal (yet)."""
    status = Path(f"/proc/{pid}/status").read_text()
    [mask] = [line.split()[1] for line in status.splitlines() if line.startswith("SigIgn")]
    return bool(int(mask, 16) >> (number - 1) & 1)


def result(child, seconds=30):
    found = child.result(seconds)
    child.end()
    return found


def test_a_night_hands_its_result_back(context):
    found = result(Child(night, assignment(), context))
    assert found == Result(code=0, facts={"run": "r-lakeview"})


@pytest.mark.parametrize(
    ("key", "code", "busy", "settled"),
    [("locked", 11, True, True), ("broken", 10, False, False), ("faulty", 1, False, False)],
)
def test_what_kept_a_night_from_its_end_is_its_result(context, key, code, busy, settled):
    found = result(Child(night, assignment(key), context))
    assert (found.code, found.busy, found.settled) == (code, busy, settled)
    assert "Ada" not in found.why


def test_a_night_stops_when_its_worker_says_so_and_not_at_a_signal(context):
    child = Child(night, assignment("waits"), context)
    until(lambda: ignores(child.pid, signal.SIGTERM))
    os.kill(child.pid, signal.SIGTERM)  # as systemd tells every process of a service
    assert child.result(0.2) is None
    child.stop()
    assert result(child).code == 130


def test_a_process_that_dies_has_no_result(context):
    child = Child(night, assignment("dies"), context)
    with pytest.raises(EOFError):
        child.result(30)
    child.end()


def test_a_night_that_hangs_is_killed(context):
    child = Child(night, assignment("hangs"), context)
    child.kill()
    with pytest.raises(EOFError):
        child.result(30)
    child.end()


WORKER = """
import time
from tests.agent.fleet.test_child import assignment, night
from agent.fleet.worker.child import Child, processes
if __name__ == "__main__":
    child = Child(night, assignment("hangs"), processes([]))
    child.result(0.1)
    print(child.pid, flush=True)
    time.sleep(600)
"""


def test_a_night_ends_with_its_worker(tmp_path):
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment) as own:
        child = psutil.Process(int(own.stdout.readline()))
        own.kill()
    assert child.wait(30) is not psutil.STATUS_RUNNING


def configured(tmp_path, district="Lakeview"):
    path = tmp_path / "lakeview.toml"
    path.write_text(
        configuration(
            otus="http://127.0.0.1:9",
            sis="http://127.0.0.1:9",
            kind="skyward",
            ledger="lakeview.db",
            categories={"Quiz": "QUIZ"},
            effective=AT.date(),
            district=district,
        )
    )
    return dataclasses.replace(assignment(), origin=str(path))


def test_a_configuration_that_became_another_districts_begins_no_empty_ledger(tmp_path):
    """Between tick and run somebody renamed the district in its file."""
    renamed = configured(tmp_path, district="Hillside")
    with pytest.raises(ConfigError, match="'Hillside' by now, not of 'Lakeview'"):
        do_night(renamed, lambda: False)
    assert [path.name for path in tmp_path.iterdir()] == ["lakeview.toml"]


def test_a_fault_ends_no_night_for_good(tmp_path, monkeypatch):
    """Once a person lets a parked district run again, its night goes on."""
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    slot = Slot(AT.date(), AT, AT + timedelta(hours=9))
    tonight = dataclasses.replace(configured(tmp_path), slot=slot)

    def faulty(run, *, forced):
        raise LookupError

    for _ in range(tonight.fleet.worker.tries):
        with pytest.raises(LookupError):
            do_night(tonight, lambda: False, faulty)

    def begun(run, *, forced):
        raise StoppedError

    assert do_night(tonight, lambda: False, begun).code == StoppedError.exit_code
