"""`passback fleet pages` as a process: it prints its address, answers, and ends when told to."""

import re
import signal
import subprocess
import sys
from contextlib import closing

import httpx
import pytest

from agent.fleet.commands.pages import _token
from agent.fleet.database.connection import Database
from agent.fleet.settings import DatabaseSettings, FleetSettings, PagesSettings, StaffSettings
from agent.serve.options import PagesOptions

COMMAND = [sys.executable, "-m", "agent", "fleet", "pages", "--port", "0", "-c"]


@pytest.mark.slow
def test_it_answers_until_it_is_told_to_stop(postgres_url, tmp_path):
    file = tmp_path / "fleet.toml"
    file.write_text(f'[database]\nurl = "{postgres_url}"\n')
    with (
        subprocess.Popen(
            [*COMMAND, file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as pages,
        closing(Database(postgres_url, lambda: "", "test")) as database,
    ):
        line = pages.stdout.readline()
        url, token = re.fullmatch(
            r"open (http://127.0.0.1:\d+)/agent/\?token=(\S+)\n", line
        ).groups()
        assert httpx.get(f"{url}/health").text == "ok\n"
        assert httpx.get(f"{url}/ready").text == "ready\n"
        assert "passback_fleet_up 1.0" in httpx.get(f"{url}/metrics").text
        assert httpx.get(f"{url}/fleet/districts").status_code == 401
        page = httpx.get(f"{url}/agent/?token={token}", follow_redirects=True)
        assert "No passback fleet tick is there" in page.text
        [process] = database.rows("SELECT kind FROM passback_fleet.process_now WHERE alive")
        assert process["kind"] == "pages"
        pages.send_signal(signal.SIGTERM)
        _, told = pages.communicate(timeout=60)
        assert (pages.returncode, told) == (0, "passback: stopping; nights go on\n")
        assert database.rows("SELECT FROM passback_fleet.process") == []


def test_a_token_is_made_where_nobody_may_enter_otherwise(tmp_path):
    database = DatabaseSettings(url="postgresql://x@y/z")
    nobody = FleetSettings(database=database)
    ada = StaffSettings(name="ada", token_sha256="0" * 64)
    somebody = FleetSettings(database=database, pages=PagesSettings(people=(ada,)))
    (tmp_path / "token").write_text("secret\n")

    def asked(file=None):
        return PagesOptions(
            host="127.0.0.1", port=0, allow_hosts=(), token_file=file, metrics_token_file=None
        )

    assert len(_token(nobody, asked())) >= 32
    assert _token(somebody, asked()) == ""
    assert _token(somebody, asked(tmp_path / "token")) == "secret"
