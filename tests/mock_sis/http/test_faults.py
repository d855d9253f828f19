"""Faults: which calls they strike, and what a client meets on the wire."""

import time
from datetime import timedelta

import httpx
import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.http.tokens import Tokens
from mock_sis.world.faults import MAY_COME_AFTER, Action, Faults
from mock_sis.world.world import World
from tests.mock_sis.conftest import bearer


@pytest.fixture
def faults(world):
    return Faults(world)


def struck(faults, calls, *, server="otus", operation="listChanges"):
    """Which of *calls* calls are struck, from 1."""
    return [n for n in range(1, calls + 1) if faults.strike(server, operation)]


# ---- which calls --------------------------------------------------------------------------------


def test_without_rules_nothing_is_struck(faults):
    assert struck(faults, 3) == []


def test_a_rule_without_conditions_strikes_every_call(faults):
    faults.add(Action.STATUS, status=500)

    assert struck(faults, 3) == [1, 2, 3]


def test_nth_strikes_that_call_only_and_counts_only_matching_ones(faults):
    faults.add(Action.STATUS, status=500, operation="listChanges", nth=2)

    assert struck(faults, 3, operation="requestToken") == []
    assert struck(faults, 4) == [2]


def test_an_operation_may_be_a_pattern(faults):
    faults.add(Action.STATUS, status=500, operation="put*")

    assert struck(faults, 1, operation="putResult") == [1]
    assert struck(faults, 1, operation="getResult") == []


def test_an_operation_may_be_one_of_several_patterns(faults):
    faults.add(Action.STATUS, status=500, operation="put*|createObject")

    for operation, expected in (("putResult", [1]), ("createObject", [1]), ("createX", [])):
        assert struck(faults, 1, operation=operation) == expected


def test_since_is_virtual_time_and_calls_count_from_then_on(faults, world):
    faults.add(Action.STATUS, status=500, since=world.now() + timedelta(hours=1), nth=2)

    assert struck(faults, 3) == []
    world.advance(timedelta(hours=1))
    assert struck(faults, 3) == [2]


def test_a_rule_of_one_server_leaves_the_others_alone(faults):
    faults.add(Action.STATUS, status=500, server="skyward")

    assert struck(faults, 1, server="otus") == []
    assert struck(faults, 1, server="skyward") == [1]


def test_until_is_virtual_time(faults, world):
    faults.add(Action.STATUS, status=500, until=world.now() + timedelta(hours=1))

    assert struck(faults, 1) == [1]
    world.advance(timedelta(hours=1))
    assert struck(faults, 1) == []


def test_probability_strikes_about_that_share(faults):
    faults.add(Action.STATUS, status=500, probability=0.3)

    assert 20 <= len(struck(faults, 100)) <= 40


def test_chance_is_the_same_for_the_same_world_and_calls(tmp_path, world):
    again = WorldFactory().make(tmp_path / "again.db", start=world.today())
    for one in (world, again):
        Faults(one).add(Action.STATUS, status=500, probability=0.5)

    first, second = struck(Faults(world), 40), struck(Faults(again), 40)
    again.close()
    assert first == second


def test_chance_goes_on_where_another_process_left_it(world, tmp_path):
    twin = WorldFactory().make(tmp_path / "twin.db", start=world.today())
    Faults(world).add(Action.STATUS, status=500, probability=0.5)
    Faults(twin).add(Action.STATUS, status=500, probability=0.5)
    whole = struck(Faults(world), 20)

    other_process = World.open(twin.path)
    parts = struck(Faults(twin), 10), struck(Faults(other_process), 10)
    other_process.close()
    twin.close()
    assert whole == parts[0] + [n + 10 for n in parts[1]]


def test_rules_count_what_they_saw_and_hit(faults):
    faults.add(Action.STATUS, id="a", status=500, nth=2)
    struck(faults, 3)

    assert [(f.id, f.seen, f.hits) for f in faults.all()] == [("a", 3, 1)]


def test_a_rule_of_the_same_id_starts_anew(faults):
    faults.add(Action.STATUS, id="a", status=500, nth=1)
    struck(faults, 1)
    faults.add(Action.STATUS, id="a", status=503, nth=1)

    assert [(f.status, f.seen) for f in faults.all()] == [(503, 0)]


def test_rules_are_removed_by_id_or_all(faults):
    first = faults.add(Action.REVOKE)
    faults.add(Action.REVOKE)

    assert faults.remove(first.id)
    assert not faults.remove(first.id)
    assert len(faults.all()) == 1
    assert faults.remove()
    assert faults.all() == []


def test_a_reset_ends_faults(faults, world):
    faults.add(Action.REVOKE)
    WorldFactory().reset(world)

    assert faults.all() == []


# ---- on the wire --------------------------------------------------------------------------------


@pytest.fixture
def ask(client):
    """Sets a fault, then reads the feed."""
    header = bearer(client)

    def ask(**fault):
        made = client.post("/_mock/faults", json={"operation": "listChanges", **fault})
        assert made.status_code == 201, made.text
        return client.get("/v1/changes", headers=header)

    return ask


def test_status_answers_in_the_vendors_shape_with_a_reason_in_the_journal(ask, otus):
    answer = ask(action="status", status=503, seconds=7)

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "7"
    assert otus.journal(failed=True)[0]["reason"] == "fault: status"


def test_throttle_is_429_and_says_how_long(ask, otus):
    answer = ask(action="throttle", seconds=3)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    words = "Too many requests. Wait 3 seconds before the next one."
    assert answer.json()["detail"] == words
    assert otus.journal(failed=True)[0]["reason"] == "fault: throttle"


def test_maintenance_is_a_page_and_not_json(ask):
    answer = ask(action="maintenance")

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/html"


def test_revoke_ends_the_token_and_a_new_one_works(ask, client):
    assert ask(action="revoke", nth=1).status_code == 401
    assert client.get("/v1/changes", headers=bearer(client)).status_code == 200


def test_delay_takes_that_long_and_answers_as_usual(ask):
    started = time.monotonic()
    answer = ask(action="delay", seconds=0.2)

    assert answer.status_code == 200
    assert time.monotonic() - started >= 0.2


def test_a_delay_comes_on_top_of_another_fault(ask, client):
    client.post("/_mock/faults", json={"action": "delay", "seconds": 0.1})
    started = time.monotonic()

    assert ask(action="status", status=500).status_code == 500
    assert time.monotonic() - started >= 0.1


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_a_drop_cuts_the_connection_without_an_answer(ask, otus, action):
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        ask(action=action)

    entry = otus.journal(failed=True)[0]
    assert (entry["status"], entry["reason"]) == (None, f"fault: {action}")


@pytest.mark.parametrize(("action", "written"), [("drop_before", False), ("drop_after", True)])
def test_a_drop_is_before_or_after_the_write(client, world, action, written):
    client.post("/_mock/faults", json={"operation": "requestToken", "action": action})
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        bearer(client)

    assert bool(world.db.read("SELECT * FROM token")) == written


AFTER = [
    ({"action": "status", "status": 503}, 503),
    ({"action": "status", "status": 429, "seconds": 2}, 429),
    ({"action": "maintenance"}, 503),
]


@pytest.mark.parametrize(("fault", "status"), AFTER)
@pytest.mark.parametrize(("when", "written"), [("before", False), ("after", True)])
def test_an_answer_comes_before_or_after_the_write(
    client, otus, world, fault, status, when, written
):
    client.post("/_mock/faults", json={"operation": "requestToken", "when": when, **fault})
    answer = client.post(
        "/oauth/token",
        auth=("passback", "passback-secret"),
        data={"grant_type": "client_credentials"},
    )

    assert answer.status_code == status
    assert bool(world.db.read("SELECT * FROM token")) == written
    entry = otus.journal(failed=True)[0]
    assert (entry["status"], entry["reason"]) == (status, f"fault: {fault['action']}")


def test_an_answer_comes_before_the_write_unless_said_otherwise(client):
    made = client.post("/_mock/faults", json={"action": "status", "status": 503})

    assert made.json()["when"] == "before"


@pytest.mark.parametrize("action", [a for a in Action if a not in MAY_COME_AFTER])
def test_only_an_answer_can_come_after_the_write(client, action):
    fault = {"action": action, "seconds": 1}
    assert client.post("/_mock/faults", json={**fault, "when": "after"}).status_code == 422
    assert client.post("/_mock/faults", json={**fault, "when": "before"}).status_code == 201


@pytest.mark.parametrize("more", [{"when": "during"}, {"then": "after"}])
def test_what_a_fault_does_not_know_is_422(client, more):
    fault = {"action": "status", "status": 503, **more}
    assert client.post("/_mock/faults", json=fault).status_code == 422


def test_truncate_promises_the_whole_body_and_sends_half(ask):
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        ask(action="truncate")


def test_the_server_goes_on_after_a_drop(ask, client, otus):
    for action in ("drop_after", "truncate", "drop_before"):
        with pytest.raises(httpx.TransportError):
            ask(id="one", action=action, nth=1)
        assert client.get("/_mock/health").status_code == 200
    assert client.get("/v1/changes", headers=bearer(client)).status_code == 200
    assert len(otus.journal(operation="listChanges")) == 4


def test_the_control_plane_is_never_struck(client):
    client.post("/_mock/faults", json={"action": "drop_before"})

    assert client.get("/_mock/health").status_code == 200


def test_a_revoked_token_of_one_server_leaves_the_others(world):
    here, there = Tokens(world, "otus"), Tokens(world, "skyward")
    kept = there.issue("passback")
    here.revoke()

    assert there.client_of(kept) == "passback"
