"""A Locust worker that starts elsewhere waits for the master, and works on the newest plan."""

import os
import socket
import threading
import time

import pytest

from load.locust.processes import MASTER_PORT, LocustSetup, arguments
from load.locust.worker import await_master, newest_plan
from load.options import Options


def test_it_waits_until_a_master_listens():
    with socket.socket() as later:
        later.bind(("127.0.0.1", 0))
        port = later.getsockname()[1]
        waiting = threading.Thread(target=await_master, args=("127.0.0.1", port), daemon=True)
        waiting.start()
        time.sleep(0.3)
        assert waiting.is_alive()

        later.listen()

        waiting.join(60)
        assert not waiting.is_alive()


def test_the_plan_written_last_is_the_one(tmp_path):
    for n, name in enumerate(["b", "c", "a"]):
        folder = tmp_path / f"passback-load-{name}"
        folder.mkdir()
        (folder / "plan.json").write_text("{}")
        os.utime(folder / "plan.json", (n, n))

    assert newest_plan(tmp_path).parent.name == "passback-load-a"


def test_no_plan_is_a_clear_end(tmp_path):
    with pytest.raises(SystemExit, match="TMPDIR"):
        newest_plan(tmp_path)


def test_a_master_waits_for_those_of_this_machine_and_those_elsewhere(tmp_path):
    setup = Options(workers=1, await_workers=2, web=True, web_host="0.0.0.0").setup().locust
    master, *workers = arguments(tmp_path, 8, setup)

    assert setup == LocustSetup(workers=1, awaited=2, web=("0.0.0.0", 8089))
    assert master[master.index("--expect-workers") + 1] == "3"
    assert master[master.index("--master-bind-port") + 1] == str(MASTER_PORT)
    assert master[master.index("--web-host") + 1] == "0.0.0.0"
    [worker] = workers
    assert worker == [
        *("--worker", "--master-host", "127.0.0.1"),
        *("--master-port", str(MASTER_PORT)),
    ]


def test_districts_are_spread_over_workers_elsewhere_too():
    assert Options(districts=10, await_workers=2).setup().at_once == 8
