"""`passback load` stopped, or asked for what cannot be: one line says so, nothing still runs."""

import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from click.testing import CliRunner

from agent.cli import passback
from tests.meta.project_files import ROOT

QUICK = ("--adoption", "0.2", "--latency", "20", "--short")


def passback_load(*words, folder):
    """`passback load` whose worlds go into *folder*."""
    command = [sys.executable, "-m", "agent", "load", *QUICK, "--out", str(folder / "out"), *words]
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, **told)


def ended(*words, folder):
    """(exit code, the last line on standard error)."""
    process = passback_load(*words, folder=folder)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.strip().splitlines()[-1]


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_night_that_is_stopped_leaves_nothing_running_and_checks_nothing(number, tmp_path):
    process = passback_load(folder=tmp_path)
    for line in process.stderr:
        if "% of the writes" in line:
            break
    while not any("agent sync" in words for words in running(tmp_path)):
        time.sleep(0.05)
    process.send_signal(number)
    printed, said = process.communicate(timeout=40)
    assert process.returncode == 130
    assert said.strip().splitlines()[-1] == (
        "passback: stopped before the end: nothing was checked; "
        f"what Locust saw until then is in {tmp_path / 'out'}"
    )
    assert printed == ""
    assert running(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def running(folder):
    """Command lines of processes that have to do with *folder*."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(folder) in words:
            found.append(words)
    return found


@pytest.mark.parametrize("option", ["--web-port", "--await-workers"])
def test_a_port_that_is_taken_is_told_before_the_worlds_are_made(option, tmp_path):
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 0 if option == "--web-port" else 5557))
        except OSError:
            pytest.skip("another load test waits for its workers")
        taken.listen()
        port = taken.getsockname()[1]
        words = ("--web", option, str(port)) if option == "--web-port" else (option, "1")
        code, said = ended(*words, folder=tmp_path)
    assert (code, said) == (2, f"Error: 127.0.0.1:{port} cannot be listened on: already in use")


def test_what_would_be_ignored_is_refused(tmp_path):
    code, said = ended("--profile", "vendor", "--background", "1", folder=tmp_path)
    told = "Error: --profile vendor runs on a fleet, without Locust's options."
    assert (code, said) == (2, told)


def test_the_students_of_a_fleet_are_those_of_its_mix(tmp_path):
    code, said = ended("--profile", "vendor", "--students", "4000", folder=tmp_path)
    told = (
        "Error: --profile vendor has districts of many sizes: --size and --districts change them."
    )
    assert (code, said) == (2, told)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "out").write_text("")
    code, said = ended("--out", str(tmp_path / "out" / "in"), folder=tmp_path)
    assert (code, said) == (6, f"Error: {tmp_path / 'out' / 'in'}: Not a directory")


@pytest.mark.parametrize(
    "words",
    [
        ("--profile", "huge"),
        ("--night", "quiet"),
        ("--adoption", "0"),
        ("--adoption", "2"),
        ("--connections", "65"),
        ("--latency", "-1"),
        ("--workers", "-1"),
        ("--students", "20"),
    ],
)
def test_what_cannot_be_run_is_a_usage_error(words):
    done = CliRunner().invoke(passback, ["load", *words])
    assert (done.exit_code, f"Invalid value for '{words[0]}'" in done.output) == (2, True)


@pytest.mark.slow
def test_the_command_imports_neither_locust_nor_gevent():
    code = (
        "import sys; from load import cli, mock_alone, run\n"
        "from load.locust import plan, processes, worker\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert {"locust", "gevent"} & set(ran.stdout.split()) == set()
    assert "load" in ran.stdout.split()


@pytest.mark.slow
def test_a_worker_waits_for_a_master_and_ends_when_it_is_stopped(tmp_path):
    process = passback_load("--as-worker", folder=tmp_path)
    assert process.stdout.readline() == "waiting for a master\n"
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=40)
    assert (process.returncode, said) == (0, "")
