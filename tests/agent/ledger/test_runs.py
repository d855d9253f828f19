"""Runs, and the notes that one leaves for the next."""

from datetime import datetime, timedelta

import pytest

from agent.errors import LedgerError
from agent.records import SourceScore
from tests.agent.ledger.records_of_a_school import (
    NOW,
    SCHOOL,
    a_column,
    a_score,
    a_state,
    pull,
    scores_of,
)


def test_runs_come_newest_first(ledger):
    ledger.runs.begin("r-1", NOW, "sync", None)
    ledger.runs.end("r-1", NOW + timedelta(minutes=5), 3, {"counts": {"sent": 2}})
    ledger.runs.begin("r-2", NOW + timedelta(days=1), "sync", "term start")
    newest, oldest = ledger.runs.latest(10)
    assert (newest["run"], newest["forced"], newest["ended"]) == ("r-2", "term start", None)
    assert (oldest["run"], oldest["command"], oldest["exit_code"]) == ("r-1", "sync", 3)
    assert oldest["summary"] == {"counts": {"sent": 2}}
    assert datetime.fromisoformat(oldest["at"]) == NOW
    assert [run["run"] for run in ledger.runs.latest(1)] == ["r-2"]


def test_a_run_begins_once(ledger):
    ledger.runs.begin("r-1", NOW, "sync", None)
    with pytest.raises(LedgerError):
        ledger.runs.begin("r-1", NOW, "sync", None)


def test_named_values_are_kept(ledger, reopen):
    assert ledger.get("mark") is None
    ledger.put("mark", "1")
    ledger.put("mark", "2")
    assert reopen(ledger).get("mark") == "2"


def test_instants_without_a_zone_are_refused(ledger):
    with pytest.raises(ValueError, match="aware"):
        ledger.runs.begin("r-1", NOW.replace(tzinfo=None), "sync", None)


def test_everything_survives_closing(ledger, reopen):
    pull(ledger, *SCHOOL)
    ledger.records.record("r-1", [a_state()])
    ledger.delivered.save_column(a_column())
    again = reopen(ledger)
    assert again.source.cursor() == "cursor"
    assert list(again.records.records("r-1")) == [a_state()]
    assert again.delivered.columns(["c-1"]) == [a_column()]
    assert scores_of(again) == {"s-1": SourceScore(score=a_score().value, had_score=True)}
