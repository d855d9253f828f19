"""The pages of a fleet: what stands on them, and what their buttons do."""

import time

import pytest

from agent.fleet.database.connection import Database
from agent.fleet.pages.addresses import Shared
from agent.fleet.pages.app import create_fleet_app
from agent.fleet.pages.overview import ROWS, Asked, overview
from agent.settings import ServeSettings
from tests.agent.fleet.pages.conftest import STAFF, Browser
from tests.agent.fleet.pages.rows import every_state
from tests.agent.serve.conftest import NOW


def test_the_overview_counts_each_state_and_lists_who_needs_somebody(rows, staff):
    every_state(rows)
    text = staff.read("/agent/")
    assert "11 districts, each counted once" in text
    for needs in ("Parked ISD", "Failing ISD", "Brake ISD", "Missed ISD", "Late ISD", "Person ISD"):
        assert needs in text
    for well in ("Done ISD", "Working ISD", "Paused ISD", "Queued ISD", "New ISD", "Gone ISD"):
        assert well not in text
    assert "320 of 400 scores would turn to 0" in text
    assert "2 records wait for a person" in text
    assert "It waits for a free worker" in text


def test_districts_are_found_by_name_state_and_host(rows, staff):
    every_state(rows)
    rows.district("harbor", "Harbor & Sons ISD", host="own.example")
    assert "Harbor &amp; Sons ISD" in staff.read("/fleet/districts?q=harbor")
    assert "Harbor" in staff.read("/fleet/districts?q=OWN.exam")
    assert "No district fits" in staff.read("/fleet/districts?q=%25")
    assert "Done ISD" in staff.read("/fleet/districts?state=done")
    assert "Gone ISD" in staff.read("/fleet/districts?state=gone")
    here = staff.read("/fleet/districts?host=own.example")
    assert "Harbor" in here
    assert "Parked ISD" not in here
    assert "Parked ISD" in staff.read("/fleet/districts?state=nonsense")


def test_a_long_list_has_pages(rows, fleet_database):
    for number in range(ROWS + 3):
        rows.district(f"d{number:02}")
    asked = Asked(state="all")
    first = overview(fleet_database, rows.now, asked)
    rest = overview(fleet_database, rows.now, asked, skip=ROWS)
    assert (len(first.rows), len(rest.rows)) == (ROWS, 3)
    assert first.matching == rest.matching == first.total == ROWS + 3
    keys = {row["key"] for row in (*first.rows, *rest.rows)}
    assert len(keys) == ROWS + 3
    beyond = overview(fleet_database, rows.now, asked, skip=1000)
    assert (beyond.rows, beyond.matching) == ([], ROWS + 3)


def test_a_fleet_without_districts_and_processes_says_so(staff):
    text = staff.read("/agent/")
    assert "No district needs anybody" in text
    for missing in ("tick", "worker", "sweep"):
        assert f"No passback fleet {missing} is there" in text


def test_workers_show_who_is_there_and_what_they_do(rows, staff):
    for kind in ("tick", "sweep"):
        rows.process(kind)
    rows.process("worker", slots=4, busy=1)
    rows.process("worker", "worker-old", seconds=1000, slots=4)
    rows.district("lakeview")
    rows.night("lakeview", 1, "running", worker="worker-host-1")
    text = staff.read("/fleet/workers")
    assert "At work for" in text
    assert "Lakeview ISD" in text
    assert text.count(">Gone<") == 1
    assert "is there, so" not in " ".join(text.split())


def test_hosts_show_the_queue_of_each(rows, staff):
    for key in ("lakeview", "hillside"):
        rows.district(key, host="one.example")
    rows.night("lakeview", 1, "running")
    rows.night("hillside", 2, "waiting")
    text = " ".join(staff.read("/fleet/hosts").split())
    assert "1 at work of 4 at once, 1 waits, the longest for 2 hours." in text


def test_a_district_is_paused_and_runs_again(rows, staff):
    rows.district("lakeview")
    at = "/fleet/districts/lakeview"
    assert "Say in a few words why" in staff.press(f"{at}/pause", at, 400, why=" ")
    assert "still to come" in staff.press(f"{at}/pause", at, 400, why="x", until="2020-01-01")
    assert "cannot be read" in staff.press(f"{at}/pause", at, 400, why="x", until="soon")
    text = staff.press(f"{at}/pause", at, why="a new  SIS")
    assert "Paused by ada@vendor.example" in text
    assert "A new SIS." in text
    assert "Let nights run again" in text
    text = staff.press(f"{at}/resume", at)
    assert "let nights run again" in text
    assert "Pause nights" in text
    assert "is neither paused nor parked" in staff.press(f"{at}/resume", at, 409)


def test_a_parked_district_is_tried_again(rows, staff):
    rows.district("lakeview", parked_since=rows.ago(1), parked_why="its worker died 3 times")
    rows.night("lakeview", 3, "parked", None, lost=3)
    at = "/fleet/districts/lakeview"
    assert "Its worker died 3 times" in staff.read(at)
    staff.press(f"{at}/resume", at)
    [night] = rows.database.rows("SELECT state, lost FROM night")
    assert (night["state"], night["lost"]) == ("waiting", 0)


def test_a_run_is_ordered_with_a_reason(rows, staff):
    rows.district("lakeview")
    at = "/fleet/districts/lakeview"
    staff.press(f"{at}/run", at, 400, why="")
    assert "ordered a run (scores of a late test)" in staff.press(
        f"{at}/run", at, why="scores of a late test"
    )
    [night] = rows.database.rows("SELECT state, slot <> 'night' AS ordered FROM night")
    assert night == {"state": "waiting", "ordered": True}


def test_a_districts_own_people_are_told_what_they_can_do(rows, staff, principal):
    rows.district("lakeview")
    rows.night("lakeview", 3, "failed", 4, why="320 of 400 scores would turn to 0")
    at = "/fleet/districts/lakeview"
    assert "passback plan -c FILE" in staff.read(at)
    text = principal.read(at)
    assert "passback plan" not in text
    assert "tell whoever runs Passback for you" in text
    assert "/etc/passback" not in text
    principal.press(f"{at}/pause", at, why="a new SIS")
    assert "Paused by principal@lakeview.example" in principal.read(at)


def test_what_the_fleet_does_not_know_yet_is_a_page_too(staff):
    assert "does not know this district yet" in staff.read("/fleet/districts/lakeview")


def test_a_database_that_is_away_is_a_page(served):
    away = Database("postgresql://127.0.0.1:1/none", lambda: "", "test")
    shared = Shared(away, lambda: NOW)
    app = create_fleet_app(lambda: served, shared, hosts=[], staff=ServeSettings, token=STAFF)
    text = Browser(app, STAFF).read("/fleet/districts", 503)
    assert "Try again in a minute" in text


@pytest.mark.slow
def test_the_overview_of_5000_districts_is_one_quick_query(rows, fleet_database):
    fleet_database.write(MANY, rows.now, rows.now, rows.now)
    fleet_database.write("ANALYZE")
    overview(fleet_database, rows.now, Asked())
    began = time.process_time(), time.monotonic()
    found = overview(fleet_database, rows.now, Asked())
    assert time.monotonic() - began[1] < 5
    assert (found.total, len(found.rows)) == (5000, ROWS)


MANY = """
WITH made AS (
    INSERT INTO district (key, title, timezone, at, catch_up_hours, sis_kind, sis_host, origin,
        served_since)
    SELECT 'd' || n, 'District ' || n, 'America/Chicago', '21:00', 9, 'skyward',
        'sis' || n %% 60, 'x', now() - interval '99 days'
    FROM generate_series(1, 5000) AS n RETURNING key
)
INSERT INTO night (district, day, due, ends, state, sis_host, started, ended, exit_code)
SELECT 'd' || n, (%s - day * interval '1 day')::date, %s - day * interval '1 day',
    %s - day * interval '1 day' + interval '9 hours',
    CASE WHEN n %% 50 = 0 THEN 'failed' ELSE 'done' END, 'sis' || n %% 60, now(), now(), 6
FROM generate_series(1, 5000) AS n, generate_series(1, 30) AS day
"""
