"""`passback contract` as an engineer types it: stopped, pointed at the wrong thing, ill told."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest

from mock_sis.server import serving

ENOUGH = 40
"""Calls after which the generated cases are under way."""


def passback_contract(*words, cwd, **popen):
    command = [sys.executable, "-m", "agent", "contract", *words]
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=cwd, env={**os.environ, "COLUMNS": "80"}, **told, **popen)


def ended(*words, cwd):
    """(exit code, what it said on standard error)."""
    process = passback_contract(*words, cwd=cwd)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_is_no_success_and_leaves_no_world(number, tmp_path):
    with serving("otus", latency=0.03) as servers:
        words = ("--target", servers.otus.url, "--sis", "otus", "--junit", "report.xml")
        process = passback_contract(*words, cwd=tmp_path)
        while calls(servers) < ENOUGH:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        said, complained = process.communicate(timeout=30)
        assert servers.worlds.names() == ["default"]
    assert (process.returncode, complained) == (130, "passback: stopped before the end\n")
    assert "FAILED the whole run" in said
    assert "all as the contract says" not in said
    failures = ET.parse(tmp_path / "report.xml").findall(".//failure")
    assert [found.get("type") for found in failures] == ["stopped"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.xml"]


def calls(servers):
    """How many the world that the run made for itself has got."""
    own = [name for name in servers.worlds.names() if name != "default"]
    if not own:
        return 0
    with urlopen(f"{servers.otus.url}/w/{own[0]}/_mock/journal") as answer:
        return len(json.load(answer))


@contextmanager
def a_web_site():
    """A server that answers everything with a page; its address."""

    class Site(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<h1>Welcome</h1>")

        do_GET = do_POST  # noqa: N815 - the name that http.server calls

        def log_message(self, *_):
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
def test_a_server_of_another_kind_is_not_taken_for_wrong_credentials(tmp_path):
    with serving("powerschool", "skyward") as servers:
        code, said = ended("--sis", "skyward", "--target", servers.powerschool.url, cwd=tmp_path)
        assert (code, said) == (
            6,
            "passback: POST /token answered 404: is this the root of a skyward server?\n",
        )
        url = servers.skyward.url
    with a_web_site() as site:
        code, said = ended("--sis", "skyward", "--target", site, cwd=tmp_path)
        why = "POST /token answered 200 with text/html: is this the root of a skyward server?"
        assert (code, said) == (6, f"passback: {why}\n")
    code, said = ended("--sis", "skyward", "--target", url, cwd=tmp_path)
    assert (code, said) == (6, f"passback: no answer from {url}: Connection refused\n")


def test_a_report_that_cannot_be_written_is_told_before_anything_is_asked(tmp_path):
    nowhere = ("--target", "http://127.0.0.1:1", "--sis", "otus")
    for option in ("--junit", "--html"):
        code, said = ended(*nowhere, option, "none/report", cwd=tmp_path)
        assert (code, said) == (10, "passback: none/report cannot be written: no folder none\n")


@pytest.mark.parametrize(
    "words",
    [
        ("--target", "http://127.0.0.1:1", "--scrubbed", "kept.har"),
        ("--target", "http://127.0.0.1:1", "--har", "some.har"),
    ],
)
def test_options_that_exclude_each_other_are_not_ignored(words, tmp_path):
    code, said = ended("--sis", "otus", *words, cwd=tmp_path)
    assert code == 2
    assert "--har" in said


def test_a_run_needs_a_sis_and_a_target(contract):
    for words, missing in (((), "--sis"), (("--sis", "otus"), "--target")):
        ended = contract(*words)
        assert (ended.exit_code, f"Missing option '{missing}'" in ended.output) == (2, True)


def test_options_of_a_run_before_a_subcommand_are_not_ignored(contract):
    ended = contract("--sis", "skyward", "checklist")
    assert ended.exit_code == 2
    assert "--sis stands before checklist: write it after the command" in ended.output


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("listChange", "otus.yaml has no operation listChange; did you mean listChanges?"),
        ("x", "otus.yaml has no operation x: see `passback contract list`"),
    ],
)
def test_an_operation_that_the_contract_does_not_have_is_a_usage_error(contract, operation, told):
    server = ("--target", "http://127.0.0.1:1", "--sis", "otus")
    ended = contract(*server, "--operation", operation)
    assert ended.exit_code == 2
    assert told in " ".join(ended.output.split())
