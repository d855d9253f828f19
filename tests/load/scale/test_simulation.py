"""The simulated night: by hand where that is possible, and the same for the same seed."""

from dataclasses import replace

import pytest

from agent.fleet.settings import MOST_AT_A_HOST, WorkerSettings
from agent.settings import ServeSettings
from load.scale.country import some_sizes
from load.scale.night import Host, Job, draw
from load.scale.simulation import Fleet, simulate, with_slow_hosts

HERE, THERE = Host("here", "skyward", 0.1), Host("there", "skyward", 0.1)
FLEET = Fleet(workers=1, slots=2, a_host=2)


def job(number, *, due=0.0, seconds=600.0, host=HERE, again=10.0):
    return Job(number, 1_000, host, due, seconds, again)


def test_a_district_that_is_due_between_two_ticks_begins_at_the_next():
    outcome = simulate([job(1, due=61)], FLEET)
    assert (outcome.ends, outcome.waits) == ({1: 720.0}, {1: 659.0})


def test_two_slots_do_three_runs_in_two_rounds():
    outcome = simulate([job(n) for n in range(3)], FLEET)
    assert list(outcome.ends.values()) == [600, 600, 1200]
    assert (outcome.queue[0], outcome.running[1], outcome.queue[1]) == (0, 2, 1)
    assert (outcome.half, outcome.last) == (600, 1200)


def test_a_host_gets_no_more_runs_than_its_limit_and_the_slots_go_to_others():
    jobs = [*(job(n) for n in range(3)), job(3, host=THERE)]
    ends = simulate(jobs, replace(FLEET, a_host=1)).ends
    assert ends == {0: 600, 3: 600, 1: 1200, 2: 1800}
    assert simulate(jobs, replace(FLEET, a_host=None)).ends[3] == 1200


def test_the_deadline_stops_a_run_and_the_next_try_does_the_rest():
    outcome = simulate([job(1, seconds=1500)], replace(FLEET, deadline=1000))
    assert outcome.ends == {1: 1510}  # 500 s were left, and 10 s to begin again
    assert (outcome.cut, outcome.late(window=1500)) == (1, [1])


def test_a_night_whose_catch_up_is_over_is_missed():
    jobs = [job(n, seconds=7200) for n in range(3)]
    outcome = simulate(jobs, replace(FLEET, catch_up=3600))
    assert (outcome.missed, outcome.late()) == ([2], [2])
    assert sorted(outcome.ends) == [0, 1]


def test_a_lost_worker_costs_its_runs_the_time_until_it_is_found():
    outcome = simulate([job(1)], replace(FLEET, lost_every=500.0))
    # 500 of 600 s are done; found after 30 s; 100 s are left, and 10 s to begin again.
    assert (outcome.ends, outcome.lost) == ({1: 640.0}, 1)


def test_a_run_that_is_lost_too_often_is_parked():
    outcome = simulate([job(1, seconds=1e6, again=0)], replace(FLEET, lost_every=60.0))
    assert (outcome.parked, outcome.lost, outcome.ends) == ([1], 3, {})
    assert outcome.late() == [1]


def test_every_district_ends_in_exactly_one_way_whatever_happens():
    jobs = draw(some_sizes(0.03), seed=2)
    fleet = Fleet(workers=1, lost_every=60.0, slowness=300, catch_up=600)
    bad = with_slow_hosts(fleet, jobs, 3)
    outcome = simulate(jobs, bad)
    ended = [*outcome.ends, *outcome.parked, *outcome.missed]
    assert sorted(ended) == list(range(len(jobs)))
    assert (outcome.lost > 0, outcome.parked != [], outcome.missed != []) == (True, True, True)


def test_the_same_seed_gives_the_same_night():
    jobs = draw(some_sizes(0.02), seed=3)
    fleet = Fleet(workers=2, lost_every=60.0)
    assert simulate(jobs, fleet, seed=3) == simulate(jobs, fleet, seed=3)
    assert simulate(jobs, fleet, seed=3) != simulate(jobs, fleet, seed=4)


def test_the_hosts_of_most_districts_are_the_slow_ones():
    jobs = [job(1), job(2), job(3, host=THERE)]
    slow = with_slow_hosts(FLEET, jobs, 1)
    assert slow.slow == {"here"}
    ends = simulate(jobs, replace(slow, slots=3, slowness=2.0)).ends
    assert ends == {3: 600, 1: 1200, 2: 1200}


@pytest.mark.parametrize(("share", "seconds"), [(0.5, 200), (0.95, 300), (1.0, 300)])
def test_waits_by_share(share, seconds):
    jobs = [job(n, seconds=100 * n, host=Host(str(n), "skyward", 0.1)) for n in range(1, 4)]
    assert simulate(jobs, replace(FLEET, slots=3)).wait(share) == seconds


def test_waits_without_some_districts():
    jobs = [job(n, seconds=100 * n, host=Host(str(n), "skyward", 0.1)) for n in range(1, 4)]
    assert simulate(jobs, replace(FLEET, slots=3)).wait(1.0, without={3}) == 200


def test_the_simulated_fleet_has_the_defaults_of_fleet_toml():
    fleet, worker = Fleet(workers=1), WorkerSettings()
    assert (fleet.slots, fleet.tries) == (worker.slots, worker.tries)
    assert (fleet.a_host, fleet.deadline) == (MOST_AT_A_HOST, worker.deadline_minutes * 60)
    assert fleet.found_after == 3 * worker.heartbeat_seconds
    assert fleet.catch_up == ServeSettings().catch_up_hours * 3600
