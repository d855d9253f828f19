"""What `passback serve` holds in memory with a few districts: idle, after pages, after a night.

It is the resident set of the process. "Idle" is before anything was asked of it.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import psutil

from agent.commands.build import build_ledger
from agent.config import load
from bench.rig import ENVIRONMENT, Mocks, aim, mocks, table
from contracts.configuration import configuration

DISTRICTS = 3
IDLE_MB = 80
PAGES = ("", "/schedule", "/tonight", "/runs", "/sections", "/students", "/assignments")
PATIENCE = 120.0


def run() -> None:
    """Print the memory at each point."""
    used: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="passback-bench-") as name, mocks() as servers:
        for number in range(DISTRICTS):
            _configure(Path(name), number, servers)
        with _serving(Path(name), at=timedelta(hours=1)) as (process, address):
            _waited(lambda: _get(address, "/ready") == "ready\n")
            used["idle"] = _megabytes(process)
            _look_at_pages(address)
            used["after its pages"] = _megabytes(process)
        with _serving(Path(name), at=timedelta(minutes=-1)) as (process, address):
            ended = "passback_last_run_seconds{"
            _waited(lambda: _get(address, "/metrics").count(ended) == DISTRICTS)
            used["after a night"] = _megabytes(process)
    idle = aim(f"at most {IDLE_MB}", met=used["idle"] <= IDLE_MB)
    rows = [(when, f"{mb:.0f} MB", idle if when == "idle" else "") for when, mb in used.items()]
    table(f"serve, {DISTRICTS} districts: memory", ("", "resident", "aim"), rows)


def _configure(folder: Path, number: int, servers: Mocks) -> None:
    text = configuration(
        otus=servers.url("otus"),
        sis=servers.url("skyward"),
        kind="skyward",
        ledger=f"{number}.db",
        categories={"Quiz": "QUIZ"},
        effective=date(2026, 8, 20),
        district=f"district {number}",
        zone="UTC",
    )
    path = folder / f"{number}.toml"
    path.write_text(text, encoding="utf-8")
    with closing(build_ledger(load(path))) as ledger:
        ledger.slots.note_served(datetime.now(UTC) - timedelta(days=1))


@contextmanager
def _serving(folder: Path, *, at: timedelta) -> Iterator[tuple[int, str]]:
    """The program with nights at an hour from now; its process, and its address with the token."""
    hour = f"{datetime.now(UTC) + at:%H:%M:%S}"
    for path in folder.glob("*.toml"):
        text, _, _ = path.read_text(encoding="utf-8").partition("[serve]")
        path.write_text(f'{text}[serve]\nat = "{hour}"\n', encoding="utf-8")
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "agent", "serve", "-c", str(folder), "--port", "0"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.pid, process.stdout.readline().removeprefix("open ").strip()
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _get(address: str, path: str) -> str:
    return httpx.get(address.partition("/agent/")[0] + path, timeout=PATIENCE).text


def _look_at_pages(address: str) -> None:
    with httpx.Client(timeout=PATIENCE, follow_redirects=True) as browser:
        browser.get(address).raise_for_status()
        home = address.partition("?")[0]
        for number in range(DISTRICTS):
            for page in PAGES:
                browser.get(f"{home}district-{number}{page}" if page else home).raise_for_status()


def _waited(come: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not come():
        if time.monotonic() > end:
            raise TimeoutError("serve is not ready, or its night does not end")
        time.sleep(0.2)


def _megabytes(process: int) -> float:
    return float(psutil.Process(process).memory_info().rss / 2**20)
