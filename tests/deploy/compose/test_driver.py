"""The driver of the stack, and the agent's side of its orders, without containers."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import packages_distributions
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from click.testing import CliRunner

from agent.config import load
from contracts.configuration import SECRETS
from contracts.demo.district import DemoDistrict
from deploy.compose.driver.__main__ import nights
from deploy.compose.driver.districts import districts
from deploy.compose.driver.mocks import Mocks
from deploy.compose.driver.nights import PAUSES, Driver
from deploy.compose.driver.orders import Orders
from mock_sis.server import Servers, serving
from tests.meta.project_files import ROOT

ZONE = ZoneInfo("America/Chicago")
AT = datetime(2026, 10, 14, 22, tzinfo=ZONE)
TOKEN = "a-token-of-a-test"
SCRIPT = ROOT / "deploy/compose/on-order.sh"


class Still:
    """A world whose clock is what it was last turned to."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def turn_clock(self, to: datetime) -> None:
        self.at = to


def answers(orders: Orders, code: int, report: str = "") -> None:
    """What the agent's side does with an order."""
    [at] = (orders.folder / "ordered").read_text().split()
    (orders.folder / "report.json").write_text(report)
    (orders.folder / "ended").write_text(f"{at} {code}\n")


# ---- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 10, 14, 9, tzinfo=ZONE), AT),
        (datetime(2026, 10, 14, 21, 59, 59, tzinfo=ZONE), AT),
        (AT, datetime(2026, 10, 15, 22, tzinfo=ZONE)),
        (datetime(2026, 10, 15, 2, 30, tzinfo=UTC), AT),
        (datetime(2026, 10, 31, 22, tzinfo=ZONE), datetime(2026, 11, 1, 22, tzinfo=ZONE)),
    ],
    ids=["morning", "just before", "the hour itself", "UTC is a day ahead", "clocks go back"],
)
def test_the_next_night_is_at_ten_local_time(now: datetime, night: datetime):
    world = Still(now)
    driver = Driver(world, {}, ZONE, say=lambda _: None)

    driver.next_night()

    assert world.at == night
    assert world.at.astimezone(ZONE).hour == 22


# ---- orders and answers --------------------------------------------------------------------------


def test_an_answer_to_another_order_is_none(tmp_path: Path):
    orders = Orders(tmp_path / "skyward")
    orders.give(AT)
    answers(orders, 0)
    later = AT.replace(day=15)

    assert orders.answer(later) is None
    assert orders.answer(AT).code == 0
    assert orders.answer(AT) is None


def test_a_night_that_found_its_sis_away_is_ordered_again(tmp_path: Path):
    orders, told, slept = Orders(tmp_path), [], []
    codes = iter([6, 5, 0])

    def sleep(seconds: float) -> None:
        if seconds == 1:
            answers(orders, next(codes))
        slept.append(seconds)

    driver = Driver(Still(AT), {"skyward": orders}, ZONE, told.append, sleep)

    assert driver.night_now() == {"skyward": 0}
    assert [s for s in slept if s > 1] == list(PAUSES[:2])
    assert told[1:3] == [
        "  skyward: exit code 6",
        "    it ended before it could count; the agent's log says why",
    ]


@pytest.mark.parametrize(("code", "tries"), [(4, 1), (3, 1), (10, 1), (6, len(PAUSES) + 1)])
def test_what_another_try_would_not_mend_waits_for_the_next_night(
    tmp_path: Path, code: int, tries: int
):
    orders, given = Orders(tmp_path), []

    def sleep(seconds: float) -> None:
        if seconds == 1:
            given.append(1)
            answers(orders, code)

    driver = Driver(Still(AT), {"skyward": orders}, ZONE, lambda _: None, sleep)

    assert driver.night_now() == {"skyward": code}
    assert len(given) == tries


def test_an_agent_that_does_not_answer_is_told_every_minute(tmp_path: Path):
    orders, told = Orders(tmp_path), []
    seconds = iter(range(1, 1000))

    def sleep(_: float) -> None:
        if next(seconds) == 121:
            answers(orders, 0)

    Driver(Still(AT), {"skyward": orders}, ZONE, told.append, sleep).night_now()

    assert told[1:3] == ["  skyward: no answer for 60 s", "  skyward: no answer for 120 s"]


# ---- against mocks, and the agent's side as it runs in its container -----------------------------


@pytest.fixture
def servers() -> Iterator[Servers]:
    with serving("otus", "skyward", token=TOKEN) as running:
        yield running


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(TOKEN)
    return path


def arguments(servers: Servers, token_file: Path, *more: str) -> list[str]:
    mocks = [f"--mock={name}={server.url}" for name, server in servers.all.items()]
    return [*mocks, f"--control-token-file={token_file}", "--every=0", *more]


@pytest.fixture
def agent(servers: Servers, tmp_path: Path) -> Iterator[subprocess.Popen]:
    """on-order.sh, with the orders of "skyward" under tmp_path."""
    district = DemoDistrict(
        kind="skyward",
        otus=servers.otus.url,
        sis=servers.skyward.url,
        folder=tmp_path,
        zone="America/Chicago",
        effective=date(2025, 8, 1),
        categories={"Quiz": "Quiz", "Test": "Test"},
    )
    district.write_config()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    process = subprocess.Popen(
        ["/bin/sh", SCRIPT, tmp_path / "skyward", district.config],
        env={**os.environ, **SECRETS, "PATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.terminate()
    process.communicate(timeout=60)


@pytest.mark.slow
def test_a_night_is_ordered_run_and_told(servers, token_file, agent, tmp_path: Path):
    more = (f"--agent=skyward={tmp_path / 'skyward'}", "--nights=2", "--link=skyward=http://me:1")
    done = CliRunner().invoke(nights, arguments(servers, token_file, *more))

    lines = done.output.splitlines()
    assert done.exit_code == 0
    assert lines[0] == f"look at skyward     http://me:1/?token={TOKEN}"
    assert lines.count("  skyward: exit code 0") == 2
    assert [line.partition(";")[0].strip() for line in lines if "created" in line] == [
        "4 created, 20 sent"
    ]
    assert servers.world.now().astimezone(ZONE).hour == 22
    wait_for(lambda: not (tmp_path / "skyward/running").exists())  # it goes after the answer
    assert sorted(path.name for path in (tmp_path / "skyward").iterdir()) == [
        "events.jsonl",
        "report.json",
    ]


@pytest.mark.slow
def test_an_order_that_was_being_run_when_the_agent_died_is_run_again(
    servers: Servers, agent: subprocess.Popen, tmp_path: Path
):
    url, slow = servers.skyward.url, {"operation": "*", "action": "delay", "seconds": 3}
    http = httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"})
    http.post(f"{url}/_mock/faults", json=slow)
    folder = tmp_path / "skyward"
    Orders(folder).give(AT)
    wait_for((folder / "running").exists)
    http.delete(f"{url}/_mock/faults")

    agent.send_signal(signal.SIGTERM)

    assert agent.wait(60) == 143
    assert (folder / "running").read_text().split() == [AT.isoformat()]
    assert not (folder / "ended").exists()


def test_when_the_school_year_is_over_the_driver_ends(servers: Servers, token_file: Path):
    world = Mocks({"otus": servers.otus.url}, TOKEN, print)
    world.turn_clock(datetime.combine(world.last_day(), AT.timetz()).replace(minute=1))

    done = CliRunner().invoke(nights, arguments(servers, token_file))

    assert done.exit_code == 0
    assert done.output.splitlines()[-1].startswith("the school year is over")


def test_a_mock_that_is_not_there_yet_is_waited_for(tmp_path: Path):
    told, slept = [], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 40:
            world.urls = {"otus": running["otus"].url}

    with serving("otus", token=TOKEN) as running:
        world = Mocks({"otus": "http://127.0.0.1:1"}, TOKEN, told.append, sleep)
        world.await_all()

    assert told == ["otus does not answer; still asking"]


def wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# ---- the districts of a fleet --------------------------------------------------------------------


def test_districts_are_made_once_in_turns_on_each_sis(token_file: Path, tmp_path: Path):
    folder = tmp_path / "districts"
    folder.mkdir()
    with serving("otus", "powerschool", "skyward", token=TOKEN) as running:
        urls = [f"--{name}={server.url}" for name, server in running.all.items()]
        command = [*urls, f"--out={folder}", "--number=3", f"--control-token-file={token_file}"]
        done = CliRunner().invoke(districts, command)
        texts = {path.name: path.read_text() for path in folder.iterdir()}
        again = CliRunner().invoke(districts, command)
        worlds = Mocks({"otus": running.otus.url}, TOKEN, print).worlds()

    assert (done.exit_code, done.output.count("each day at")) == (0, 3), done.output
    assert (again.exit_code, again.output) == (0, "")
    assert worlds >= {"district-01", "district-02", "district-03"}
    read = [load(path) for path in sorted(folder.iterdir())]
    assert [each.sis.kind for each in read] == ["skyward", "powerschool", "skyward"]
    assert [each.district for each in read] == [
        name.removesuffix(".toml") for name in sorted(texts)
    ]
    assert texts == {path.name: path.read_text() for path in folder.iterdir()}


WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import deploy.compose.driver.__main__
import deploy.compose.driver.districts
"""


def test_the_driver_needs_nothing_that_the_mocks_image_does_not_have():
    """What the lock of that image does not list is taken away."""
    lock = (ROOT / "requirements-mock.lock").read_text(encoding="utf-8")
    there = {plain(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    there |= {"passback", "setuptools"}
    homes = packages_distributions().items()
    absent = {top for top, names in homes if not {plain(name) for name in names} & there}
    assert {"pytest", "schemathesis", "tomli_w"} <= absent
    command = [sys.executable, "-c", WITHOUT.replace("{absent}", repr(absent))]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


def plain(name):
    """A distribution's name as lock files have it."""
    return re.sub(r"[-_.]+", "-", name).lower()
