"""The search for private things in what commands print finds them: each planted once."""

import json
from pathlib import Path

import pytest

from tests.e2e.support.district import District
from tests.e2e.support.privacy import found


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Darnell López: sent", "a name"),
        ("wrote to s1200001@example.org", "an address"),
        ("student 700001 in 200001", "a person's number"),
        ("put 400001", "a person's number"),
        ("a SIS says: wrong secret passback-secret", "a secret"),
        ("authorization: Bearer x", "a secret"),
        ('{"event": "record", "points": 3}', "a score (as points)"),
        ('{"event": "record", "student": "s-3001"}', "whom a record is about"),
        ('{"assignment": "a-1", "student": "s-3001", "reason": "has 17.5"}', "a score in a reason"),
    ],
)
def test_what_must_not_be_printed_is_found(district: District, text: str, what: str):
    scores = {("a-1", "s-3001"): 17.5}
    assert what in set(found(district.world, "sync", "standard error", text, scores))


def test_a_token_of_the_mocks_is_found(district: District):
    answer = district.http.post(
        f"{district.otus}/oauth/token",
        auth=("passback", "passback-secret"),
        data={"grant_type": "client_credentials"},
    )
    text = f"refused: {answer.json()['access_token']}!"
    assert list(found(district.world, "sync", "standard error", text, {})) == ["a token"]


def test_what_may_be_printed_is_not(district: District):
    told = {"kind": "score", "assignment": "a-1", "student": "s-3001", "reason": "due 2026-10-17"}
    text = json.dumps({"run": "20261015T030000Z-4df501", "records": [told]})
    scores = {("a-1", "s-3001"): 17.0}
    assert list(found(district.world, "sync", "standard output", text, scores)) == []


def test_a_fault_planted_in_a_night_ends_its_test(district: District):
    """Were an event to carry a student, each test with events would fail like this."""
    district.assess("a-1")
    events = Path(district.folder) / "events.jsonl"
    events.write_text('{"event": "record", "assignment": "a-1", "student": "400001"}\n')
    with pytest.raises(AssertionError, match="`passback sync` shows a person's number on --events"):
        district.sync("--events", str(events))


def test_the_events_of_a_night_name_nobody(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 17.5)
    (district.folder / "passback.log").touch()
    district.more = '[log]\nlevel = "info"\nfile = "passback.log"\n'
    run = district.sync("--events", str(district.folder / "events.jsonl"))
    assert run.code == 0
    logged = (district.folder / "passback.log").read_text()
    events = [json.loads(line)["event"] for line in logged.splitlines()]
    assert events == ["run begun", "decided", "run ended"]
