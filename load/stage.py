"""Sets a night up: worlds with exactly its work, and mocks in a process of their own.

What is on the stage goes away with it, apart from what was measured: worlds and ledgers hold
students' values, made up as they are.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from load.arithmetic import Volume
from load.district import TOLD, District
from load.mocks import worlds_folder
from load.stock import empty, stock
from load.vendors import DEFAULT
from mock_sis.districts.factory import WorldFactory
from mock_sis.world.private import private_folder
from mock_sis.world.snapshots import Snapshots
from mock_sis.world.world import World

EVENING = datetime(2026, 10, 14, 22, tzinfo=ZoneInfo("America/Chicago"))
"""When every night of a load test begins: in the middle of a grading period."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a load test is asked to play.

    Attributes:
        latency: seconds that the SIS takes to answer in the night itself.
        agents: by district, a folder with another agent in it, for tests.
    """

    volumes: Sequence[Volume]
    sis: str = DEFAULT
    connections: int = 8
    latency: float = 0.05
    seed: int = 1
    agents: Sequence[str | None] = ()


@dataclass(slots=True)
class Stage:
    """Everything that stands while a load test runs."""

    setting: Setting
    folder: Path
    districts: list[District]
    _mocks: list[subprocess.Popen[str]] = field(default_factory=list)

    def serve(self, latency: float) -> None:
        """Start the mocks, anew where they run. RuntimeError: they do not start."""
        self.close()
        command = [sys.executable, "-m", "load.mocks", str(self.folder), self.setting.sis]
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, str(latency)], stdout=subprocess.PIPE, text=True
        )
        self._mocks.append(process)
        assert process.stdout is not None
        ready = process.stdout.readline().split()
        if not ready:
            raise RuntimeError("the mocks did not start")
        for district in self.districts:
            kind, connections = self.setting.sis, self.setting.connections
            district.serve(ready[1], ready[2], kind=kind, connections=connections)

    def close(self) -> None:
        """Stop the mocks."""
        while self._mocks:
            process = self._mocks.pop()
            process.terminate()
            process.wait(timeout=30)

    def stock(self) -> None:
        """Put tonight's work into every Otus."""
        for district in self.districts:
            world = World.open(_path(self.folder, district.name))
            try:
                district.due = stock(
                    world,
                    students=district.volume.students,
                    marks=district.volume.scores,
                    tonight=EVENING.date(),
                    seed=self.setting.seed,
                )
            finally:
                world.close()

    def programme(self, path: Path, *, at_once: int, background: int, alone: int = 0) -> None:
        """Write down what the Locust processes have to play."""
        parts = [
            {**{name: str(getattr(d, name)) for name in TOLD}, "environment": d.environment()}
            for d in self.districts
        ]
        told = {
            "districts": parts,
            "folder": str(self.folder),
            "at_once": at_once,
            "background": background,
            "alone": alone,
            "sis": self.setting.sis,
        }
        path.write_text(json.dumps(told), encoding="utf-8")


@contextmanager
def staged(setting: Setting, folder: Path, results: Path) -> Iterator[Stage]:
    """Make the worlds; everything is over at the end of the block."""
    private_folder(worlds_folder(folder))
    agents = dict(enumerate(setting.agents))
    districts = []
    for number, volume in enumerate(setting.volumes):
        name = f"district-{number + 1:03}"
        district = District(
            name=name,
            volume=volume,
            config=folder / f"{name}.toml",
            ledger=folder / f"{name}.ledger",
            results=results / name,
            offset=_world(_path(folder, name), volume.students, setting.seed + number),
            agent=agents.get(number),
        )
        districts.append(district)
    stage = Stage(setting, folder, districts)
    try:
        yield stage
    finally:
        stage.close()


def _world(path: Path, students: int, seed: int) -> float:
    """Make a world without work; how far its clock is from the machine's, in seconds."""
    world = WorldFactory().make(path, size=str(students), seed=seed, start=EVENING)
    try:
        empty(world)
        Snapshots(world).delete_all()  # it is never reset, and half of what it takes on disk
        return (world.now() - datetime.now(UTC)).total_seconds()
    finally:
        world.close()


def _path(folder: Path, name: str) -> Path:
    return worlds_folder(folder) / f"{name}.db"
