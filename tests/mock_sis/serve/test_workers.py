"""Two processes on one port and one world: whatever one was told, the other knows."""

import os
import re
import signal
import subprocess
import sys

import httpx
import psutil
import pytest

GRANT = {
    "grant_type": "client_credentials",
    "client_id": "passback",
    "client_secret": "passback-secret",
}
COLUMNS = "/ims/oneroster/gradebook/v1p2/classes/200001/lineItems"


@pytest.fixture
def pair():
    """A mock of two processes: its URL, and the two."""
    command = [sys.executable, "-m", "mock_sis.cli", "skyward", "--port", "0", "--workers", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    url = re.match(r"ready skyward (\S+)", process.stdout.readline())[1]
    parent = psutil.Process(process.pid)
    [child] = parent.children()
    yield url, parent, child
    for each in (parent, child):
        if each.is_running():
            each.resume()
    process.terminate()
    process.communicate(timeout=60)
    assert not child.is_running()


def alone(one, other):
    """*one* answers, since *other* is stopped."""
    other.suspend()
    one.resume()


@pytest.mark.slow
def test_state_clock_faults_tokens_and_journal_are_shared(pair):
    url, parent, child = pair
    alone(parent, child)
    token = httpx.post(f"{url}/token", data=GRANT).json()["access_token"]
    column = {
        "section": "200001",
        "title": "Shared",
        "category": "130003",
        "due": httpx.get(f"{url}/_mock/clock").json()["now"][:10],
        "points": 5,
    }
    httpx.post(f"{url}/_mock/columns", json=column).raise_for_status()
    moved = httpx.post(f"{url}/_mock/clock/advance", json={"seconds": 1800}).json()["now"]
    fault = {"operation": "getLineItemsForClass", "nth": 2, "action": "status", "status": 500}
    httpx.post(f"{url}/_mock/faults", json=fault).raise_for_status()
    calls = [("issueToken", 200)]
    assert noted(url) == calls

    alone(child, parent)
    head = {"Authorization": f"Bearer {token}"}
    listed = httpx.get(url + COLUMNS, headers=head)
    assert "Shared" in [item["title"] for item in listed.json()["lineItems"]]
    assert httpx.get(f"{url}/_mock/clock").json()["now"] >= moved
    calls += [("getLineItemsForClass", 200)]
    assert noted(url) == calls

    alone(parent, child)
    assert httpx.get(url + COLUMNS, headers=head).status_code == 500  # the child's was the first
    calls += [("getLineItemsForClass", 500)]
    assert noted(url) == calls


def noted(url):
    """The journal's calls; whoever answers has written its own before."""
    entries = httpx.get(f"{url}/_mock/journal").json()
    return [(entry["operation"], entry["status"]) for entry in entries]


@pytest.mark.slow
def test_whoever_is_left_without_a_parent_ends(pair):
    _, parent, child = pair
    os.kill(parent.pid, signal.SIGKILL)

    assert psutil.wait_procs([child], timeout=60)[1] == []
