"""A night over PowerSchool that is killed, or that another one meets: nothing lost, nothing twice.

A create carries no id and must not be repeated blindly, so every kill is a chance for a second
column; the next night looks the tag up first.
"""

import random
import signal
import time

import pytest

from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import CREATE, SCORES
from tests.e2e.work import assert_as_if_nothing_had_happened, fault, healed, some_work, told

pytestmark = pytest.mark.slow


def kill_after(district: PowerSchoolDistrict, calls: int, pause: float = 0.0) -> None:
    """Start a night and kill -9 it once the mock's log is that much longer."""
    process = district.start_sync()
    until = len(district.journal()) + calls
    deadline = time.monotonic() + 30
    while process.poll() is None and len(district.journal()) < until:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(pause)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def kill_at(district: PowerSchoolDistrict, operation: str, many: int = 1) -> None:
    """Start a night and kill -9 it once so many calls of the operation were served."""
    process = district.start_sync()
    deadline = time.monotonic() + 30
    while sum(e["operation"] == operation for e in district.journal()) < many:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("seed", range(8))
def test_c10_a_night_killed_anywhere_comes_to_the_same_end(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, seed: int
):
    chance = random.Random(seed)
    some_work(district)
    fault(district, "delay", seconds=0.03)
    for _ in range(chance.randint(1, 3)):
        kill_after(district, chance.randint(0, 60), chance.random() * 0.03)
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.parametrize("many", [1, 2, 4])
def test_c10_killed_while_a_create_is_under_way_no_column_is_made_twice(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, many: int
):
    """The mock is slow to answer, so the column is there and nobody heard of it."""
    some_work(district)
    fault(district, "delay", CREATE, seconds=0.3)
    fault(district, "drop_after", CREATE, nth=many)
    kill_at(district, CREATE, many)
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


def test_c10_killed_between_the_create_and_its_number(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    some_work(district)
    fault(district, "delay", "getAssignment", seconds=2)
    kill_at(district, CREATE)
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


def test_c5_c10_a_killed_night_and_a_teacher_before_the_next_one(district: PowerSchoolDistrict):
    some_work(district)
    fault(district, "delay", "listAssignments", seconds=0.2)
    kill_at(district, SCORES)
    healed(district)
    shown = [s for s in ("200001", "200002") if district.columns(s)]
    typed = []
    for section in shown:
        column = district.column("a-1", section)
        for row in district.gradebook(section)["rows"]:
            typed.append((section, row["student"]))
            path = f"/columns/{column['id']}/scores/{row['student']}"
            district.control("PUT", path, {"score": 19})

    run = district.sync()

    assert run.code == 0
    assert typed
    for section, student in typed:
        assert district.marks("a-1", section)[student] == "19"
    assert len(district.columns("200001")) == 2
    assert district.sync().writes == 0


def test_a_second_run_at_the_same_time_is_locked_out(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    some_work(district)
    fault(district, "delay", SCORES, seconds=0.5)
    process = district.start_sync()
    while not any(e["operation"] == CREATE for e in district.journal()):
        assert process.poll() is None
        time.sleep(0.02)

    for run in (district.sync(), district.plan()):
        assert run.code == 11
        assert run.err.startswith("passback: another run")

    healed(district)
    process.communicate()
    assert process.returncode == 0
    assert_as_if_nothing_had_happened(district, twin)
    assert told(district.sync())["a-1", "200001", "s-3001"] == "unchanged"
