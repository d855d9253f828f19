"""The metrics of a fleet: of the whole, and series of those districts and hosts that matter."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from agent.fleet.database.connection import Database
from agent.fleet.monitor import gauges
from agent.fleet.monitor.gauges import GAUGES, Gauges
from tests.agent.fleet.pages.rows import every_state
from tests.agent.serve.conftest import NOW
from tests.meta.project_files import text_of


def scraped(database, now):
    """What Prometheus reads, by name and labels; and the text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Gauges(database, lambda: now))
    text = generate_latest(registry).decode()
    found = {
        (sample.name.removeprefix("passback_fleet_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return found, text


def test_the_whole_fleet_is_counted(rows):
    every_state(rows)
    rows.database.write("UPDATE district SET title = 'Secret ISD'")
    rows.process("worker", slots=4, busy=1)
    rows.process("tick", seconds=1000)
    undelivered = "UPDATE night SET undelivered_since = %s WHERE district = 'person'"
    rows.database.write(undelivered, rows.ago(48))
    found, text = scraped(rows.database, rows.now)
    assert found["up",] == 1
    states = {key[1]: value for key, value in found.items() if key[0] == "districts"}
    assert set(states.values()) == {1.0}
    assert len(states) == 12
    assert (found["held_records",], found["oldest_undelivered_seconds",]) == (2, 48 * 3600)
    assert [found["queue", state] for state in ("waiting", "queued", "running")] == [1, 1, 1]
    assert found["oldest_queued_seconds",] == 5 * 3600
    assert (found["runs", "6"], found["runs", "4"], found["runs", "3"]) == (1, 1, 1)
    assert (found["processes", "worker"], found["processes", "tick"]) == (1, 0)
    assert (found["slots",], found["slots_busy",]) == (4, 1)
    assert (found["host_waiting", "sis.example"], found["host_working", "sis.example"]) == (2, 1)
    assert "Secret" not in text


def test_only_districts_that_need_somebody_have_a_series_and_not_too_many(rows, monkeypatch):
    every_state(rows)
    found, _ = scraped(rows.database, rows.now)
    since = {key[1]: key[2] for key in found if key[0].startswith("district_since")}
    needy = ("parked", "failing", "brake", "missed", "late", "person")
    assert since == {state: state for state in needy}
    monkeypatch.setattr(gauges, "MOST", 2)
    found, _ = scraped(rows.database, rows.now)
    assert sum(key[0].startswith("district_since") for key in found) == 2
    assert found["districts_left_out",] == 4


def test_an_empty_fleet_and_a_database_that_is_away(fleet_database):
    found, _ = scraped(fleet_database, NOW)
    assert (found["districts", "done"], found["oldest_queued_seconds",]) == (0, 0)
    found, _ = scraped(Database("postgresql://127.0.0.1:1/none", lambda: "", "test"), NOW)
    assert found == {("up",): 0}


@pytest.mark.parametrize("name", GAUGES)
def test_every_metric_is_explained(name):
    assert f"| `passback_fleet_{name}` |" in text_of("docs/run/fleet/watching.md")
