"""Mocks in threads: free ports, quick to start, clean to stop, TLS, several on one world."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from mock_sis.serve.certificate import write_certificate
from mock_sis.server import serving
from mock_sis.world.world import World
from tests.mock_sis.conftest import bearer

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def test_without_a_world_a_tiny_one_is_made_and_goes_with_the_block():
    with serving("otus") as servers:
        path = servers.world.path
        assert httpx.get(f"{servers.otus.url}/_mock/health").status_code == 200
        assert servers["otus"].url == servers.otus.url
    assert not path.exists()


def test_nothing_listens_and_no_thread_is_left_when_it_has_stopped(world):
    threads = threading.active_count()
    with serving("otus", world=world) as servers:
        url = servers.otus.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    assert threading.active_count() == threads


@pytest.mark.timeout(15)
def test_it_stops_while_a_client_holds_a_connection(world):
    with httpx.Client(timeout=60) as client:
        with serving("otus", world=world) as servers:
            client.get(servers.otus.url + "/_mock/health")
        with pytest.raises(httpx.TransportError):
            client.get(servers.otus.url + "/_mock/health")


def test_a_port_that_is_taken_is_an_error_and_the_others_stop(world):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {"otus": taken.getsockname()[1]}
        with pytest.raises(OSError, match="in use"), serving("otus", world=world, ports=ports):
            pass


def test_a_given_port_is_used(world):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serving("otus", world=world, ports={"otus": port}) as servers:
        assert servers.otus.url == f"http://127.0.0.1:{port}"


def test_two_openings_of_one_file_serve_one_world(world):
    other = World.open(world.path)
    with (
        serving("otus", world=world) as one,
        serving("otus", world=other) as two,
        httpx.Client(base_url=one.otus.url, timeout=60) as here,
        httpx.Client(base_url=two.otus.url, timeout=60) as there,
    ):
        there.put("/_mock/clock", json={"now": "2026-10-09T00:00:00Z", "frozen": True})
        there.post(
            "/_mock/faults", json={"operation": "listChanges", "nth": 2, "action": "throttle"}
        )
        token = bearer(there)

        answers = [c.get("/v1/changes", headers=token).status_code for c in (here, there, here)]
        assert answers == [200, 429, 200]
        assert here.get("/_mock/clock").json()["now"] == "2026-10-09T00:00:00Z"


def test_many_clients_at_once_are_all_answered_and_noted(world):
    with serving("otus", world=world) as servers:

        def call():
            with httpx.Client(base_url=servers.otus.url, timeout=60) as client:
                header = bearer(client)
                for _ in range(20):
                    assert client.get("/v1/changes?limit=5", headers=header).status_code == 200

        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(servers.journal(operation="listChanges", failed=False)) == 160


def test_calls_wait_out_the_latency_side_by_side(world):
    with serving("otus", world=world, latency=0.5) as servers:
        url = servers.otus.url + "/v1/changes"
        threads = [threading.Thread(target=httpx.get, args=(url,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        calls = [call for call in servers.journal() if call["operation"] == "listChanges"]
    assert len(calls) == 6
    assert all(call["duration_ms"] > 490 for call in calls)
    ends = [call["real_ms"] for call in calls]
    begins = [call["real_ms"] - call["duration_ms"] for call in calls]
    assert max(begins) < min(ends)


def test_the_control_plane_knows_no_latency(world):
    with serving("otus", world=world, latency=30) as servers:
        assert httpx.get(servers.otus.url + "/_mock/health", timeout=60).status_code == 200


# ---- TLS ----------------------------------------------------------------------------------------


def test_tls_is_trusted_by_who_was_given_the_certificate(world, tmp_path):
    pair = write_certificate(tmp_path, now=datetime.now(UTC))
    with serving("otus", world=world, certificate=pair) as servers:
        trusted = ssl.create_default_context(cafile=pair[0])
        port = servers.otus.url.rpartition(":")[2]

        for host in ("127.0.0.1", "localhost"):
            answer = httpx.get(f"https://{host}:{port}/_mock/health", verify=trusted)
            assert answer.status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{servers.otus.url}/_mock/health")


def test_a_drop_cuts_a_tls_connection_too(world, tmp_path):
    pair = write_certificate(tmp_path, now=datetime.now(UTC))
    with (
        serving("otus", world=world, certificate=pair) as servers,
        httpx.Client(
            base_url=servers.otus.url, verify=ssl.create_default_context(cafile=pair[0])
        ) as client,
    ):
        client.post("/_mock/faults", json={"operation": "requestToken", "action": "drop_after"})
        with pytest.raises(httpx.TransportError):
            bearer(client)
        assert client.get("/_mock/health").status_code == 200


def test_the_key_is_for_the_owner_only(tmp_path):
    _, key = write_certificate(tmp_path, now=NOW)

    assert key.stat().st_mode & 0o777 == 0o600


def test_a_certificate_for_another_host_is_made_anew(tmp_path):
    first = write_certificate(tmp_path, now=NOW, host="127.0.0.1")[0].read_bytes()
    other = write_certificate(tmp_path, now=NOW, host="mock.test")[0].read_bytes()
    assert other != first
    assert write_certificate(tmp_path, now=NOW, host="localhost")[0].read_bytes() == other
    assert write_certificate(tmp_path, now=NOW, host="0.0.0.0")[0].read_bytes() != other


def test_a_certificate_is_kept_while_it_is_valid(tmp_path):
    first = write_certificate(tmp_path, now=NOW)[0].read_bytes()

    assert write_certificate(tmp_path, now=NOW + timedelta(days=300))[0].read_bytes() == first
    assert (
        write_certificate(tmp_path, now=NOW + timedelta(days=364, hours=12))[0].read_bytes()
        != first
    )
