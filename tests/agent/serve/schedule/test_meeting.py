"""Where two things meet: a moved hour, a pause, a lock, a run of a person, and nights that fail."""

from datetime import UTC, date, datetime, time, timedelta

from agent.errors import ConfigError
from agent.ledger import run_lock
from agent.serve.schedule.nights import due_since, next_run


def due(ours, ledger, clock):
    with ledger(ours) as opened:
        found = due_since(ours, opened, clock.now)
    return found and f"{found:%d %H:%M}"


def test_a_night_is_due_until_a_later_one_makes_it_good(
    serve, passing, engine, district, clock, ledger
):
    ours = district(blackout=(date(2026, 11, 30),))
    served = serve(ours)
    passing(served, "2026-12-01T20:59", timedelta(hours=1))
    assert due(ours, ledger, clock) is None
    # A new district has no good night to count from, and no less a night that is due.
    engine.codes = [4, 4]
    passing(served, "2026-12-02T20:59", timedelta(minutes=20))
    assert due(ours, ledger, clock) == "01 21:00"
    with ledger(ours) as opened:
        opened.pauses.begin("moving the SIS", "ada", clock.now, date(2026, 12, 6))
    passing(served, "2026-12-06T20:59", timedelta(hours=3))
    assert due(ours, ledger, clock) == "01 21:00"
    with ledger(ours) as opened:
        opened.runs.begin("by a person", clock.now, "sync", None)
        opened.runs.end("by a person", clock.now, 0, {})
    assert due(ours, ledger, clock) is None
    clock.to("2026-12-06T21:00")
    assert due(ours, ledger, clock) == "06 21:00"


def test_where_the_hour_was_moved_a_date_that_had_its_night_has_no_other(
    serve, passing, district, clock, ledger
):
    early = district(at=time(5, 0))
    with ledger(early) as opened:
        opened.slots.note_served(datetime(2026, 11, 1, tzinfo=UTC))
    passing(serve(early), "2026-11-30T12:00", timedelta(hours=1))
    late = district(at=time(21, 0))
    with ledger(late) as opened:
        assert next_run(late, opened, clock.now) == datetime(2026, 12, 1, 21, tzinfo=UTC)


def test_an_hour_that_is_moved_while_a_night_is_to_be_tried_again_runs_it_once(
    serve, passing, engine, district, clock, ledger
):
    engine.codes = [6]
    passing(serve(district()), "2026-11-30T21:02", timedelta(minutes=1))
    passing(serve(district(at=time(22, 0))), "2026-12-01T20:00", timedelta(minutes=10))
    assert [day for _, day, _ in engine.ran] == ["2026-11-30"] * 2
    assert engine.ran[-1][2] >= datetime(2026, 11, 30, 22, tzinfo=UTC)


def test_only_a_failure_that_people_heard_of_is_kept_from_them_the_next_time(
    serve, passing, engine, district, clock
):
    ours, told = district(), []
    served = serve(ours)
    served.check()
    run_slot = served.jobs.run_slot

    def heard(of, slot, *, again):
        told.append(again)
        return run_slot(of, slot, again=again)

    served.jobs.run_slot = heard
    clock.to("2026-11-30T21:00")
    with run_lock(ours.settings.ledger.url):
        passing(served, "2026-11-30T21:03")
    engine.codes = [ConfigError("a secret is missing"), ConfigError("a secret is missing"), 0]
    passing(served, "2026-11-30T21:30")
    assert engine.codes == []
    assert told.index(True) == len(told) - 2
