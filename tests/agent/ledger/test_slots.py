"""Nights by the clock and pauses in the ledger: a night that is over never begins again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agent.records import State
from tests.agent.ledger.records_of_a_school import a_state

NOW = datetime(2026, 11, 30, 21, tzinfo=UTC)
DAY = date(2026, 11, 30)


def test_a_night_is_begun_again_until_it_is_over_and_never_after(ledger):
    slots = ledger.slots
    assert slots.find(DAY) is None
    assert slots.begin(DAY, NOW, "r-1", NOW)
    slots.try_again(DAY, 6, NOW + timedelta(minutes=5))
    later = NOW + timedelta(minutes=6)
    assert slots.begin(DAY, NOW, "r-2", later)
    found = slots.find(DAY)
    assert (found.run, found.tries, found.exit_code, found.again) == ("r-2", 2, None, None)
    assert found.started == NOW
    slots.end(DAY, 3, later)
    assert not slots.begin(DAY, NOW, "r-3", later)
    slots.try_again(DAY, 6, later)
    slots.end(DAY, 0, later)
    over = slots.find(DAY)
    assert (over.run, over.tries, over.exit_code, over.again) == ("r-2", 2, 3, None)
    assert over.ended == later


def test_the_newest_nights_come_first(ledger):
    for n in range(5):
        ledger.slots.begin(DAY + timedelta(days=n), NOW, f"r-{n}", NOW)
    assert [each.run for each in ledger.slots.latest(3)] == ["r-4", "r-3", "r-2"]


def test_the_first_moment_of_being_served_is_kept(ledger):
    assert ledger.slots.served_since() is None
    ledger.slots.note_served(NOW)
    ledger.slots.note_served(NOW + timedelta(days=1))
    assert ledger.slots.served_since() == NOW


def test_one_pause_stands_at_a_time_and_all_are_remembered(ledger):
    pauses = ledger.pauses
    assert pauses.current() is None
    pauses.begin("one", "ada", NOW)
    pauses.begin("two", "grace", NOW + timedelta(hours=1), DAY)
    found = pauses.current()
    assert (found.reason, found.by, found.until, found.ended) == ("two", "grace", DAY, None)
    pauses.end("ada", NOW + timedelta(hours=2))
    assert pauses.current() is None
    two, one = pauses.latest(9)
    assert (one.reason, one.ended_by, two.ended_by) == ("one", "grace", "ada")


@pytest.mark.parametrize(
    ("codes", "expected"), [(None, "r-3"), ([0, 3], "r-2"), ([0], "r-1"), ([10], None)]
)
def test_the_last_run_that_ended_in_a_way_is_found(ledger, codes, expected):
    for n, code in ((1, 0), (2, 3), (3, 6), (4, None)):
        at = NOW + timedelta(days=n)
        ledger.runs.begin(f"r-{n}", at, "sync", None)
        if code is not None:
            ledger.runs.end(f"r-{n}", at, code, {})
    found = ledger.runs.last_ended(codes)
    assert (found and found["run"]) == expected


def test_what_waits_is_known_by_state_since_its_oldest(ledger):
    for n in (1, 2):
        ledger.runs.begin(f"r-{n}", NOW + timedelta(days=n), "sync", None)
    ledger.records.record("r-1", [a_state(State.FAILED), a_state(State.SENT, student="s-2")])
    held = [a_state(State.HELD, student=s) for s in ("s-3", "s-4")]
    ledger.records.record("r-2", [*held, a_state(State.FAILED, student="s-5")])
    since = dict(ledger.records.undelivered_since())
    assert set(since) == {State.FAILED, State.HELD}
    assert since[State.FAILED] == (NOW + timedelta(days=1)).isoformat()
