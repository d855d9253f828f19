"""The views by which pages, metrics, mail and operators see a fleet: one truth."""

from tests.agent.fleet.pages.rows import HOURS, every_state


def state(rows, key):
    [row] = rows.database.rows("SELECT * FROM district_now WHERE key = %s", key)
    return row


def keys(rows, view):
    return {row["key"] for row in rows.database.rows(f"SELECT key FROM {view}")}


def test_a_district_is_in_exactly_one_state(rows):
    made = every_state(rows)
    found = rows.database.rows("SELECT key, state FROM district_now")
    assert {row["key"]: row["state"] for row in found} == {key: key for key in made}
    assert len(found) == len(made) == 12


def test_each_view_has_the_districts_of_its_name(rows):
    every_state(rows)
    assert keys(rows, "late") == {"late"}
    assert keys(rows, "failing") == {"failing", "parked", "missed"}
    assert keys(rows, "stopped_by_brake") == {"brake"}
    assert keys(rows, "waiting_for_a_person") == {"person"}
    needed = {"parked", "failing", "brake", "missed", "late", "person"}
    assert keys(rows, "district_now WHERE needs_somebody") == needed


def test_a_failing_district_fails_since_its_first_bad_night(rows):
    every_state(rows)
    found = state(rows, "failing")
    assert (found["since"], found["last_good"]) == (rows.ago(27), rows.ago(51))
    assert found["why"] == "sis: it does not answer"


def test_what_nobody_mended_stays_until_the_next_night_begins(rows):
    rows.district("brake")
    rows.night("brake", 27, "failed", 4)
    rows.night("brake", 1, "queued")
    assert state(rows, "brake")["state"] == "brake"
    rows.database.write("UPDATE night SET state = 'running' WHERE state = 'queued'")
    assert state(rows, "brake")["state"] == "working"


def test_a_holiday_neither_mends_nor_breaks(rows):
    for key, was in (("good", "done"), ("bad", "failed")):
        rows.district(key)
        rows.night(key, 36, was, 6)
        rows.night(key, 12, "skipped", why="winter break")
    assert [state(rows, key)["state"] for key in ("good", "bad")] == ["done", "failing"]


def test_a_night_is_late_at_half_its_window_and_a_run_at_its_end(rows):
    for key, hours, was in (
        *(("early", 4.4, "queued"), ("late", 4.6, "waiting")),
        *(("within", 8.9, "running"), ("beyond", 9.1, "running")),
    ):
        rows.district(key)
        rows.night(key, hours, was)
    found = [state(rows, key)["state"] for key in ("early", "late", "within", "beyond")]
    assert found == ["queued", "late", "working", "late"]


def test_a_pause_is_over_on_the_date_on_which_nights_run_again(rows):
    today = rows.database.rows("SELECT (now() AT TIME ZONE 'America/Chicago')::date AS day")
    day = today[0]["day"]
    for key, until in (("still", day + 24 * HOURS), ("over", day)):
        rows.district(key, paused_since=rows.ago(30), paused_until=until)
    assert [state(rows, key)["state"] for key in ("still", "over")] == ["paused", "new"]


def test_a_configuration_that_cannot_be_used_is_a_failing_district(rows):
    rows.district("broken", trouble="[sis] url is missing")
    rows.night("broken", 3)
    found = state(rows, "broken")
    assert (found["state"], found["why"]) == ("failing", "[sis] url is missing")


def test_hosts_say_who_shares_them_and_who_waits(rows):
    for number in range(3):
        rows.district(f"d{number}", host="one.example")
    rows.night("d0", 1, "running")
    rows.night("d1", 2, "waiting")
    rows.night("d2", 1, "queued")
    [found] = rows.database.rows("SELECT * FROM hosts")
    assert (found["name"], found["most"], found["districts"]) == ("one.example", 4, 3)
    assert (found["working"], found["waiting"], found["oldest_due"]) == (1, 2, rows.ago(2))


def test_the_last_nights_are_those_of_two_weeks(rows):
    rows.district("d")
    rows.night("d", 3)
    rows.night("d", 24 * 15)
    [found] = rows.database.rows("SELECT * FROM last_nights")
    assert (found["due"], found["title"]) == (rows.ago(3), "D ISD")
