"""`passback serve` as a program: a night at its hour, stopped, killed, and watched."""

import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.config import load
from agent.ledger import open_ledger
from tests.e2e.conftest import _names
from tests.e2e.support.district import ZONE, District
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.opening import closed, opened

pytestmark = pytest.mark.slow
PATIENCE = 60


@pytest.fixture
def today(servers: Any, tmp_path: Path) -> Iterator[District]:
    """A world whose clock shows what the machine's does, since `serve` goes by that one."""
    now = datetime.now(UTC)
    start = (now - timedelta(days=1)).date()

    def make(path: Path) -> Any:
        return servers.worlds.factory.make(path, size="tiny", seed=1, start=start)

    found = opened(servers, "skyward", tmp_path, f"today-{next(_names)}", make)
    found.control("PUT", "/clock", {"now": now.isoformat(), "frozen": False})
    found.effective = date(start.year - 1, start.month, 1)
    yield found
    closed(servers, found)


def waited(for_what: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := for_what():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


@contextmanager
def serve(district: District) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and its address without the token."""
    process = district.start("serve", "--port", "0", shell='exec "$@"')
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"open (http://127\.0\.0\.1:\d+)/agent/\?token=\S+\n", line)
        assert found, line
        yield process, found[1]
    finally:
        process.kill()
        process.communicate()


def soon(district: District, seconds: int) -> None:
    """The night begins in so many seconds."""
    at = datetime.now(ZONE) + timedelta(seconds=seconds)
    district.more = f'[serve]\nat = "{at:%H:%M:%S}"\n'
    # However long the process takes to start: it is made up, as it was served before.
    settings = load(district.config)
    with closing(open_ledger(settings.ledger.url, settings.district)) as ledger:
        ledger.slots.note_served(datetime.now(UTC) - timedelta(days=1))


def asked(district: District, sql: str) -> Any:
    with closing(sqlite3.connect(district.folder / district.ledger)) as ledger:
        return ledger.execute(sql).fetchall()


def metric(text: str, name: str, **labels: str) -> float | None:
    """The one sample of that name and at least these labels."""
    found = [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    return found[0] if found else None


def test_a_night_stopped_and_killed_is_done_once_and_watched_without_a_student(today: District):
    today.sis_more = "max_connections = 1"  # one gradebook after the other
    soon(today, 4)
    fault(today, "delay", operation="put*", seconds=0.3)

    def writes() -> bool:
        return any(e["operation"].startswith("put") for e in today.journal())

    with serve(today) as (process, url):
        assert httpx.get(f"{url}/ready").text == "ready\n"
        text = httpx.get(f"{url}/metrics").text
        assert metric(text, "passback_next_run_timestamp_seconds", district="lakeview")
        waited(writes)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert "ends after its gradebooks" in said
        assert "Traceback" not in said
    assert asked(today, "SELECT exit_code FROM run") == [(5,)]
    assert asked(today, "SELECT tries, exit_code, ended FROM slot") == [(1, 5, None)]

    today.control("DELETE", "/journal")
    with serve(today) as (process, url):
        waited(writes)
        process.send_signal(signal.SIGKILL)
    assert asked(today, "SELECT tries, exit_code, ended FROM slot") == [(2, None, None)]

    healed(today)
    with serve(today) as (process, url):
        waited(lambda: asked(today, "SELECT 1 FROM slot WHERE ended IS NOT NULL"))
        text = httpx.get(f"{url}/metrics").text
        ready = httpx.get(f"{url}/ready").text
        assert httpx.get(f"{url}/health").text == "ok\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert asked(today, "SELECT tries, exit_code FROM slot") in ([(3, 0)], [(3, 3)])
    assert ready == "ready\n"
    assert metric(text, "passback_last_run_exit_code", district="lakeview") in {0, 3}
    assert metric(text, "passback_records", kind="score", state="sent") is not None
    assert metric(text, "passback_requests_total", system="sis", status="200") is not None
    assert metric(text, "passback_open_writes") == 0
    assert_nobody(today, text + said)

    # Whatever was stopped and killed: nothing is left to send, and nothing stands twice.
    run = today.sync(at=datetime.now(UTC))
    assert run.report["requests"]["writes"] == 0
    for section in ("200001", "200002", "200003"):
        titles = [column["external_id"] for column in today.columns(section)]
        assert len(titles) == len(set(titles))


def assert_nobody(district: District, text: str) -> None:
    """No id, number or name of a student, no title, and no section."""
    source = [row for kind in ("student", "assessment") for row in district.feed(kind)]
    words = {str(row[key]) for row in source for key in ("id", "title") if key in row}
    words |= {row["sisId"] for row in source if row.get("sisId")}
    assert len(words) > 50
    assert [word for word in words if word in text] == []


def test_a_port_that_is_taken_and_a_configuration_that_is_none(today: District, tmp_path: Path):
    soon(today, 3600)
    with serve(today) as (_, url):
        taken = today.command("serve", "-c", str(today.config), "--port", url.rpartition(":")[2])
    assert taken.code == 2
    assert taken.err == "Error: the port is taken: choose another with --port\n"
    folder = tmp_path / "none"
    folder.mkdir()
    none = today.command("serve", "-c", str(folder))
    assert (none.code, none.err) == (10, f"passback: {folder}: there is no *.toml\n")
    (folder / "a.toml").write_text("district = 1")
    broken = today.command("serve", "-c", str(folder))
    assert broken.code == 10
    assert broken.err.startswith(f"passback: {folder / 'a.toml'}: ")
    token = today.command("serve", "-c", str(today.config), "--token-file", str(folder / "none"))
    assert (token.code, token.err) == (
        10,
        f"passback: --token-file: cannot read {folder / 'none'}\n",
    )


def test_a_second_ctrl_c_ends_it_at_once(today: District):
    soon(today, 3)
    fault(today, "delay", operation="put*", seconds=5)
    with serve(today) as (process, _):
        waited(lambda: asked(today, "SELECT 1 FROM open_attempt"))
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert said.endswith("passback: stopped before the end\n")
    healed(today)


def test_metrics_of_a_timer_are_written_into_a_file(today: District, tmp_path: Path):
    soon(today, 3600)
    today.sync(at=datetime.now(UTC))
    out = tmp_path / "passback.prom"
    done = today.command("metrics", "-c", str(today.config), "--out", str(out))
    assert (done.code, done.out, done.err) == (0, "", "")
    text = out.read_text()
    assert metric(text, "passback_last_success_timestamp_seconds", district="lakeview")
    assert metric(text, "passback_next_run_timestamp_seconds") is None
    assert_nobody(today, text)
    assert [file.name for file in tmp_path.glob("passback.prom*")] == ["passback.prom"]
    lost = today.command(
        "metrics", "-c", str(today.config), "--out", str(tmp_path / "no" / "x.prom")
    )
    assert lost.code == 10
    assert lost.err.startswith("passback: --out ")
