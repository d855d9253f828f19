"""Two processes on one port and one world: whatever one was told, the other knows."""

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

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
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
    url = re.match(r"ready skyward (\S+)", process.stdout.readline())[1]
    parent = psutil.Process(process.pid)
    [child] = parent.children()
    yield url, parent, child
    process.terminate()
    process.communicate(timeout=60)
    assert not child.is_running()


@contextmanager
def asking(url, process):
    """A client whose connection the kernel gave to *process*."""
    port = urlsplit(url).port
    with ExitStack() as stack:
        for _ in range(200):
            client = stack.enter_context(httpx.Client(base_url=url))
            client.get("/_mock/health")
            links = process.net_connections("tcp4")
            ours = {link.raddr.port for link in links if link.raddr and link.laddr.port == port}
            if own_port(client) in ours:
                yield client
                return
    raise AssertionError("the kernel gives every connection to the other process")


def own_port(client):
    """The port from which a client asks."""
    with client.stream("GET", "/_mock/health") as answer:
        return answer.extensions["network_stream"].get_extra_info("client_addr")[1]


@pytest.mark.slow
def test_state_clock_faults_tokens_and_journal_are_shared(pair):
    url, parent, child = pair
    with asking(url, parent) as one, asking(url, child) as other:
        token = one.post("/token", data=GRANT).json()["access_token"]
        column = {
            "section": "200001",
            "title": "Shared",
            "category": "130003",
            "due": one.get("/_mock/clock").json()["now"][:10],
            "points": 5,
        }
        one.post("/_mock/columns", json=column).raise_for_status()
        moved = one.post("/_mock/clock/advance", json={"seconds": 1800}).json()["now"]
        fault = {"operation": "getLineItemsForClass", "nth": 2, "action": "status", "status": 500}
        one.post("/_mock/faults", json=fault).raise_for_status()
        calls = [("issueToken", 200)]
        assert noted(one) == calls

        head = {"Authorization": f"Bearer {token}"}
        listed = other.get(COLUMNS, headers=head)
        assert "Shared" in [item["title"] for item in listed.json()["lineItems"]]
        assert other.get("/_mock/clock").json()["now"] >= moved
        calls += [("getLineItemsForClass", 200)]
        assert noted(other) == calls

        assert one.get(COLUMNS, headers=head).status_code == 500  # the other's was the first
        calls += [("getLineItemsForClass", 500)]
        assert noted(one) == calls


def noted(client):
    """The journal's calls; whoever answers has written its own before."""
    entries = client.get("/_mock/journal").json()
    return [(entry["operation"], entry["status"]) for entry in entries]


@pytest.mark.slow
def test_whoever_is_left_without_a_parent_ends(pair):
    _, parent, child = pair
    os.kill(parent.pid, signal.SIGKILL)

    assert psutil.wait_procs([child], timeout=60)[1] == []


@pytest.mark.slow
def test_a_ctrl_c_in_a_terminal_reaches_both_and_is_the_parents_business(pair):
    url, parent, child = pair
    os.kill(child.pid, signal.SIGINT)
    with asking(url, child):
        pass

    os.killpg(parent.pid, signal.SIGINT)
    assert parent.wait(60) == 0
