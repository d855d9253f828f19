"""A night that is killed, or that another one meets: nothing lost, nothing twice."""

import random
import signal
import subprocess
import time

import pytest

from tests.e2e.support.district import District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import (
    assert_as_if_nothing_had_happened,
    fault,
    healed,
    held_night,
    killed,
    killed_night,
    some_work,
    told,
)

pytestmark = pytest.mark.slow


# ---- kill -9 -------------------------------------------------------------------------------------


@BOTH
@pytest.mark.seeds(6)
def test_c10_a_night_killed_anywhere_comes_to_the_same_end(
    district: District, twin: District, seed: int
):
    chance = random.Random(seed)
    some_work(district)
    fault(district, "delay", seconds=0.03)
    for _ in range(chance.randint(1, 3)):
        process = district.start_sync()
        calls = len(district.journal()) + chance.randint(0, 50)
        while process.poll() is None and len(district.journal()) < calls:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.03)
        killed(process)
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.parametrize("scores", [2, 5, 9])
def test_c5_c10_a_killed_night_and_a_teacher_before_the_next_one(district: District, scores: int):
    some_work(district)
    killed_night(district, scores)
    typed = [f"4000{n:02}" for n in range(1, 12)]
    for student in typed:
        district.type_score("a-1", student, 19)

    run = district.sync()

    assert run.code == 0
    assert {district.marks("a-1")[student] for student in typed} == {"19"}
    states = {
        told(run)["a-1", s, f"s-30{n:02}"]
        for n in (1, 8)
        for s in ("200001", "200002")
        if ("a-1", s, f"s-30{n:02}") in told(run)
    }
    assert states <= {"kept", "unchanged"}
    assert len(district.columns()) == 2


# ---- told to stop --------------------------------------------------------------------------------

STOPS = pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])


def assert_stopped(
    district: District, process: subprocess.Popen[str], code: int, message: str
) -> None:
    _, said = process.communicate()
    assert (process.returncode, said) == (code, f"passback: {message}\n")
    status = district.command("status", "-c", str(district.config)).out
    assert f"exit {code}  {message}" in status


@BOTH
@STOPS
def test_a_night_stopped_while_it_reads_leaves_nothing_to_resume(
    district: District, twin: District, stop: signal.Signals
):
    some_work(district)
    fault(district, "delay", seconds=0.1)
    events = district.folder / "events"
    process = district.start_sync("--events", str(events))
    while not (events.exists() and events.read_text()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(stop)

    assert_stopped(district, process, 130, "stopped before anything was written")
    healed(district)
    assert_as_if_nothing_had_happened(district, twin)


@BOTH
@STOPS
def test_a_night_stopped_while_it_writes_is_resumed(
    district: District, twin: District, stop: signal.Signals
):
    some_work(district)
    with held_night(district, 1, lost=False) as (process, released):
        process.send_signal(stop)
        released.set()

        assert_stopped(district, process, 5, "stopped after a write; run again to resume")
    assert_as_if_nothing_had_happened(district, twin)


# ---- one at a time -------------------------------------------------------------------------------


@BOTH
def test_a_second_run_at_the_same_time_is_locked_out(district: District, twin: District):
    some_work(district)
    with held_night(district, 1, lost=False) as (process, released):
        for run in (district.sync(), district.plan()):
            assert run.code == 11
            assert run.err.startswith("passback: another run")
            assert run.err.count("\n") == 1

        released.set()
        process.communicate()
    assert process.returncode == 0
    assert_as_if_nothing_had_happened(district, twin)
