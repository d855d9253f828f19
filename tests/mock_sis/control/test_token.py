"""The control plane's token in a file: made once, shared, asked for; and the health check."""

import threading
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from mock_sis import cli
from mock_sis.control.token import VARIABLE, kept_token
from mock_sis.serve.health import health
from mock_sis.server import serving


def test_a_token_is_made_once_for_this_user_alone(tmp_path: Path):
    path = tmp_path / "token"

    made = kept_token(path)

    assert kept_token(path) == made
    assert len(made) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["token"]


def test_mocks_that_start_at_once_agree(tmp_path: Path):
    found, gate = [], threading.Barrier(8)

    def start() -> None:
        gate.wait()
        found.append(kept_token(tmp_path / "token"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("text", ["", "\n", "two words\n"])
def test_a_file_that_holds_no_token_is_a_clear_error(tmp_path: Path, text: str):
    path = tmp_path / "token"
    path.write_text(text)

    done = CliRunner().invoke(cli.mock, ["otus", "--port", "0", "--control-token-file", str(path)])

    assert done.exit_code == 2
    assert done.stderr.strip().splitlines() == [
        f"Error: {path}: one token was expected in this file, and nothing else"
    ]


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path):
    path = tmp_path / "nowhere" / "token"

    done = CliRunner().invoke(cli.mock, ["otus", "--port", "0"], env={VARIABLE: str(path)})

    assert done.exit_code == 2
    assert "No such file" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_token_from_a_file_is_asked_for_on_loopback_too_and_not_printed(tmp_path: Path, capfd):
    token = cli.control_token("127.0.0.1", tmp_path / "token")

    with serving("otus", token=token) as servers:
        url = f"{servers.otus.url}/_mock/health"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert capfd.readouterr() == ("", "")


def checked(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(health, arguments)
    return done.exit_code, done.output


def test_the_health_check_shows_the_token(tmp_path: Path):
    path = tmp_path / "token"
    with serving("otus", "skyward", token=kept_token(path)) as servers:
        ports = [server.url.rpartition(":")[2] for server in servers.all.values()]
        assert checked(*ports, "--control-token-file", str(path)) == (0, "")
        assert checked(ports[0]) == (1, f"{ports[0]}: answered 401\n")


def test_the_health_check_fails_where_one_mock_is_not_there():
    with serving("otus") as servers:
        port = servers.otus.url.rpartition(":")[2]
        code, told = checked(port, "1")
    assert code == 1
    assert told.startswith("1: no answer")
