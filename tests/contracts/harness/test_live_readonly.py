"""The `live-readonly` profile: what reaches a server, and where it does not even go."""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import httpx
import jsonschema_rs
import pytest
from schemathesis.openapi.checks import JsonSchemaError, RejectedPositiveData

from agent.errors import ConfigError
from contracts.harness.guard import admitted, credentials, writable
from contracts.harness.parts.generated import findings
from contracts.harness.profiles import PROFILES
from contracts.harness.run import run
from contracts.harness.service import Service
from contracts.vendors import VENDORS
from mock_sis.server import serving

LIVE = PROFILES["live-readonly"]
NAMES = ("PASSBACK_ID", "PASSBACK_SECRET")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("sis", "seconds"), [("otus", 60), ("powerschool", 60), ("skyward", 5)])
def test_nothing_but_get_arrives_and_every_call_is_let_in(sis, seconds):
    profile = replace(LIVE, rate=None, seconds=seconds, examples=1)
    with serving(sis) as servers:
        url = servers[sis].url
        with httpx.Client(base_url=url, timeout=30) as client:
            report = run(Service(sis, url, client, "passback", "passback-secret"), profile, 1)
        calls = servers.journal()
    reads = [call for call in calls if call["method"] == "GET"]
    others = [(call["method"], call["path"]) for call in calls if call["method"] != "GET"]
    assert set(others) == {("POST", VENDORS[sis].oauth)}
    assert len(others) == 1, "a token lasts for the run"
    assert Counter(call["status"] for call in calls)[401] == 0
    assert not any(call["write"] for call in calls)
    assert len(reads) > 10
    assert report.failed == []


@pytest.mark.slow
def test_a_run_that_only_reads_makes_no_world_and_touches_no_control_plane():
    with serving("otus") as servers, httpx.Client(base_url=servers.otus.url, timeout=60) as client:
        service = Service("otus", servers.otus.url, client, "passback", "passback-secret")
        profile = replace(LIVE, rate=None, examples=1)
        run(service, profile, 1)
        assert servers.worlds.names() == ["default"]


@pytest.mark.parametrize(
    ("target", "hosts", "why"),
    [
        ("https://sis.example.org", [], "--allow-host names it"),
        ("https://sis.example.org", ["example.org"], "--allow-host names it"),
        ("http://sis.example.org", ["sis.example.org"], "must be https"),
        ("https://me:secret@sis.example.org", ["sis.example.org"], "more than scheme"),
        ("https://sis.example.org/?key=secret", ["sis.example.org"], "more than scheme"),
        ("sis.example.org", ["sis.example.org"], "no http or https"),
        ("http://127.0.0.1.example.org", [], "--allow-host names it"),
    ],
)
def test_it_refuses_a_server_that_it_may_not_ask_and_shows_no_secret(target, hosts, why):
    with pytest.raises(ConfigError, match=why) as refused:
        admitted(target, hosts, LIVE)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("target", "hosts"),
    [
        ("http://127.0.0.1:8103/w/mine/", []),
        ("http://[::1]:8103", []),
        ("http://localhost:8103", []),
        ("https://SIS.example.org/base", ["sis.example.org"]),
    ],
)
def test_it_asks_this_machine_and_what_was_named(target, hosts):
    assert admitted(target, hosts, LIVE) == target.rstrip("/")


@pytest.mark.parametrize("name", ["ci", "nightly"])
def test_a_profile_that_writes_goes_off_this_machine_only_to_a_mock(name):
    with pytest.raises(ConfigError, match="use live-readonly"):
        writable("https://sis.example.org", PROFILES[name], mock=False)
    writable("https://mocks.example.org", PROFILES[name], mock=True)
    writable("http://127.0.0.1:9000", PROFILES[name], mock=False)
    writable("https://sis.example.org", LIVE, mock=False)


def test_credentials_come_from_the_environment_and_from_the_mocks_only_on_this_machine():
    both = {"PASSBACK_ID": "id", "PASSBACK_SECRET": "s"}
    assert credentials(both, *NAMES, "https://sis.example.org") == ("id", "s")
    assert credentials({}, *NAMES, "http://127.0.0.1:1") == ("passback", "passback-secret")
    with pytest.raises(ConfigError, match="no PASSBACK_ID"):
        credentials({}, *NAMES, "https://sis.example.org")
    with pytest.raises(ConfigError, match="no PASSBACK_SECRET"):
        credentials({"PASSBACK_ID": "id"}, *NAMES, "http://127.0.0.1:1")


def of_schema():
    """What Schemathesis says of a member that has another type."""
    members = {"familyName": {"type": "integer"}}
    users = {"type": "array", "items": {"type": "object", "properties": members}}
    root = {"type": "object", "properties": {"users": users}}
    answer = {"users": [{"familyName": "Hernandez"}]}
    (error,) = jsonschema_rs.Draft4Validator(root).iter_errors(answer)
    return JsonSchemaError.from_exception(operation="GET /users", exc=error, root_schema=root)


def failed(failure):
    return SimpleNamespace(name="a check", failure_info=SimpleNamespace(failure=failure))


def test_what_failed_on_a_real_server_is_told_without_a_value():
    again = "curl http://sis/students/{id}"
    expected = "Response violates schema at /users/0/familyName: expected integer, received string"
    for private in (True, False):
        (told,) = findings(failed(of_schema()), again, private=private)
        assert (told.reason, told.curl) == (expected, again)
    refused = RejectedPositiveData(
        operation="PUT /users", message="400001", status_code=400, allowed_statuses=["200"]
    )
    (told,) = findings(failed(refused), again, private=True)
    assert (told.reason, told.curl) == ("Schema-valid request rejected", again)
