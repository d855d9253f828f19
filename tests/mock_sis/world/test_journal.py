"""The journal: every call, in order, however many threads, processes and faults there are."""

import threading

import httpx
import pytest

from mock_sis.server import serving
from mock_sis.world.journal import BATCH, Entry, Journal
from mock_sis.world.world import World
from tests.mock_sis.conftest import bearer


def an_entry(**change):
    usual = {
        "at": "2026-10-01T17:00:00Z",
        "real_ms": 1,
        "server": "otus",
        "method": "GET",
        "path": "/v1/changes",
        "query": "",
        "operation": "listChanges",
        "status": 200,
        "duration_ms": 1.5,
        "write": False,
    }
    return Entry(**{**usual, **change})


def test_an_entry_reads_back_as_it_was(world):
    journal = Journal(world.db, world.clock)
    violation = {"pointer": "/a", "rule": "type", "message": "the value is wrong"}
    journal.add(an_entry(status=None, violations=[violation], reason="why", client="me"))

    [entry] = journal.read()
    assert entry["seq"] == 1
    assert entry["status"] is None
    assert entry["write"] is False
    assert (entry["violations"], entry["reason"], entry["client"]) == ([violation], "why", "me")


def test_entries_are_written_in_batches_and_read_at_once(world):
    journal = Journal(world.db, world.clock)
    for _ in range(BATCH + 1):
        journal.add(an_entry())

    assert world.db.one("SELECT count(*) FROM journal")[0] == BATCH
    assert len(journal.read()) == BATCH + 1


def test_it_is_filtered_by_place_operation_and_failure(world):
    journal = Journal(world.db, world.clock)
    for operation, status in (("a", 200), ("b", 409), ("b", None), ("b", 204)):
        journal.add(an_entry(operation=operation, status=status))

    assert [e["seq"] for e in journal.read(since=2)] == [3, 4]
    assert [e["seq"] for e in journal.read(operation="b")] == [2, 3, 4]
    assert [e["seq"] for e in journal.read(failed=True)] == [2, 3]
    assert [e["seq"] for e in journal.read(failed=False)] == [1, 4]
    assert [e["seq"] for e in journal.read(server="skyward")] == []


def test_no_call_is_lost_between_threads(world):
    journal = Journal(world.db, world.clock)

    def call():
        for _ in range(300):
            journal.add(an_entry())

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [e["seq"] for e in journal.read()] == list(range(1, 1201))


def test_numbers_go_on_after_it_was_cleared(world):
    journal = Journal(world.db, world.clock)
    journal.add(an_entry())
    journal.read()
    journal.clear()
    journal.add(an_entry())

    assert [e["seq"] for e in journal.read()] == [2]


def test_a_call_is_noted_before_its_answer_is_read(client, otus):
    for number in range(1, 30):
        client.get("/v1/changes")
        assert len(otus.journal()) == number


def test_neither_tokens_nor_bodies_are_noted(client, otus):
    header = bearer(client)
    client.get("/v1/changes", headers=header)

    text = str(otus.journal())
    assert header["Authorization"].split()[1] not in text
    assert "passback-secret" not in text


@pytest.mark.parametrize(
    ("path", "noted"),
    [
        pytest.param(
            "/oauth/token?grant_type=x&client_secret=s3",
            "grant_type=***&client_secret=***",
            id="token",
        ),
        pytest.param("/v1/nothing?a=s3", "a=***", id="an unknown path"),
        pytest.param(
            "/v1/changes?limit=2&access_token=s3&x", "limit=2&access_token=***&x", id="other"
        ),
    ],
)
def test_a_secret_in_a_query_is_not_noted(client, otus, path, noted):
    client.post(path) if "oauth" in path else client.get(path)

    assert otus.journal()[0]["query"] == noted


def test_the_client_is_who_the_token_was_given_to(client, otus):
    client.get("/v1/changes", headers=bearer(client))

    assert otus.journal(operation="listChanges")[0]["client"] == "passback"


def test_the_control_plane_and_the_pages_are_not_noted(client, otus):
    for path in ("/_mock/health", "/_mock/gradebooks", "/", "/pages"):
        client.get(path)

    assert otus.journal() == []


def test_two_processes_share_one_journal(world, tmp_path):
    """Here two openings of one file, which is what a second process has."""
    other = World.open(world.path)
    with serving("otus", world=world) as one, serving("otus", world=other) as two:
        for servers in (one, two, one):
            httpx.get(servers.otus.url + "/v1/changes")
        two.journal()
        assert len(one.journal()) == 3


def test_a_reset_forgets_calls_and_what_waits_to_be_written(client, otus):
    client.get("/v1/changes")
    assert client.post("/_mock/reset").status_code == 204

    assert otus.journal() == []
