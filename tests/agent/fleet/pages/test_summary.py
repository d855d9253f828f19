"""The summary of a fleet's night: what it says, and that each date is told of once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta

import pytest

from agent.fleet.database.connection import Database
from agent.fleet.monitor.summary import Summary
from agent.fleet.monitor.telling import AGAIN, Telling, summary
from agent.fleet.settings import DatabaseSettings, FleetSettings, PagesSettings
from agent.settings import MailSettings, NotifySettings, SmtpSettings
from tests.agent.fleet.pages.rows import every_state
from tests.agent.notify.servers import Box, smtp

DAY = date(2026, 11, 30)


def settings(port=1, when="always"):
    return FleetSettings(
        database=DatabaseSettings(url="postgresql://x/y"),
        pages=PagesSettings(address="https://fleet.example/"),
        notify=NotifySettings(
            within_seconds=5,
            smtp=SmtpSettings(
                host="localhost", port=port, security="none", sender="passback@vendor.example"
            ),
            mail=(MailSettings(to=("support@vendor.example",), when=when),),
        ),
    )


def made(rows, **more):
    with rows.database.transaction() as sql:
        found = summary(sql, DAY, rows.now, settings())
    return Summary(**{name: getattr(found, name) for name in Summary.__slots__} | more)


def test_it_counts_states_and_lists_who_needs_somebody_with_reason_and_link(rows):
    every_state(rows)
    found = made(rows)
    assert found.subject == (
        "Passback fleet, night of 2026-11-30: 1 of 11 districts done, 6 need somebody"
    )
    text = found.as_text()
    assert "       1  held by the brake" in text
    assert "Brake ISD: Held by the brake, since " in text
    assert "320 of 400 scores would turn to 0" in text
    assert "https://fleet.example/fleet/districts/brake" in text
    assert "Done ISD" not in text
    body = found.as_json()
    assert body["text"].startswith(found.subject)
    assert body["districts"][0]["district"] == "parked"
    assert body["link"] == "https://fleet.example/fleet/districts"
    rest = made(rows, needy=found.needy[:2])
    assert "... and 4 more." in rest.as_text()


@pytest.mark.parametrize(
    ("counts", "always", "something", "trouble"),
    [
        ({"failing": 1, "done": 3}, True, True, True),
        ({"done": 3}, True, True, False),
        ({"paused": 3}, True, False, False),
    ],
)
def test_whom_it_concerns(rows, counts, always, something, trouble):
    found = made(rows, counts=counts, needy=())
    wanted = {"always": always, "something": something, "trouble": trouble}
    assert {when: found.concerns(when) for when in wanted} == wanted
    assert ("all well" in found.subject) == (not trouble)


# ---- once a date --------------------------------------------------------------------------------


def telling(rows, port, now=None, database=None):
    return Telling(settings(port), database or rows.database, {}, lambda: now or rows.now)


def night(rows, key, day, state="done", **facts):
    """The night of a date, as the tick notes it."""
    rows.night(key, state=state, **{"day": day, **facts})


@pytest.fixture
def evening(rows):
    """A district whose night is that of the newest date on which 21:00 has come in Chicago."""
    rows.database.write("DELETE FROM note WHERE name LIKE 'summary %%'")
    rows.district("lakeview")
    [row] = rows.database.rows(
        "SELECT (%s AT TIME ZONE 'America/Chicago') - time '21:00' AS at", rows.now
    )
    return row["at"].date()


def test_a_date_is_told_of_once_it_is_over(rows, evening):
    night(rows, "lakeview", evening, "running")
    box = Box()
    with smtp(box, "none") as port:
        assert telling(rows, port).tell() is None
        rows.database.write("UPDATE night SET state = 'done', ended = now()")
        assert telling(rows, port).tell() == evening
        assert telling(rows, port).tell() is None
    [mail] = box.mails
    assert b"1 of 1 districts done, all well" in mail.content.replace(b"\r\n ", b" ")


def test_two_sweeps_tell_once(rows, evening, postgres):
    night(rows, "lakeview", evening)
    box, url = Box(), rows.database._url
    with (
        smtp(box, "none") as port,
        closing(Database(url, lambda: "", "one")) as one,
        closing(Database(url, lambda: "", "two")) as two,
        ThreadPoolExecutor(2) as pool,
    ):
        both = [telling(rows, port, database=each) for each in (one, two)]
        told = list(pool.map(Telling.tell, both))
        assert sorted(map(str, told)) == sorted([str(evening), "None"])
        assert [each.tell() for each in both] == [None, None]
    assert len(box.mails) == 1


def test_what_reached_nobody_is_tried_again_later(rows, evening):
    night(rows, "lakeview", evening)
    moment = [rows.now]
    box = Box("550 no")
    with smtp(box, "none") as port:
        teller = Telling(settings(port), rows.database, {}, lambda: moment[0])
        assert teller.tell() is None
        assert teller.tell() is None
        assert box.mails == []
        moment[0] += AGAIN + timedelta(seconds=1)
        assert teller.tell() == evening


def test_a_district_whose_night_was_not_noted_is_waited_for_while_it_may_begin(rows, evening):
    rows.district("hillside")
    night(rows, "lakeview", evening)
    [row] = rows.database.rows(
        "SELECT (%s::date + time '21:00') AT TIME ZONE 'America/Chicago' AS due", evening
    )
    within, after = row["due"] + timedelta(hours=8), row["due"] + timedelta(hours=10)
    box = Box()
    with smtp(box, "none") as port:
        assert telling(rows, port, within).tell() is None
        assert telling(rows, port, after).tell() == evening


def test_a_date_before_the_first_night_is_nothing_to_tell_of(rows, evening):
    rows.database.write("UPDATE district SET served_since = %s", rows.now)
    assert telling(rows, 1).tell() is None


def test_nobody_is_told_where_nobody_wants_to_hear(rows, evening):
    night(rows, "lakeview", evening)
    quiet = FleetSettings(database=DatabaseSettings(url="postgresql://x/y"))
    assert Telling(quiet, rows.database, {}, lambda: rows.now).tell() is None
