"""Whether a night is begun, waits, or is over."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agent.ledger.slots import Pause, StoredSlot
from agent.serve.schedule.due import MOST_TRIES, Answer, Known, judge, next_try
from agent.serve.schedule.one_run import settle
from agent.serve.schedule.slots import Slot

BEGINS = datetime(2026, 11, 30, 21, tzinfo=UTC)
SLOT = Slot(date(2026, 11, 30), BEGINS, BEGINS + timedelta(hours=9))
LONG_AGO = BEGINS - timedelta(days=30)


def after(minutes):
    return BEGINS + timedelta(minutes=minutes)


def stored(**more):
    given = {"tries": 1, "exit_code": None, "again": None, "ended": None, **more}
    return StoredSlot(day=SLOT.day, due=BEGINS, run="r-1", started=BEGINS, **given)


def pause(until=None):
    return Pause(since=LONG_AGO, by="a", reason="b", until=until, ended=None, ended_by=None)


def answer(now, **more):
    given = {"stored": None, "pause": None, "blackout": None, "since": LONG_AGO, **more}
    return judge(SLOT, now, Known(**given))


@pytest.mark.parametrize(
    ("minutes", "known", "expected"),
    [
        (0, {}, Answer.RUN),
        (539, {}, Answer.RUN),
        (540, {}, Answer.MISSED),
        (1, {"stored": stored(ended=BEGINS, exit_code=0)}, Answer.DONE),
        (999, {"stored": stored(ended=BEGINS, exit_code=4)}, Answer.DONE),
        # Cut off: it goes on as soon as somebody looks, until its window is over.
        (5, {"stored": stored()}, Answer.RUN),
        (540, {"stored": stored()}, Answer.MISSED),
        (5, {"stored": stored(tries=MOST_TRIES)}, Answer.MISSED),
        (4, {"stored": stored(exit_code=6, again=after(5))}, Answer.WAIT),
        (5, {"stored": stored(exit_code=6, again=after(5))}, Answer.RUN),
        (0, {"blackout": ""}, Answer.BLACKED_OUT),
        (0, {"blackout": "winter break", "pause": pause()}, Answer.BLACKED_OUT),
        (0, {"pause": pause()}, Answer.PAUSED),
        (0, {"pause": pause(date(2026, 12, 1))}, Answer.PAUSED),
        (0, {"pause": pause(date(2026, 11, 30))}, Answer.RUN),
        # A night that was cut off does not go on during a pause.
        (5, {"stored": stored(), "pause": pause()}, Answer.PAUSED),
        (5, {"stored": stored(ended=BEGINS, exit_code=0), "pause": pause()}, Answer.DONE),
        (5, {"since": after(0)}, Answer.RUN),
        (5, {"since": after(1)}, Answer.TOO_EARLY),
        (5, {"since": after(1), "stored": stored()}, Answer.RUN),
    ],
)
def test_what_is_done_about_a_night(minutes, known, expected):
    assert answer(after(minutes), **known) is expected


@pytest.mark.parametrize(
    ("code", "tries", "wait"),
    [
        *((0, 1, None), (3, 1, None), (4, 1, None), (1, 1, None), (130, 1, None)),
        *((5, 1, 5), (6, 1, 5), (10, 1, 5), (6, 2, 15), (6, 3, 30), (6, 4, 60), (6, 7, 60)),
        (6, MOST_TRIES, None),
    ],
)
def test_which_endings_are_tried_again_and_when(code, tries, wait):
    expected = None if wait is None else after(wait)
    assert next_try(code, tries, BEGINS, SLOT) == expected


def test_a_night_is_not_tried_again_after_its_window():
    assert next_try(6, 1, after(534), SLOT) == after(539)
    assert next_try(6, 1, after(535), SLOT) is None


@pytest.mark.parametrize(
    ("code", "stopped", "over", "again"),
    [
        *((0, False, True, None), (0, True, True, None), (4, True, True, None)),
        *((6, False, False, after(5)), (130, False, True, None)),
        # Told to stop, a night goes on as soon as somebody starts the program.
        *((5, True, False, BEGINS), (130, True, False, BEGINS)),
    ],
)
def test_a_run_leaves_its_night_over_or_open(district, ledger, code, stopped, over, again):
    with ledger(district()) as opened:
        opened.slots.begin(SLOT.day, BEGINS, "r-1", BEGINS)
        assert (settle(opened, SLOT, code, BEGINS, stopped=stopped) is None) == over
        found = opened.slots.find(SLOT.day)
    assert found.exit_code == code
    assert (found.ended is not None) == over
    assert found.again == again
