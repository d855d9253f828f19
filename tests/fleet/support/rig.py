"""A fleet of a test's own: a database, districts, and the fleet's commands as processes."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import tomli_w
from psycopg.rows import dict_row

from tests.e2e.support.district import ZONE
from tests.fleet.support.cable import Cable, cable
from tests.fleet.support.checks import assert_all_is_well, writes
from tests.fleet.support.processes import Process, Processes, processes, until
from tests.fleet.support.school import School, Schools

_names = count(1)
HEARTBEAT = 0.5
"""Seconds between two signs of life; a worker is given up after three of them."""
OVER = ("done", "failed", "parked", "missed")


@dataclass(slots=True)
class Fleet:
    """One fleet.

    Attributes:
        url: of its database, as who sits beside it reaches it.
        cable: the way of the workers to that.
        schools: its districts, by name.
        more: more of fleet.toml, by table.
    """

    folder: Path
    url: str
    cable: Cable
    processes: Processes
    makes: Schools
    schools: dict[str, School] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    # ---- districts

    def districts(self, number: int) -> Sequence[School]:
        """Make some districts, whose nights are due since a minute ago."""
        return [self.district() for _ in range(number)]

    def district(self) -> School:
        """Make a district; `[serve] at` is a minute ago."""
        name = f"d{next(_names)}"
        # Without a port, which each process has from its environment: its own way, or the cable.
        host, _, database = self.url.rpartition("/")
        address = f"{host.rpartition(':')[0]}/{database}"
        school = self.makes.open(name, self.folder / "districts", address)
        begins = (datetime.now(ZONE) - timedelta(minutes=1)).time().replace(microsecond=0)
        # A night may not begin from one to three, when clocks change.
        at = time(0, 59) if time(1) <= begins < time(3) else begins
        school.more = tomli_w.dumps({"serve": {"at": at, "catch_up_hours": 9}})
        school.save()
        self.schools[name] = school
        return school

    def config(self, *, cut: bool = False) -> Path:
        """fleet.toml; *cut*: that of a worker, whose way to PostgreSQL is the cable."""
        path = self.folder / ("worker.toml" if cut else "fleet.toml")
        head, _, database = self.url.rpartition("/")
        host = head.rpartition(":")[0]
        url = f"{host}:{self.cable.port}/{database}" if cut else self.url
        worker = {"heartbeat_seconds": HEARTBEAT, "grace_seconds": 20, "slots": 4}
        tables = {
            "districts": ["districts"],
            "database": {"url": url},
            **self.more,
            "worker": worker | self.more.get("worker", {}),
        }
        path.write_text(tomli_w.dumps(tables))
        return path

    # ---- commands

    def start(self, command: str, *words: str, cut: bool = False, **environment: str) -> Process:
        """`passback fleet COMMAND` in a process."""
        config = str(self.config(cut=cut))
        port = self.cable.port if cut else urlsplit(self.url).port
        environment = {"PGPORT": str(port), **environment}
        return self.processes.start("fleet", command, "-c", config, *words, **environment)

    def said(self, command: str, *words: str, code: int = 0) -> str:
        """What `passback fleet COMMAND` prints; it ends with that *code*."""
        process = self.start(command, *words)
        assert process.ended() == code, process.said
        return process.said

    def tick(self, *, at_once: int = 1) -> None:
        """Begin the nights that are due, with so many ticks at once."""
        self.said("tick", "--once")
        self.served()
        ticks = [self.start("tick", "--once") for _ in range(at_once)]
        assert [tick.ended() for tick in ticks] == [0] * at_once, self.processes.said()

    def at_work(self, *schools: School, scores: int = 3, cut: bool = False) -> Process:
        """A worker in the middle of the nights of these districts."""
        worker = self.start("worker", cut=cut)
        for school in schools:
            self.written(school, scores)
        return worker

    def written(self, school: School, scores: int) -> float:
        """Wait until the SIS took so many scores."""
        return until(lambda: writes(school) >= scores, f"{scores} scores of {school.name}")

    # ---- what PostgreSQL has

    def rows(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        """The rows of a query on the fleet's database."""
        with psycopg.connect(self.url, autocommit=True, row_factory=dict_row) as connection:
            cursor = connection.execute(sql, arguments)
            return cursor.fetchall() if cursor.description else []

    def nights(self) -> dict[str, dict[str, Any]]:
        """The one night of each district that has one; fails where one has two."""
        found = self.rows("SELECT * FROM passback_fleet.night")
        by_name = {row["district"]: row for row in found}
        assert len(by_name) == len(found), found
        return by_name

    def served(self) -> None:
        """As if the fleet had had its districts since yesterday, so that nights are due."""
        self.rows("UPDATE passback_fleet.district SET served_since = served_since - interval '1d'")

    def runs(self, school: School) -> list[dict[str, Any]]:
        """The runs of a district, as its ledger has them."""
        return self.ledger(school, "SELECT * FROM {}run ORDER BY at")

    def ledger(self, school: School, sql: str) -> list[dict[str, Any]]:
        """The rows of a query on a district's ledger; `{}` stands before the name of a table."""
        if not school.ledger.startswith("postgresql://"):
            with sqlite3.connect(school.folder / school.ledger) as file:
                file.row_factory = sqlite3.Row
                return [dict(row) for row in file.execute(sql.format(""))]
        return self.rows(sql.format(f"passback_{school.name}."))

    def assert_done_once(self, *schools: School) -> None:
        """Each night was done by one run, whatever others tried; no write is left open."""
        nights = self.nights()
        for school in schools or self.schools.values():
            night, runs = nights[school.name], self.runs(school)
            assert (night["state"], night["exit_code"]) == ("done", 0), night
            ended = [run["exit_code"] for run in runs]
            assert ended.count(0) == 1, f"{school.name}: {ended}"
            assert not self.ledger(school, "SELECT * FROM {}open_attempt")

    def assert_all_is_well(self, *schools: School) -> None:
        """Nothing is lost, doubled or overwritten; only what had not arrived was sent again."""
        for school in schools or self.schools.values():
            dropped = self.ledger(school, "SELECT * FROM {}outcome WHERE kind = 'dropped'")
            assert_all_is_well(school, repeated=len(dropped))

    def over(self) -> bool:
        """Whether the night of every district is over."""
        nights = self.nights()
        return all(name in nights and nights[name]["state"] in OVER for name in self.schools)

    def finished(self, seconds: float = 60) -> float:
        """Wait until every night is over; how long that took."""
        return until(self.over, f"nights over; {json.dumps(self.nights(), default=str)}", seconds)


@contextmanager
def fleet(folder: Path, url: str, schools: Schools) -> Iterator[Fleet]:
    """A fleet on an empty database, without districts or processes."""
    (folder / "districts").mkdir()
    address = url.rpartition("/")[0].rpartition("@")[2].split(":")
    with (
        cable(address[0], int(address[1])) as way,
        processes(folder / "said") as running,
    ):
        found = Fleet(folder, url, way, running, schools)
        yield found
    for school in found.schools.values():
        schools.drop(school)
