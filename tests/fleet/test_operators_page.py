"""docs/run/fleet/: each command of it, in its order, against mocks and a PostgreSQL."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import tomli_w

from agent.config import load
from agent.fleet.settings import load_fleet
from tests.e2e.support.district import ZONE, Run
from tests.fleet.support.processes import until
from tests.fleet.support.rig import Fleet
from tests.fleet.support.school import School
from tests.meta.project_files import project_files, text_of

PAGES = [
    "docs/run/fleet/index.md",
    "docs/run/fleet/install.md",
    "docs/run/fleet/districts.md",
    "docs/run/fleet/watching.md",
    "docs/run/fleet/incident.md",
    "docs/run/fleet/upgrade.md",
    "docs/run/fleet/scale.md",
]
"""In the order in which their commands are typed."""
SAYS = "run: tests/fleet/test_operators_page.py::test_an_operator_of_a_fleet"
FENCED = re.compile(r"^ *(?:<!-- (.*?) -->\n *)?```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
BLOCKS = [block for page in PAGES for block in FENCED.findall(text_of(page))]
LINES = [line.strip() for says, _, block in BLOCKS if says == SAYS for line in block.splitlines()]
KIM = "400001"
"""The SIS id of s-3001."""


class Operator:
    """Types what the page says, line by line, and reads what comes."""

    def __init__(self, rig: Fleet, ledgers: str) -> None:
        self.rig, self.ledgers = rig, ledgers
        self.lines: Iterator[str] = iter(LINES)
        self.schools: dict[str, School] = {}

    def district(self, name: str, folder: Path, ledger: str = "") -> School:
        """A district comes; without a *ledger* of its own it is in the database."""
        school = self.rig.makes.open(name, folder, ledger or self.ledgers)
        at = {"at": datetime.now(ZONE).time().replace(hour=21)}
        school.more = tomli_w.dumps({"serve": at})
        school.save()
        self.schools[name] = school
        return school

    def read(self, beginning: str) -> list[str]:
        """The words of the next command, which begins so."""
        line = next(self.lines)
        assert line.startswith(f"passback {beginning}"), line
        return shlex.split(line.removesuffix("&"))[1:]

    def type(self, beginning: str) -> Run:
        """Give the next command."""
        words = self.read(beginning)
        places = {f"districts/{name}.toml": each.config for name, each in self.schools.items()}
        places |= {f"{name}.toml": each.config for name, each in self.schools.items()}
        places |= {"fleet.toml": self.rig.config(), "a-5001": "a-1"}
        places |= {"riverton-before.db": self.rig.folder / "riverton-before.db"}
        own = [str(places.get(word, word)) for word in words]
        own = [self.ledgers if word.startswith("postgresql://") else word for word in own]
        return next(iter(self.schools.values())).command(*own)


def ended(run: Run, code: int, *words: str) -> None:
    assert run.code == code, run.out + run.err
    assert [word for word in words if word not in run.out + run.err] == [], run.out


@pytest.fixture
def operator(rig: Fleet) -> Iterator[Operator]:
    """Somebody before an empty database."""
    made = Operator(rig, rig.url)
    yield made
    for school in made.schools.values():
        rig.makes.drop(school)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_operator_of_a_fleet(operator: Operator):
    for part in (alone, first_night, comes_and_rests, moved, parked, restored):
        part(operator)
    assert next(operator.lines, None) is None


def alone(operator: Operator) -> None:
    lakeview = operator.district("lakeview", operator.rig.folder / "districts")
    ended(operator.type("config check"), 0)
    ended(operator.type("check"), 0, "ledger")
    ended(operator.type("plan"), 0, "to send")
    assert lakeview.columns() == []


def first_night(operator: Operator) -> None:
    rig = operator.rig
    ended(operator.type("fleet tick"), 0, "districts: 1; nights: 0 due")
    ended(operator.type("fleet status"), 3, "no worker is alive", "no tick is alive")
    for command in ("tick", "sweep", "worker"):
        assert operator.read(f"fleet {command}")[2:] == ["-c", "fleet.toml"]
        process = rig.start(command)
        until(lambda process=process: "ready" in process.said, f"{command} is ready")
    watched(operator)
    ended(operator.type("fleet run"), 0, "a run is queued")
    ended(operator.type("fleet status"), 0, "1 tick", "1 worker", "1 sweep", "1 pages")
    done = "SELECT district FROM passback_fleet.night WHERE state = 'done'"
    until(lambda: rig.rows(done), "the first night is done")
    ended(operator.type("history"), 0, "exit 0")
    ended(operator.type("status"), 0, "sent")
    assert operator.schools["lakeview"].marks("a-1")[KIM] == "0.5"
    ended(operator.type("explain"), 0, "a-1")


def comes_and_rests(operator: Operator) -> None:
    operator.district("oakdale", operator.rig.folder / "districts")
    ended(operator.type("check"), 0)
    ended(operator.type("fleet tick"), 0, "districts: 2;")
    ended(operator.type("fleet status"), 0, "1  none yet")
    ended(operator.type("fleet pause"), 0, "until somebody resumes it")
    ended(operator.type("fleet resume"), 0, "oakdale")


def moved(operator: Operator) -> None:
    folder = operator.rig.folder / "elsewhere"
    folder.mkdir()
    riverton = operator.district("riverton", folder, "riverton.db")
    at = datetime.now(ZONE).isoformat()
    ended(riverton.command("sync", "-c", str(riverton.config), "--at", at), 0)
    before = riverton.columns()
    ended(operator.type("backup"), 0)
    ended(operator.type("ledger move"), 0, "compared and the same")
    riverton.folder, riverton.ledger = operator.rig.folder / "districts", ""
    riverton.more = tomli_w.dumps({"ledger": {"url": operator.ledgers}})
    riverton.save()
    ended(operator.type("status"), 0, "sent")
    ended(operator.type("plan"), 0, "nothing to send")
    assert riverton.columns() == before


def watched(operator: Operator) -> None:
    group, command, *options = operator.read("fleet pages")
    assert (group, options) == ("fleet", ["-c", "fleet.toml"])
    pages = operator.rig.start(command, "--port", "0")
    until(lambda: "\nopen http" in f"\n{pages.said}", "the pages are there")
    address = pages.said.partition("open ")[2].split()[0]
    found = httpx.get(address, follow_redirects=True).raise_for_status()
    assert "All districts" in found.text


def parked(operator: Operator) -> None:
    config = str(operator.rig.config())
    ended(operator.schools["lakeview"].command("fleet", "park", "-c", config, "lakeview", "?"), 0)
    ended(operator.type("fleet resume"), 0, "lakeview")


def restored(operator: Operator) -> None:
    ended(operator.type("ledger doubt"), 0, "reads every assignment")


def test_every_page_of_the_fleet_is_read():
    assert {
        f.as_posix() for f in project_files() if f.as_posix().startswith("docs/run/fleet/")
    } == {*PAGES}


def test_the_files_that_the_pages_show_can_be_read(tmp_path: Path):
    """Of the fleet, with its limits by host and its mail, and of a district's part of it."""
    first, whole, district, hosts, mail = (text for _, kind, text in BLOCKS if kind == "toml")
    path = tmp_path / "fleet.toml"
    path.write_text(first)
    assert load_fleet(path).districts == (str(tmp_path / "districts"),)
    path.write_text(whole)
    fleet = load_fleet(path)
    path.write_text(whole.partition("[hosts]")[0] + mail + hosts)
    assert load_fleet(path).database == fleet.database
    assert load_fleet(path).most_at("sis.example") == tomllib.loads(hosts)["hosts"]["default"]
    lakeview = tmp_path / "lakeview.toml"
    lakeview.write_text(text_of("docs/passback.toml").partition("[ledger]")[0] + district)
    ledger = load(lakeview).ledger
    assert (ledger.url, ledger.password) == (fleet.database.url, fleet.database.password)
