"""`passback mock`: what it prints, which ports it takes, how it stops, and its one-line errors."""

import os
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import httpx
import pytest
from click.testing import CliRunner

from mock_sis import cli
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import serving


@pytest.fixture
def started():
    """Starts `passback mock ARGS`; gives the process and the URLs of its ready lines."""
    processes = []

    def start(*args, ready=1):
        process = subprocess.Popen(
            [sys.executable, "-m", "mock_sis.cli", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        lines = [process.stdout.readline().split() for _ in range(ready)]
        assert all(line[:1] == ["ready"] for line in lines), process.communicate()
        return process, {name: url for _, name, url in lines}

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def failing(*args):
    """The only line of a command that cannot work."""
    result = CliRunner().invoke(cli.mock, args)
    assert result.exit_code == 2, result.output
    [line] = result.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_mock_says_that_it_is_ready_and_stops_cleanly(started, number):
    process, urls = started("otus", "--port", "0")

    assert httpx.get(urls["otus"] + "/_mock/health").json()["server"] == "otus"
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.slow
def test_a_second_ctrl_c_ends_a_mock_that_still_waits_for_a_call(started):
    process, urls = started("otus", "--port", "0")
    faults, token = (urls["otus"] + path for path in ("/_mock/faults", "/oauth/token"))
    held = {"operation": "requestToken", "action": "delay", "seconds": 60}
    httpx.post(faults, json=held).raise_for_status()
    with ThreadPoolExecutor() as background:
        background.submit(httpx.post, token, data={"grant_type": "client_credentials"})
        while not httpx.get(faults).json()[0]["hits"]:
            pass
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
    assert process.returncode == -signal.SIGINT


@pytest.mark.slow
def test_the_world_in_a_file_goes_on_where_it_was(started, tmp_path):
    arguments = ("otus", "--port", "0", "--db", str(tmp_path / "w.db"), "--at", "2026-10-01")
    process, urls = started(*arguments)
    httpx.put(urls["otus"] + "/_mock/clock", json={"now": "2026-10-05", "frozen": True})
    process.terminate()
    process.wait(60)

    _, urls = started(*arguments[:-2])
    assert httpx.get(urls["otus"] + "/_mock/clock").json()["now"] == "2026-10-05T17:00:00Z"


@pytest.mark.slow
def test_tls_prints_where_the_certificate_is(started, tmp_path):
    process, urls = started("otus", "--port", "0", "--tls", "--db", str(tmp_path / "w.db"))

    assert urls["otus"].startswith("https://")
    process.terminate()
    assert process.communicate(timeout=60)[1] == f"certificate {tmp_path / 'mock.crt'}\n"


def test_another_bind_prints_the_token_that_its_control_plane_asks_for(started):
    process, urls = started("otus", "--port", "0", "--host", "0.0.0.0")
    url = urls["otus"].replace("0.0.0.0", "127.0.0.1") + "/_mock/health"
    unknown = httpx.get(url).status_code
    os.set_blocking(process.stderr.fileno(), False)
    token = re.fullmatch(r"control token (\S+)\n", process.stderr.read())[1]

    known = httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code
    assert (unknown, known) == (401, 200)


def test_an_instant_without_a_zone_is_the_districts():
    assert cli.moment("2026-10-01T12:00") == datetime(2026, 10, 1, 17, tzinfo=UTC)
    assert cli.moment("2026-10-01T12:00+00:00") == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert cli.moment("2026-10-01") == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("which", "options", "ports"),
    [
        ("all", (None, None), {"otus": 8101, "powerschool": 8102, "skyward": 8103}),
        ("all", (None, 9000), {"otus": 9001, "powerschool": 9002, "skyward": 9003}),
        ("all", (None, 0), {"otus": 0, "powerschool": 0, "skyward": 0}),
        ("powerschool", (None, None), {"powerschool": 8102}),
        ("skyward", (None, None), {"skyward": 8103}),
        ("skyward", (5000, None), {"skyward": 5000}),
    ],
)
def test_ports(which, options, ports):
    assert cli.ports_of(list(ports), which, *options) == ports


@pytest.mark.slow
def test_all_starts_the_three_over_one_world(started):
    _, urls = started("all", "--base-port", "0", ready=3)

    told = {name: httpx.get(f"{url}/_mock/health").json() for name, url in urls.items()}
    assert {name: health["server"] for name, health in told.items()} == {
        "otus": "otus",
        "powerschool": "powerschool",
        "skyward": "skyward",
    }


def test_port_with_all_is_a_clear_error():
    assert "--base-port" in failing("all", "--port", "1")


def test_a_taken_port_is_a_clear_error():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"port {port} is taken: choose others" in failing("otus", "--port", port)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--world", "gigantic"), "a number of students from 21 to 1000000, or a folder or zip"),
        (("--at", "yesterday"), "ISO"),
    ],
)
def test_other_clear_errors(arguments, words):
    assert words in failing("otus", "--port", "0", *arguments)


@pytest.mark.parametrize("size", ["gigantic", "20", "1000001", "٤٠٠", "9" * 5000])
def test_command_line_and_control_plane_refuse_a_size_in_the_same_words(size):
    with serving("otus") as servers:
        made = {"name": "east", "size": size}
        answer = httpx.post(f"{servers.otus.url}/_mock/worlds", json=made)
    sentence = answer.json()["detail"]
    assert (answer.status_code, sentence[:16]) == (422, "no world of size")
    assert sentence in failing("otus", "--port", "0", "--world", size)


def test_command_line_and_control_plane_take_a_number_of_students(tmp_path):
    with serving("otus") as servers:
        told = [
            httpx.post(f"{servers.otus.url}/_mock/worlds", json={"name": name, "size": size})
            for name, size in (("number", 42), ("text", "42"), ("zeros", "0042"))
        ]
        found = [servers.worlds.find(name).world for name in ("number", "text", "zeros")]
        students = [world.db.one("SELECT count(*) FROM student")[0] for world in found]
    assert [(one.status_code, one.json()["size"]) for one in told] == [(201, "42")] * 3
    own = cli.open_world(tmp_path / "w.db", "42", 1, None, WorldFactory())
    assert [*students, own.db.one("SELECT count(*) FROM student")[0]] == [42] * 4


def test_a_file_that_holds_no_world_is_a_clear_error(tmp_path):
    path = tmp_path / "w.db"
    path.write_text("no database")

    assert "holds no world" in failing("otus", "--port", "0", "--db", str(path))


def test_a_world_can_be_moved_on_but_not_back_when_it_is_opened(tmp_path):
    path = tmp_path / "w.db"
    WorldFactory().make(path, start=date(2026, 10, 5)).close()

    assert "cannot go back" in failing("otus", "--db", str(path), "--at", "2026-10-01")
    opened = cli.open_world(path, "tiny", 1, date(2026, 10, 9), WorldFactory())
    assert opened.today() == date(2026, 10, 9)
    opened.close()
