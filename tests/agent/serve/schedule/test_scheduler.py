"""Nights over several days: killed, asleep, paused, locked out, and one bad district among good."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from agent.errors import ConfigError, LedgerError
from agent.ledger import run_lock
from agent.serve.schedule.nights import Became, last_nights, next_run
from agent.serve.schedule.scheduler import AT_WORK, LOOK, MISSING


def days(engine, key="lakeview"):
    return [day for name, day, _ in engine.ran if name == key]


def times(engine):
    return [f"{began:%d %H:%M}" for _, _, began in engine.ran]


def became(district, ledger, clock):
    with ledger(district) as opened:
        nights = last_nights(district, opened, clock.now)
    return {night.slot.day.isoformat(): night.became for night in nights}


def test_every_night_runs_once_at_its_hour(serve, passing, engine, district):
    served = serve(district())
    passing(served, "2026-12-03T12:00", timedelta(minutes=7))
    assert days(engine) == ["2026-11-30", "2026-12-01", "2026-12-02"]
    assert [began[:5] for began in times(engine)] == ["30 21", "01 21", "02 21"]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        *(("America/Chicago", "2026-03-06"), ("America/Chicago", "2026-10-30")),
        *(("Europe/Berlin", "2026-03-27"), ("Europe/Berlin", "2026-10-23")),
        *(("Australia/Lord_Howe", "2026-04-03"), ("Australia/Lord_Howe", "2026-10-02")),
    ],
)
def test_over_a_clock_change_each_date_runs_once(
    serve, passing, engine, district, clock, zone, start
):
    clock.to(f"{start}T00:00")
    ours = district(timezone=zone, at=datetime.fromisoformat("2026-01-01T02:15").time())
    served = serve(ours)
    end = (clock.now + timedelta(days=4)).replace(tzinfo=None).isoformat()
    passing(served, end, timedelta(minutes=20))
    ran = days(engine)
    assert ran == sorted(set(ran))
    assert len(ran) in {4, 5}


def test_a_machine_asleep_at_the_hour_catches_up_once(serve, passing, engine, district, clock):
    ours = district()
    served = serve(ours)
    passing(served, "2026-11-30T20:00", timedelta(hours=1))
    clock.to("2026-12-01T05:59")
    passing(served, "2026-12-01T20:59")
    assert days(engine) == ["2026-11-30"]
    assert times(engine) == ["01 05:59"]


def test_after_its_window_a_night_is_missed_and_the_next_one_comes(
    serve, passing, engine, district, clock, ledger, capsys
):
    ours = district()
    served = serve(ours)
    served.check()
    clock.to("2026-12-01T06:00")
    passing(served, "2026-12-01T21:30", timedelta(minutes=10))
    assert days(engine) == ["2026-12-01"]
    [line] = [line for line in capsys.readouterr().err.splitlines() if "night missed" in line]
    assert "2026-11-30" in line
    assert became(ours, ledger, clock) == {
        "2026-12-01": Became.DONE,
        "2026-11-30": Became.MISSED,
    }


def test_what_was_due_before_a_district_was_first_served_is_not_made_up(
    serve, passing, engine, district, clock, ledger
):
    clock.to("2026-11-30T21:05")
    ours = district()
    passing(serve(ours), "2026-12-01T20:00", timedelta(minutes=20))
    assert engine.ran == []
    assert became(ours, ledger, clock) == {}


def test_a_killed_night_goes_on_at_the_next_start(serve, passing, engine, district, clock, ledger):
    ours = district()
    served = serve(ours)
    served.check()
    engine.codes = ["killed"]
    clock.to("2026-11-30T21:00")
    served.check()
    assert became(ours, ledger, clock) == {"2026-11-30": Became.UNDER_WAY}
    clock.to("2026-11-30T21:20")
    passing(serve(ours), "2026-12-01T12:00")
    assert times(engine) == ["30 21:00", "30 21:20"]
    assert days(engine) == ["2026-11-30"] * 2
    assert became(ours, ledger, clock) == {"2026-11-30": Became.DONE}


def test_a_night_that_is_killed_again_and_again_is_left_to_a_person(
    serve, engine, district, clock, ledger
):
    ours = district()
    serve(ours).check()
    engine.codes = ["killed"] * 20
    clock.to("2026-11-30T21:00")
    for _ in range(12):
        serve(ours).check()
    assert len(engine.ran) == 8
    assert became(ours, ledger, clock) == {"2026-11-30": Became.CUT_OFF}


def test_restarts_and_two_at_once_run_a_night_once(serve, engine, district, clock):
    ours = district()
    one, other = serve(ours), serve(ours)
    one.check()
    clock.to("2026-11-30T21:00")
    for served in (one, other, serve(ours), one):
        served.check()
    assert days(engine) == ["2026-11-30"]


def test_a_night_without_an_answer_is_tried_again_with_growing_pauses(
    serve, passing, engine, district, clock, ledger
):
    ours = district()
    served = serve(ours)
    engine.codes = [6, 6, 5, 6]
    passing(served, "2026-11-30T21:16")
    assert became(ours, ledger, clock) == {"2026-11-30": Became.TRIED_AGAIN}
    with ledger(ours) as opened:
        assert next_run(ours, opened, clock.now) == datetime(2026, 11, 30, 21, 20, tzinfo=UTC)
    # The pause outlives a restart.
    passing(serve(ours), "2026-11-30T23:10", timedelta(minutes=2))
    assert times(engine) == ["30 21:00", "30 21:05", "30 21:20", "30 21:50", "30 22:50"]
    assert became(ours, ledger, clock) == {"2026-11-30": Became.DONE}


@pytest.mark.parametrize("code", [1, 4])
def test_the_brake_and_a_bug_wait_for_a_person(
    serve, passing, engine, district, clock, ledger, code
):
    ours = district()
    engine.codes = [code]
    passing(serve(ours), "2026-12-01T20:00", timedelta(minutes=5))
    assert len(engine.ran) == 1
    assert became(ours, ledger, clock) == {"2026-11-30": Became.NOT_DONE}


def test_a_night_waits_for_another_run_and_says_so(serve, passing, engine, district, clock, capsys):
    ours = district()
    served = serve(ours)
    served.check()
    clock.to("2026-11-30T21:00")
    with run_lock(ours.settings.ledger.url):
        passing(served, "2026-11-30T21:10")
        assert "another run" in served.scheduler.trouble("lakeview")
    assert engine.ran == []
    # Once, not with every try.
    assert capsys.readouterr().err.count("night cannot begin") == 1
    passing(served, "2026-11-30T21:12")
    assert times(engine) == ["30 21:11"]
    assert served.scheduler.trouble("lakeview") == ""


def test_a_pause_outlives_a_restart_and_is_ended_by_a_person(
    serve, passing, engine, district, clock, ledger
):
    ours = district()
    served = serve(ours)
    served.check()
    with ledger(ours) as opened:
        opened.pauses.begin("moving the SIS", "ada", clock.now)
        assert next_run(ours, opened, clock.now) is None
    passing(served, "2026-12-01T12:00", timedelta(minutes=20))
    served = serve(ours)
    passing(served, "2026-12-01T21:20", timedelta(minutes=20))
    assert engine.ran == []
    with ledger(ours) as opened:
        opened.pauses.end("grace", clock.now)
    served.check()
    assert days(engine) == ["2026-12-01"]
    assert became(ours, ledger, clock)["2026-11-30"] is Became.PAUSED


def test_a_pause_until_a_date_ends_by_itself(serve, passing, engine, district, clock, ledger):
    ours = district()
    with ledger(ours) as opened:
        opened.pauses.begin("a long weekend", "ada", clock.now, date(2026, 12, 2))
        assert next_run(ours, opened, clock.now) == datetime(2026, 12, 2, 21, tzinfo=UTC)
    passing(serve(ours), "2026-12-03T12:00", timedelta(minutes=30))
    assert days(engine) == ["2026-12-02"]


def test_a_blackout_date_has_no_night_but_a_person_may_run_one(
    serve, passing, engine, district, clock, ledger
):
    ours = district(blackout=(date(2026, 11, 30),))
    served = serve(ours)
    passing(served, "2026-11-30T22:00", timedelta(minutes=10))
    assert served.jobs.run(ours).ended.wait(20)
    passing(served, "2026-12-01T22:00", timedelta(minutes=10))
    assert days(engine) == [None, "2026-12-01"]
    assert became(ours, ledger, clock)["2026-11-30"] is Became.BLACKED_OUT


def test_one_bad_district_never_stops_the_others(serve, passing, engine, district, tmp_path):
    good, lost, late = district("good"), district("lost"), district("late")
    with closing((tmp_path / "lost.db").open("w")) as file:
        file.write("no ledger at all")
    served = serve(lost, late, good, broken={"late": "unknown key"})
    passing(served, "2026-12-01T12:00", timedelta(minutes=10))
    assert days(engine, "good") == ["2026-11-30"]
    assert days(engine, "late") == days(engine, "lost") == []
    assert "lost.db" in served.scheduler.trouble("lost")


@pytest.mark.parametrize(
    "error",
    [
        LedgerError("the disk is full"),
        ConfigError("[sis] client_secret: the environment variable SIS is not set"),
        RuntimeError("Ada Lovelace"),
    ],
)
def test_what_keeps_a_night_from_beginning_is_told_and_tried_again(
    serve, passing, engine, district, clock, error, capsys
):
    ours = district()
    served = serve(ours)
    served.check()
    engine.codes = [error]
    clock.to("2026-11-30T21:00")
    served.check()
    served.check()
    assert served.scheduler.trouble("lakeview")
    assert "Lovelace" not in capsys.readouterr().err
    passing(served, "2026-11-30T21:10")
    assert days(engine) == ["2026-11-30"]
    assert served.scheduler.trouble("lakeview") == ""


def test_it_looks_often_and_is_punctual(serve, district, clock, engine):
    served = serve(district())
    assert served.check() == LOOK
    clock.to("2026-11-30T20:59:50")
    assert served.check() == 10.0
    assert AT_WORK < LOOK < MISSING
    assert served.scheduler.alive()
    clock.now += timedelta(seconds=MISSING)
    assert not served.scheduler.alive()
