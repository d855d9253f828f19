"""The page Schedule: what it says, and the pause that a person sets and ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.jobs import Jobs
from agent.settings import Blackout, ServeSettings
from tests.agent.serve.conftest import NASTY, NOW, TOKEN

AT = "/agent/lakeview/schedule"
TODAY = date(2026, 10, 14)
DUE = datetime(2026, 10, 15, 2, tzinfo=UTC)
"""21:00 of `TODAY` in Chicago; `NOW` is an hour later."""


@pytest.fixture
def made_up(made_up):
    serve = ServeSettings(
        blackout=(date(2026, 10, 1), Blackout(date(2026, 12, 21), date(2027, 1, 1), NASTY))
    )
    return replace(made_up, settings=msgspec.structs.replace(made_up.settings, serve=serve))


@pytest.fixture
def app(made_up):
    return create_app(lambda: [made_up], Jobs(Nights()), token=TOKEN, hosts=[], by_clock=True)


@pytest.fixture
def client(app):
    browser = app.test_client()
    assert browser.get(f"{AT}?token={TOKEN}").status_code == 303
    return browser


def test_it_says_when_the_next_night_begins_and_which_dates_have_none(text, ran):
    page = text(AT)
    assert "No night has been due" in page
    ran.slots.note_served(DUE - timedelta(days=30))
    ran.slots.begin(TODAY, DUE, "r-1", DUE)
    ran.slots.end(TODAY, 0, DUE)
    page = text(AT)
    assert "<strong>Thu, Oct 15, 2026, 21:00</strong>" in page
    assert "Nights begin at 21:00 (America/Chicago)" in page
    assert "Mon, Dec 21, 2026 to Fri, Jan 1, 2027: &lt;script&gt;" in page
    assert "Oct 1, 2026" not in page.partition("The last nights")[0]
    assert NASTY not in page
    assert 'aria-current="page">Schedule</a>' in page


def test_it_lists_the_last_nights_with_what_became_of_them(text, ran):
    ran.slots.note_served(DUE - timedelta(days=5))

    def night(ago, late=0, code=None, again=None, tries=1):
        day, due = TODAY - timedelta(days=ago), DUE - timedelta(days=ago)
        for _ in range(tries):
            ran.slots.begin(day, due, "r-1", due + timedelta(minutes=late))
        if again is not None:
            ran.slots.try_again(day, code, again)
        elif code is not None:
            ran.slots.end(day, code, due)

    night(0, code=6, again=NOW + timedelta(minutes=15), tries=3)
    night(1, code=3)
    night(2, late=100, code=0)
    night(3, code=4)
    ran.pauses.begin(NASTY, "ada", DUE - timedelta(days=5))
    ran.pauses.end("ada", DUE - timedelta(days=3, hours=12))
    lines = text(AT).partition("The last nights")[2].split("<li ")[1:]
    told = [" ".join(line.partition("badge")[2].split()) for line in lines]
    shown = [line.partition('">')[2].partition("</span>")[0] for line in told]
    assert shown == [
        "Not done yet, is tried again",
        "Done",
        "Done, later than planned",
        "Not done",
        "Paused",
        "Paused",
    ]
    assert "Not possible now, began Wed, Oct 14, 2026, 21:00, tried 3 times, next try" in told[0]
    assert "Stopped by the brake" in told[3]
    assert "/agent/lakeview/runs/r-1" in lines[1]
    assert "&lt;script&gt;" in told[4]


def test_a_shadow_night_and_a_missed_one_say_what_they_did_not_do(text, ran):
    ran.slots.note_served(DUE - timedelta(days=1, hours=1))
    ran.runs.begin("r-2", DUE, "shadow", None)
    ran.runs.end("r-2", DUE, 0, {})
    ran.slots.begin(TODAY, DUE, "r-2", DUE)
    ran.slots.end(TODAY, 0, DUE)
    done, missed = text(AT).partition("The last nights")[2].split("<li ")[1:]
    assert "a shadow night: nothing was sent" in done
    assert "not begun by Wed, Oct 14, 2026, 06:00" in missed


def test_a_night_to_be_tried_again_names_no_time_while_nights_are_paused(text, ran):
    ran.slots.note_served(DUE - timedelta(hours=1))
    ran.slots.begin(TODAY, DUE, "r-1", DUE)
    ran.slots.try_again(TODAY, 6, NOW + timedelta(minutes=5))
    assert "next try" in text(AT)
    ran.pauses.begin("moving the SIS", "ada", NOW)
    assert "next try" not in text(AT)


def test_a_pause_has_a_reason_a_person_and_may_end_at_a_date(press, text, ran, made_up):
    ran.slots.note_served(DUE - timedelta(days=5))
    page = press(f"{AT}/pause", AT, reason=f"  {NASTY} ", until="2026-10-19").get_data(as_text=True)
    assert "Nights are paused" in page
    assert "&lt;script&gt;" in page
    assert "By administrator, since Wed, Oct 14, 2026, 22:00" in page
    assert "<strong>Mon, Oct 19, 2026, 21:00</strong>" in page
    assert "A run that you start runs although nights are paused" in page
    pause = ran.pauses.current()
    assert (pause.by, pause.reason, pause.until) == ("administrator", NASTY, date(2026, 10, 19))
    page = press(f"{AT}/resume", AT).get_data(as_text=True)
    assert "Nights are paused" not in page
    assert ran.pauses.current() is None
    # Tonight's was not run yet, and its hours are not over.
    assert "begins within a minute" in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": "  "}, "Say in a few words why"),
        ({}, "Say in a few words why"),
        ({"reason": "x", "until": "tomorrow"}, "The date cannot be read"),
        ({"reason": "x", "until": "2026-10-14"}, "must be one that is still to come"),
        ({"reason": "x", "until": "1999-01-01"}, "must be one that is still to come"),
    ],
)
def test_a_pause_that_cannot_be_is_told_and_none(press, ran, fields, told):
    answer = press(f"{AT}/pause", AT, **fields)
    assert answer.status_code == 400
    assert told in answer.get_data(as_text=True)
    assert ran.pauses.current() is None


def test_a_button_needs_the_pages_own_token(client, ran):
    for button in ("pause", "resume"):
        assert client.post(f"{AT}/{button}", data={"reason": "x"}).status_code == 400
        other = client.application.test_client()
        assert other.post(f"{AT}/{button}", data={"reason": "x"}).status_code in {401, 403}
    assert ran.pauses.current() is None


def test_where_no_night_runs_by_the_clock_there_is_no_page(made_up):
    app = create_app(lambda: [made_up], Jobs(Nights()), token=TOKEN, hosts=[])
    browser = app.test_client()
    browser.get(f"/agent/lakeview/runs?token={TOKEN}")
    assert browser.get(AT).status_code == 404
    assert "Schedule" not in browser.get("/agent/lakeview/runs").get_data(as_text=True)
