"""Making or copying a world takes a while; whoever asks another world notices nothing."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.server import serving
from mock_sis.world.store import Store
from mock_sis.world.worlds import Worlds
from tests.mock_sis.conftest import START


class Slow(WorldFactory):
    """Makes a world only when it may go on."""

    def __init__(self):
        super().__init__()
        self.began, self.may_go_on = threading.Event(), threading.Event()

    def make(self, path, **recipe):
        self.began.set()
        assert self.may_go_on.wait(30)
        return super().make(path, **recipe)


class SlowCopies(Store):
    """Copies the world's file only when it may go on."""

    def __init__(self, path):
        super().__init__(path)
        self.began, self.may_go_on = threading.Event(), threading.Event()

    def copy_to(self, path):
        self._wait()
        super().copy_to(path)

    def copy_from(self, path):
        self._wait()
        super().copy_from(path)

    def _wait(self):
        self.began.set()
        assert self.may_go_on.wait(30)


@pytest.fixture
def background():
    with ThreadPoolExecutor() as pool:
        yield pool


def asked_for(servers, name, size="tiny"):
    body = {"name": name, "size": size, "start": str(START)}
    return httpx.post(f"{servers.otus.url}/_mock/worlds", json=body, timeout=120)


def test_others_are_answered_and_the_name_is_taken_while_a_world_is_made(tmp_path, background):
    slow = Slow()
    worlds = Worlds(WorldFactory().make(tmp_path / "w.db", start=START), slow)
    with serving("otus", worlds=worlds) as servers:
        made = background.submit(asked_for, servers, "east")
        assert slow.began.wait(30)
        health = f"{servers.otus.url}/_mock/health"
        before = httpx.get(health), httpx.get(f"{servers.otus.url}/w/east/_mock/health")
        again = asked_for(servers, "east")
        slow.may_go_on.set()

        assert made.result().status_code == 201
        assert [answer.status_code for answer in before] == [200, 404]
        assert again.status_code == 409
        assert httpx.get(f"{servers.otus.url}/w/east/_mock/health").status_code == 200
    worlds.close()


def test_a_world_that_could_not_be_made_leaves_its_name_free(tmp_path):
    with serving("otus") as servers:
        bad = httpx.post(
            f"{servers.otus.url}/_mock/worlds", json={"name": "east", "source": str(tmp_path)}
        )
        assert bad.status_code == 422
        assert asked_for(servers, "east").status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "status"), [("PUT", "two", 200), ("POST", "one/restore", 204)]
)
def test_others_are_answered_while_a_snapshot_is_saved_or_restored(
    background, method, path, status
):
    with serving("otus") as servers:
        east = servers.worlds.create("east", start=START).world
        snapshots = f"{servers.otus.url}/w/east/_mock/snapshots"
        httpx.put(f"{snapshots}/one").raise_for_status()
        east.db = slow = SlowCopies(east.path)
        asked = background.submit(httpx.request, method, f"{snapshots}/{path}", timeout=60)
        try:
            assert slow.began.wait(30)
            assert httpx.get(f"{servers.otus.url}/_mock/health").status_code == 200
        finally:
            slow.may_go_on.set()
        assert asked.result().status_code == status
        east.close()


@pytest.mark.slow
def test_no_answer_of_a_world_waits_for_a_large_one(background):
    """Prints the longest wait: `pytest -s` tells it on a quiet machine."""
    waited = []
    with serving("otus") as servers, httpx.Client(timeout=120) as client:
        started = time.perf_counter()
        made = background.submit(asked_for, servers, "large", "large")
        while not made.done():
            began = time.perf_counter()
            client.get(f"{servers.otus.url}/_mock/gradebooks").raise_for_status()
            waited.append(time.perf_counter() - began)
            time.sleep(0.005)
        whole = time.perf_counter() - started
    assert made.result().status_code == 201
    sys.stdout.write(f"worst of {len(waited)} answers: {max(waited) * 1000:.1f} ms\n")
    # Whoever waited for the world would have waited for nearly all of that time.
    assert max(waited) < whole / 4
