"""A worker that is gone in the middle of a night: killed, frozen, or told to stop."""

import time

import pytest

from tests.fleet.conftest import Told
from tests.fleet.support.checks import edit_what_was_written, writes
from tests.fleet.support.processes import until
from tests.fleet.support.rig import HEARTBEAT, Fleet
from tests.fleet.support.slow import quick, slow

pytestmark = pytest.mark.slow


def test_two_ticks_begin_it_once_and_another_worker_does_what_a_killed_one_left(
    rig: Fleet, recovery: Told
):
    schools = rig.districts(3)
    slow(*schools)
    rig.tick(at_once=2)
    worker = rig.at_work(*schools)

    worker.kill()
    quick(*schools)
    schools[0].type_over("a-1", "400007", 19)
    rig.start("sweep")
    rig.start("worker")

    recovery("SIGKILL of a worker in the middle of three nights", rig.finished())
    rig.assert_done_once()
    rig.assert_all_is_well()
    for school in schools:
        assert rig.nights()[school.name]["lost"] == 1


def test_a_worker_frozen_for_longer_than_its_heartbeat_doubles_nothing(rig: Fleet, recovery: Told):
    schools = rig.districts(2)
    slow(*schools)
    rig.tick()
    frozen = rig.at_work(*schools)
    frozen.freeze()
    rig.start("sweep")
    rig.start("worker")
    until(lambda: all(n["lost"] for n in rig.nights().values()), "it counts as lost")
    stopped = {school.name: writes(school) for school in schools}  # what was under way is there
    time.sleep(4 * HEARTBEAT)
    assert {school.name: writes(school) for school in schools} == stopped
    edit_what_was_written(schools[0])

    frozen.thaw()
    quick(*schools)

    recovery("SIGSTOP for longer than the heartbeat, from SIGCONT on", rig.finished())
    rig.assert_done_once()
    rig.assert_all_is_well()


def test_a_worker_that_is_told_to_stop_ends_what_it_is_at_and_hands_the_rest_on(
    rig: Fleet, recovery: Told
):
    schools = rig.districts(2)
    for school in schools:  # one gradebook after the other, so that something is left
        school.sis_more = "max_connections = 1"
        school.save()
    slow(*schools)
    rig.tick()
    worker = rig.at_work(*schools)

    worker.terminate()

    assert worker.ended(30) == 0, worker.said
    assert "Traceback" not in worker.said
    rig.start("sweep")
    rig.start("worker")
    recovery("SIGTERM, from the end of the worker on", rig.finished())
    rig.assert_done_once()
    rig.assert_all_is_well()
    for school in schools:
        assert rig.nights()[school.name]["lost"] == 0
