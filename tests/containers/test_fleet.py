"""The profile `fleet`: a night of ten districts, with one of two workers killed in its middle."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from docker.models.containers import Container

from tests.containers.stack import TAG, Stack, until
from tests.containers.test_images import INSTALLERS, importable

FLEET = ("--profile", "fleet")
DISTRICTS = [f"district-{number:02}" for number in range(1, 11)]
KINDS = ("skyward", "powerschool")
SLOW = "district-01"
"""A district on Skyward, in whose middle a worker is killed."""
OVER = {"done", "failed", "parked", "missed"}
CONFIG = "/etc/passback/fleet.toml"


class Fleet:
    """What a test does with the fleet of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def tick(self, after: timedelta) -> str:
        """A tick as of later; the nights themselves run now."""
        at = datetime.now(UTC) + after
        code, out = self.stack.shell(
            "fleet-tick", f"passback fleet tick --once -c {CONFIG} --at {at.isoformat()}"
        )
        assert code == 0, out
        return out

    def query(self, sql: str) -> list[dict]:
        """Rows of the fleet's database."""
        whole = f"SELECT coalesce(json_agg(q), '[]') FROM ({sql}) AS q"
        words = ["psql", "-h", "/tmp", "-U", "postgres", "-Atc", whole, "passback"]
        code, out = self.stack.container("fleet-postgres").exec_run(words)
        assert code == 0, out.decode()
        return json.loads(out)

    def nights(self) -> dict[str, dict]:
        """The one night of each district."""
        rows = self.query("SELECT * FROM passback_fleet.night")
        assert len({row["district"] for row in rows}) == len(rows), rows
        return {row["district"]: row for row in rows}

    def worker(self, name: str) -> Container:
        """The container of a worker, by its name in the database."""
        return self.stack.engine.containers.get(name.split("-")[1])

    def control(self, method: str, path: str, body: dict | None = None):
        """Ask the control plane of the slow district's SIS."""
        return self.stack.control("skyward", method, path, body, world=f"/w/{SLOW}")

    def written(self) -> int:
        """How many writes it has been asked for."""
        return sum(entry["write"] for entry in self.control("GET", "/journal"))

    def columns(self, district: str) -> list[tuple[str, str]]:
        """Gradebook and title of every column of a district."""
        sis, world = KINDS[DISTRICTS.index(district) % 2], f"/w/{district}"
        found = []
        for entry in self.stack.control(sis, "GET", "/gradebooks", world=world):
            book = self.stack.control(sis, "GET", f"/gradebooks/{entry['id']}", world=world)
            found += [(entry["id"], column["title"]) for column in book["columns"]]
        return found

    def page(self, query: str) -> str:
        """The page of all districts, for whoever opened the address in the log."""
        log = until(lambda: self.stack.log("fleet-pages"))
        [address] = re.findall(r"^open (\S+)$", log, re.MULTILINE)
        with httpx.Client(follow_redirects=True, timeout=30) as browser:
            page = browser.get(address).raise_for_status().url.copy_with(query=query.encode())
            assert httpx.get(page).status_code == 401
            return browser.get(page).text


@pytest.fixture(scope="module")
def fleet(stack: Stack) -> Iterator[Fleet]:
    """The fleet beside the stack's mocks, with two workers."""
    stack.compose(*FLEET, "build", "--quiet", "fleet-worker")
    services = ("fleet-tick", "fleet-sweep", "fleet-worker", "fleet-pages")
    stack.compose(*FLEET, "up", "-d", "--no-build", *services)
    made = Fleet(stack)
    known = "SELECT FROM passback_fleet.district"
    until(lambda: "ready tick" in stack.log("fleet-tick"))
    until(lambda: len(made.query(known)) == len(DISTRICTS))
    yield made
    for words in (("kill",), ("rm", "-f")):
        stack.compose(*FLEET, *words, *services, "fleet-postgres", "fleet-districts")


def test_ten_districts_are_done_once_though_a_worker_is_killed(fleet: Fleet):
    fault = {"id": "slow", "operation": "put*", "action": "delay", "seconds": 1}
    fleet.control("POST", "/faults", fault)
    assert DISTRICTS[0] in fleet.page("state=all")
    assert "nights: 10 due" in fleet.tick(timedelta(minutes=5))
    until(lambda: fleet.written() >= 2)
    killed = fleet.nights()[SLOW]["worker"]
    fleet.worker(killed).kill()
    fleet.control("DELETE", "/faults")

    until(lambda: {night["state"] for night in fleet.nights().values()} <= OVER, 120)

    nights = fleet.nights()
    assert sorted(nights) == DISTRICTS
    assert {(night["state"], night["exit_code"]) for night in nights.values()} == {("done", 0)}
    assert (nights[SLOW]["tries"], nights[SLOW]["lost"]) == (2, 1)
    assert nights[SLOW]["worker"] != killed
    for district in DISTRICTS:
        schema = f"passback_{district}"
        assert len(fleet.query(f'SELECT FROM "{schema}".run WHERE exit_code = 0')) == 1, district
        assert fleet.query(f'SELECT * FROM "{schema}".open_attempt') == []
        columns = fleet.columns(district)
        assert len(columns) > 3
        assert len(columns) == len(set(columns)), columns
    page = fleet.page("state=done")
    assert [district for district in DISTRICTS if district not in page] == []


@pytest.mark.parametrize("service", ["fleet-postgres", "fleet-tick", "fleet-sweep", "fleet-pages"])
def test_it_is_locked_down_and_root_nowhere(fleet: Fleet, service: str):
    host = fleet.stack.container(service).attrs["HostConfig"]
    assert (host["ReadonlyRootfs"], host["CapDrop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in host["SecurityOpt"]
    _, out = fleet.stack.shell(service, "grep -hE '^(Uid|CapEff):' /proc/1/status; touch /x")
    user, power = re.findall(r"^(?:Uid|CapEff):\s+(\w+)", out, re.MULTILINE)
    assert int(user) > 0
    assert int(power, 16) == 0
    assert "Read-only file system" in out or "Permission denied" in out


def test_its_image_holds_the_database_client_and_nothing_to_build_with(fleet: Fleet):
    names = [*INSTALLERS, "mock_sis", "tests", "psycopg", "procrastinate"]
    assert importable(fleet.stack, "fleet", names) == ["psycopg", "procrastinate"]
    config = fleet.stack.engine.images.get(f"passback-fleet:{TAG}").attrs["Config"]
    assert (config["User"], config["Entrypoint"]) == ("10001:10001", ["passback"])
