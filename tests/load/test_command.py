"""`passback load` stopped, or asked for what cannot be: nothing is left running, and it says so."""

import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

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
def test_a_night_that_is_stopped_leaves_nothing_running_and_judges_nothing(number, tmp_path):
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
        "passback: stopped before the end: no gate was judged; "
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
    code, said = ended("--districts", "3", folder=tmp_path)
    assert (code, said) == (2, "Error: --districts goes with --profile vendor.")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "out").write_text("")
    code, said = ended("--out", str(tmp_path / "out" / "in"), folder=tmp_path)
    assert (code, said) == (6, f"Error: {tmp_path / 'out' / 'in'}: Not a directory")
