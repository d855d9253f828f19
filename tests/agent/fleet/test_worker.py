"""What becomes of a night: done, tried again, lost, parked, put back."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from agent.fleet.database import nights
from agent.fleet.schedule.places import settle
from agent.fleet.worker.child import Result

NINE = "2026-12-01T03:00"


@pytest.fixture
def due(fleet, clock):
    """A district whose night is queued."""
    fleet.has()
    fleet.tick()
    clock.to(NINE)
    fleet.tick()
    return fleet


@pytest.mark.parametrize("code", [0, 3])
def test_what_came_of_a_night_is_noted(due, code):
    facts = {
        "run": "r-1",
        "counts": {"sent": 3, "held": 2},
        "reasons": {"not_due_yet": 4},
        "reads": 5,
        "writes": 3,
        "seconds": 1.5,
        "held": 2,
    }
    due.ends["lakeview"] = [Result(code=code, facts=facts)]
    due.work()
    night = due.night()
    assert night["state"] == "done"
    assert {name: night[name] for name in facts} == facts
    assert (night["exit_code"], night["worker"], night["tries"]) == (code, "w-1", 1)
    assert night["ended"] is not None
    assert night["job"] is None


@pytest.mark.parametrize("code", [1, 4, 10])
def test_a_night_that_is_over_without_success_failed(due, code):
    due.ends["lakeview"] = [Result(code=code, why="stopped")]
    due.work()
    assert (due.night()["state"], due.night()["why"]) == ("failed", "stopped")
    assert due.sweep().queued == 0


def test_a_night_that_is_tried_again_waits_and_is_queued_at_its_time(due, clock):
    again = clock.now + timedelta(minutes=5)
    due.ends["lakeview"] = [Result(code=6, again=again, why="closed")]
    due.work()
    assert (due.night()["state"], due.night()["again"]) == ("waiting", again)
    assert due.sweep().queued == 0
    clock.now = again
    assert due.sweep().queued == 1
    due.work()
    assert (due.night()["state"], due.night()["tries"]) == ("done", 2)


def test_since_when_something_is_undelivered_is_as_of_the_last_try_that_came_to_its_end(due, clock):
    again, since = clock.now + timedelta(minutes=5), clock.now - timedelta(days=3)
    counts = {"counts": {"failed": 1}, "undelivered_since": since}
    due.ends["lakeview"] = [Result(code=6, again=again, facts=counts)]
    due.work()
    assert due.night()["undelivered_since"] == since
    clock.now = again
    due.ends["lakeview"] = [Result(code=0, facts={"counts": {"sent": 1}})]
    due.sweep()
    due.work()
    assert due.night()["undelivered_since"] is None


def test_a_run_that_could_not_begin_is_tried_again_as_serve_does(due, clock):
    due.ends["lakeview"] = [Result(code=10, why="the ledger is away", settled=False)]
    due.work()
    assert due.night()["again"] == clock.now + timedelta(minutes=5)


@pytest.mark.parametrize("code", [5, 6])
def test_a_run_that_lost_its_ledger_is_tried_again_at_once_and_later_with_pauses(due, clock, code):
    waited = []
    for _ in range(4):
        due.ends["lakeview"] = [Result(code=code, why="the ledger was lost", settled=False)]
        due.sweep()
        due.work(most=1)
        waited.append(due.night()["again"] - clock.now)
        clock.now = due.night()["again"]

    assert max(waited[:3]) == timedelta(seconds=3 * due.settings.worker.heartbeat_seconds)
    assert waited[3] == timedelta(minutes=60)
    assert due.night()["lost"] == 0


def test_a_ledger_that_is_busy_costs_no_try(due, clock):
    due.ends["lakeview"] = [Result(code=11, busy=True)]
    due.work()
    night = due.night()
    assert (night["state"], night["tries"], night["exit_code"]) == ("waiting", 0, None)
    clock.now += timedelta(seconds=5)
    due.sweep()
    due.work()
    assert due.night()["state"] == "done"


def lost(due, clock, end):
    """Lose the night once, in that way."""
    if end is None:  # it neither ends nor stops, and is killed
        hurry = msgspec.structs.replace(due.settings.worker, deadline_minutes=1e-6)
        due.settings = msgspec.structs.replace(due.settings, worker=hurry)
    due.ends["lakeview"] = [end]
    due.work(most=1)
    clock.now += timedelta(seconds=1)


@pytest.mark.parametrize("end", [EOFError(), Result(code=1, why="a fault", settled=False), None])
def test_a_night_lost_three_times_parks_its_district(due, clock, end):
    for number in (1, 2):
        lost(due, clock, end)
        assert (due.night()["state"], due.night()["lost"]) == ("waiting", number)
        assert due.last.killed is (end is None)
        assert due.sweep().queued == 1
    lost(due, clock, end)
    assert due.night()["state"] == "parked"
    assert due.district()["parked_since"] is not None
    clock.to("2026-12-02T03:00")
    assert (due.tick().due, due.sweep().queued) == (0, 0)


def test_a_parked_district_that_is_resumed_goes_on_tonight(due, clock):
    for _ in range(3):
        lost(due, clock, EOFError())
        due.sweep()
    assert due.night()["state"] == "parked"
    assert "goes on at once" in due.order("resume")
    assert due.sweep().queued == 1
    due.work()
    assert (due.night()["state"], due.district()["parked_since"]) == ("done", None)


def test_a_worker_that_drains_puts_back_what_it_did_not_begin(due):
    due.stopped = True
    job = due.fetch()
    due.worker().do(job)
    due.finish(job)
    assert (due.night()["state"], due.night()["tries"], due.ran) == ("queued", 0, [])
    due.stopped = False
    due.work("w-2")
    assert due.night()["state"] == "done"


def test_a_worker_that_drains_stops_its_runs_and_another_goes_on(due, clock):
    due.ends["lakeview"] = [Result(code=130, again=clock.now)]
    due.work(most=1)
    assert due.night()["state"] == "queued"
    due.work("w-2")
    assert (due.night()["state"], due.night()["worker"], due.night()["lost"]) == ("done", "w-2", 0)


def test_a_night_that_is_killed_with_its_worker_is_not_lost(due):
    begin = due._begin

    def killed(assignment):
        due.stopped = True
        return begin(assignment)

    due._begin = killed
    due.ends["lakeview"] = [EOFError()]
    due.work(most=1)
    assert (due.night()["state"], due.night()["lost"]) == ("queued", 0)


def test_a_pause_keeps_a_queued_night_from_beginning(due, clock):
    due.order("pause", why="new SIS")
    due.work()
    assert (due.night()["state"], due.ran) == ("waiting", [])
    due.order("resume")
    due.sweep()
    due.work()
    assert due.night()["state"] == "done"


def test_a_night_whose_window_passed_in_the_queue_is_missed(due, clock):
    job = due.fetch()
    clock.to("2026-12-01T12:00")
    due.worker().do(job)
    due.finish(job)
    assert due.sweep().late == 1
    assert (due.night()["state"], due.ran) == ("missed", [])


def test_a_night_that_was_tried_and_not_finished_in_its_window_failed(due, clock):
    due.ends["lakeview"] = [Result(code=6, again=clock.now + timedelta(hours=8), why="closed")]
    due.work()
    clock.to("2026-12-01T12:00")
    due.sweep()
    assert (due.night()["state"], due.night()["why"]) == ("failed", "closed")


def test_the_end_of_a_night_that_another_worker_has_changes_nothing(due, clock):
    old = due.fetch()
    due.database.write(
        "UPDATE procrastinate_workers SET last_heartbeat = now() - '1 hour'::interval"
    )
    with due.database.transaction() as sql:
        nights.begin(sql, old.id, "frozen", clock.now, clock.now)
    assert due.sweep().lost == 1
    assert (due.night()["state"], due.night()["lost"]) == ("queued", 1)
    new = due.fetch()
    with due.database.transaction() as sql:
        nights.begin(sql, new.id, "w-2", clock.now, clock.now)
        done = nights.Outcome(state="done", exit_code=0)
        assert settle(sql, due.engine, old.id, done, clock.now) is None
    assert (due.night()["state"], due.night()["worker"]) == ("running", "w-2")


def test_three_lost_workers_park_a_district(due, clock):
    for _ in range(3):
        job = due.fetch()
        with due.database.transaction() as sql:
            nights.begin(sql, job.id, "w-1", clock.now, clock.now)
        due.database.write("DELETE FROM procrastinate_workers")
        assert due.sweep().lost == 1
    assert due.night()["state"] == "parked"
    assert "w-1 was lost" in due.district()["parked_why"]


def test_a_run_by_hand_stands_beside_the_night(due, clock):
    due.work()
    assert "a run is queued" in due.order("run")
    due.sweep()
    due.work()
    assert due.ran == [("lakeview", "2026-11-30"), ("lakeview", None)]
    assert due.tick().due == 0


def test_pauses_are_noted_with_who_ordered_them(due, clock):
    due.order("pause", why="new SIS", until=date(2026, 12, 5))
    [act] = due.database.rows("SELECT * FROM act")
    assert (act["by_whom"], act["what"], act["why"]) == ("kim", "pause", "new SIS")
    assert isinstance(act["at"], datetime)
