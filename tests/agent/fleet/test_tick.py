"""What the tick notes and queues: every night once, whatever the clocks do."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest

from agent.fleet.database.connection import Database
from agent.fleet.schedule.tick import Tick
from agent.settings import Blackout


def until(fleet, end, step):
    """Tick and work from now on to *end*."""
    end = datetime.fromisoformat(end).replace(tzinfo=UTC)
    while fleet.clock.now < end:
        fleet.tick()
        fleet.work()
        fleet.clock.now += step


def test_a_night_runs_once_at_its_hour(fleet):
    fleet.has()
    fleet.tick()
    assert fleet.nights() == {}
    until(fleet, "2026-12-03T12:00", timedelta(hours=2))
    days = ["2026-11-30", "2026-12-01", "2026-12-02"]
    assert fleet.ran == [("lakeview", day) for day in days]
    assert set(fleet.nights().values()) == {"done"}


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        *(("America/Chicago", "2026-03-06"), ("America/Chicago", "2026-10-30")),
        *(("Europe/Berlin", "2026-03-27"), ("Australia/Lord_Howe", "2026-04-03")),
    ],
)
def test_over_a_clock_change_each_date_runs_once(fleet, clock, zone, start):
    clock.to(f"{start}T00:00")
    fleet.has(zone=zone, at=time(2, 15))
    fleet.tick()
    until(fleet, str(clock.now + timedelta(days=3))[:19], timedelta(minutes=50))
    days = [day for _, day in fleet.ran]
    assert days == sorted(set(days))
    assert len(days) in {3, 4}


def test_what_was_due_before_a_district_was_known_is_not_made_up(fleet, clock):
    clock.to("2026-12-01T04:00")
    fleet.has()
    fleet.tick()
    assert fleet.nights() == {}


def test_two_ticks_at_once_note_and_queue_a_night_once(fleet, tables, clock):
    for n in range(20):
        fleet.has(f"d-{n}")
    fleet.tick()
    clock.to("2026-12-01T03:00")
    ready, due = threading.Barrier(2), []

    def tick():
        database, engine = tables
        own = Database(database.parameters()["conninfo"], lambda: "", "tick")
        ready.wait(20)
        due.append(Tick(fleet.settings, fleet, own, engine).tick(clock.now).due)
        own.close()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sum(due) == 20
    assert fleet.work() == 20
    assert len(set(fleet.ran)) == len(fleet.ran) == 20


def test_a_night_whose_window_passed_unseen_is_missed(fleet, clock):
    fleet.has()
    fleet.tick()
    clock.to("2026-12-01T12:30")
    ticked = fleet.tick()
    assert (ticked.due, ticked.missed) == (0, 1)
    assert fleet.night()["state"] == "missed"
    assert fleet.tick().missed == 0


def test_a_night_is_caught_up_within_its_window(fleet, clock):
    fleet.has()
    fleet.tick()
    clock.to("2026-12-01T11:59")
    assert fleet.tick().due == 1


@pytest.mark.parametrize(
    ("serve", "why"),
    [
        ({"blackout": (date(2026, 11, 30),)}, None),
        ({"blackout": (Blackout(date(2026, 11, 25), date(2026, 12, 1), "Break"),)}, "Break"),
    ],
)
def test_a_blackout_is_skipped_and_nobodys_loss(fleet, clock, serve, why):
    fleet.has(serve=serve)
    fleet.tick()
    clock.to("2026-12-01T03:01")
    fleet.tick()
    assert fleet.nights() == {}
    clock.to("2026-12-01T12:00")
    assert fleet.tick().missed == 0
    assert (fleet.night()["state"], fleet.night()["why"]) == ("skipped", why)


def test_a_pause_holds_nights_until_its_date(fleet, clock):
    fleet.has()
    fleet.tick()
    fleet.order("pause", why="new SIS", until=date(2026, 12, 1))
    clock.to("2026-12-01T03:01")
    assert fleet.tick().due == 0
    clock.to("2026-12-02T03:01")
    assert fleet.tick().due == 1


def test_a_district_that_a_person_resumes_runs_tonight(fleet, clock):
    fleet.has()
    fleet.tick()
    fleet.order("pause", why="new SIS")
    clock.to("2026-12-01T03:01")
    assert fleet.tick().due == 0
    assert "at its hour" in fleet.order("resume")
    assert fleet.tick().due == 1


def test_a_district_with_trouble_begins_no_night_and_is_missed(fleet, clock):
    fleet.has()
    fleet.tick()
    fleet.has(trouble="/lakeview.toml: no such file")
    clock.to("2026-12-01T03:01")
    assert fleet.tick().due == 0
    clock.to("2026-12-01T12:00")
    assert fleet.tick().missed == 1
    assert "no such file" in fleet.night()["why"]


def test_a_district_that_is_gone_begins_no_night_and_comes_back(fleet, clock):
    fleet.has()
    fleet.tick()
    gone = fleet.districts.pop("lakeview")
    clock.to("2026-12-01T03:01")
    fleet.tick()
    assert not fleet.district()["enabled"]
    fleet.districts["lakeview"] = gone
    assert fleet.tick().due == 1
    assert fleet.district()["enabled"]


def test_higher_priority_goes_first_and_then_the_older_one(fleet, clock):
    fleet.has("late", at=time(21, 30))
    fleet.has("early", at=time(21, 0))
    fleet.has("first", at=time(21, 45), priority=5)
    fleet.tick()
    clock.to("2026-12-01T04:00")
    fleet.tick()
    fleet.work()
    assert [key for key, _ in fleet.ran] == ["first", "early", "late"]


def test_a_host_takes_no_more_nights_than_its_limit_and_others_go_on(fleet, clock):
    for n in range(5):
        fleet.has(f"slow-{n}", host="narrow.example")
    fleet.has("other", host="fast.example")
    fleet.tick()
    clock.to("2026-12-01T03:00")
    assert fleet.tick().queued == 3
    assert fleet.tick().queued == 0
    fleet.work(most=2)  # the other one, and one of the five
    states = list(fleet.nights().values())
    assert [states.count(s) for s in ("done", "queued", "waiting")] == [2, 2, 2]
    assert fleet.work() == 4
    assert set(fleet.nights().values()) == {"done"}


def test_a_limit_that_is_raised_alone_holds_at_the_next_tick(fleet, clock):
    for n in range(5):
        fleet.has(f"slow-{n}", host="narrow.example")
    fleet.tick()
    clock.to("2026-12-01T03:00")
    assert fleet.tick().queued == 2
    wide = msgspec.structs.replace(fleet.settings, hosts={"narrow.example": 5})
    fleet.ticker = Tick(wide, fleet, fleet.database, fleet.engine)
    assert fleet.tick().queued == 3


def test_a_file_that_is_broken_when_the_tick_starts_does_not_end_its_district(fleet):
    fleet.has("lakeview")
    fleet.tick()
    fleet.districts.clear()
    fleet.broken["lakeview"] = "passback.toml: no such zone"
    fleet.tick()
    [row] = fleet.database.rows("SELECT enabled, trouble FROM district")
    assert (row["enabled"], row["trouble"]) == (True, "passback.toml: no such zone")
