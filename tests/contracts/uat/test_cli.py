"""`passback uat` as a command: one line to open, one line for what is wrong, its exit codes."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest
from click.testing import CliRunner

from agent.cli import passback
from agent.errors import PassbackError
from tests.contracts.uat.test_districts import POLICY
from tests.contracts.uat.test_made_up import EXPORT, REAL

pytestmark = pytest.mark.slow  # processes of their own

COMMAND = [sys.executable, "-m", "agent", "uat"]


def uat(*arguments: object) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    done = [*COMMAND, *map(str, arguments)]
    return subprocess.run(done, capture_output=True, text=True, check=False, timeout=100)


def refusal(code: int, *arguments: object) -> str:
    """The one line of an error, of the command in this process."""
    done = CliRunner().invoke(passback, ["uat", *map(str, arguments)])
    if isinstance(done.exception, PassbackError):
        assert done.exception.exit_code == code
        return str(done.exception)
    assert (done.exit_code, done.stdout) == (code, ""), done.exception
    return done.stderr.strip().splitlines()[-1]


def test_it_prints_an_address_and_ends_on_a_signal(tmp_path: Path):
    command = [*COMMAND, "--port", "0", "--folder", str(tmp_path / "uat")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stdout is not None
            line = run.stdout.readline()
            found = re.fullmatch(r"open (http://127\.0\.0\.1:\d+/\?token=\S+)\n", line)
            assert found, line
            with httpx.Client(follow_redirects=True) as browser:
                page = browser.get(found[1])
                assert page.status_code == 200
                assert "Lakeview School District" in page.text
                mocks = set(re.findall(r'"(http://127\.0\.0\.1:\d+/w/lakeview/pages)"', page.text))
                assert len(mocks) == 3
                assert {browser.get(mock).status_code for mock in mocks} == {200}
                assert httpx.get(found[1].partition("?")[0]).status_code == 401
        finally:
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=30)
    assert (run.returncode, out.strip(), err) == (0, "", "")
    assert list((tmp_path / "uat").glob("uploads-*")) == []


def test_with_a_token_file_the_address_is_the_same_after_a_restart(tmp_path: Path):
    kept = tmp_path / "uat" / "token"  # in a folder that is not there yet
    place = ["--folder", str(kept.parent), "--token-file", str(kept)]
    command = [*COMMAND, "--port", "0", "--host", "0.0.0.0", "--allow-host", "localhost", *place]
    tokens = []
    for _ in range(2):
        with subprocess.Popen(command, stdout=PIPE, text=True) as run:
            try:
                assert run.stdout is not None
                found = re.fullmatch(
                    r"open http://localhost:\d+/\?token=(\S+)\n", run.stdout.readline()
                )
                assert found is not None
                tokens.append(found[1])
            finally:
                run.terminate()
        assert run.returncode == 0
    assert tokens == [kept.read_text().strip()] * 2
    assert kept.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_used_is_one_line_and_its_own_exit_code(tmp_path: Path, export):
    config = tmp_path / "district.toml"
    config.write_text(POLICY, encoding="utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(POLICY.replace("withhold", "perhaps"), encoding="utf-8")
    roster = export(courses=None, orgs=None)

    assert "orgs.csv: the file is missing (and 1 more" in refusal(10, "--roster", roster)
    assert "there is no such folder or zip" in refusal(10, "--roster", tmp_path / "no")
    assert "missing_after_due" in refusal(10, "-c", wrong, "--port", 0)
    assert "no.toml" in refusal(10, "-c", tmp_path / "no.toml", "--port", 0)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "world.db").write_text("no world " * 1_000)
    assert "cannot be read" in refusal(10, "--folder", kept, "--port", 0)
    report = tmp_path / "report"
    assert "--config and --roster" in refusal(2, "--out", report)
    assert "--config and --roster" in refusal(2, "--out", report, "-c", config)
    assert "orgs.csv" in refusal(10, "--out", report, "-c", config, "--roster", roster)
    assert not report.exists()


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path, export):
    config = tmp_path / "district.toml"
    config.write_text(POLICY, encoding="utf-8")
    out = config / "report"
    done = refusal(2, "--out", out, "-c", config, "--roster", export())
    assert done == f"Error: [Errno 20] Not a directory: '{out}'"


def test_a_port_that_is_taken_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        if port > 65_532:
            pytest.skip("there is no room for the mocks above this port")
        done = uat("--port", port)
    assert (done.returncode, done.stdout) == (2, "")
    # The three above it are the mocks': any of them may be somebody else's, too.
    told = {f"Error: port {port + n} is taken: choose others with --port\n" for n in range(4)}
    assert done.stderr in told


def test_a_roster_on_the_command_line_becomes_the_district_once(tmp_path: Path, export):
    config = tmp_path / "district.toml"
    config.write_text(POLICY, encoding="utf-8")
    folder, source = tmp_path / "uat", export()

    for _ in range(2):
        given = ["-c", config, "--roster", source, "--serve", "--port", 0, "--folder", folder]
        command = [*COMMAND, *map(str, given)]
        with subprocess.Popen(command, stdout=PIPE, text=True) as run:
            try:
                assert run.stdout is not None
                address = run.stdout.readline().removeprefix("open ").strip()
                with httpx.Client(follow_redirects=True) as browser:
                    page = browser.get(address).text
            finally:
                run.terminate()
        assert "<h1>Lake</h1>" in page
        assert "PowerSchool" in page
        assert "Skyward gradebook" not in page
        assert "Other districts" not in page
        assert run.returncode == 0


def test_a_report_is_written_without_a_real_name_and_without_pages(tmp_path: Path, export):
    config, report = tmp_path / "district.toml", tmp_path / "report"
    config.write_text(POLICY, encoding="utf-8")

    done = uat("-c", config, "--roster", export(**EXPORT), "--out", report)

    assert done.returncode in {0, 3}, done.stderr
    assert done.stdout == f"report {report / 'report.html'}\n"
    assert done.stderr == ""
    assert (report / "report.html").is_file()
    for path in report.iterdir():
        text = path.read_text(encoding="utf-8").casefold().replace("stone age", "")
        assert [real for real in REAL if real in text] == [], path.name
