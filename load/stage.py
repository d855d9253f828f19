"""Sets a night up: worlds with exactly its work, mocks in a process of their own, a configuration.

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
from load.mocks import worlds_folder
from load.stock import Stocked, empty, stock
from mock_sis.world import World

SECRET = "passback-secret"  # noqa: S105 - the mocks' published password
TOLD = ("name", "sis", "config", "results", "offset")
"""What the Locust processes need to know of a district."""
ZONE = ZoneInfo("America/Chicago")
EVENING = datetime(2026, 10, 14, 22, tzinfo=ZONE)
"""When every night of a load test begins: in the middle of a grading period."""

CONFIG = """\
district = "{name}"
timezone = "America/Chicago"
[source]
kind = "otus"
url = "{otus}/w/{name}"
client_id = "passback"
client_secret = {{ env = "PASSBACK_SECRET" }}
[sis]
kind = "{kind}"
url = "{sis}/w/{name}"
client_id = "passback"
client_secret = {{ env = "PASSBACK_SECRET" }}
max_connections = {connections}
[policy]
effective_date = 2026-08-01
[policy.categories]
Quiz = "Quiz"
Test = "Test"
Homework = "Homework"
Project = "Project"
Lab = "Lab"
[ledger]
url = "sqlite:///{ledger}"
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a load test is asked to play.

    Attributes:
        agents: by district, a folder with another agent in it, for tests.
    """

    volumes: Sequence[Volume]
    sis: str = "skyward"
    connections: int = 8
    latency: float = 0.05
    seed: int = 1
    agents: Sequence[str | None] = ()


@dataclass(slots=True)
class District:
    """One district on the stage; `offset` is how far its clock is from the machine's."""

    name: str
    volume: Volume
    otus: str
    sis: str
    config: Path
    ledger: Path
    results: Path
    offset: float
    agent: str | None = None
    due: Stocked = field(default_factory=Stocked)

    def now(self) -> datetime:
        """The district's moment."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.offset, UTC)


def environment(agent: str | None) -> dict[str, str]:
    """What the agent is run with besides what everything is; another agent comes first."""
    return {"PASSBACK_SECRET": SECRET} | ({"PYTHONPATH": agent} if agent else {})


@dataclass(slots=True)
class Stage:
    """Everything that stands while a load test runs."""

    setting: Setting
    folder: Path
    districts: list[District]
    process: subprocess.Popen[str]

    def worlds(self) -> Iterator[tuple[District, World]]:
        """Each district with its world's file opened; closed again when the next one comes."""
        for district in self.districts:
            world = World.open(worlds_folder(self.folder) / f"{district.name}.db")
            try:
                yield district, world
            finally:
                world.close()

    def stock(self) -> None:
        """Put tonight's work into every Otus."""
        for district, world in self.worlds():
            volume = district.volume
            district.due = stock(
                world,
                students=volume.students,
                marks=volume.scores,
                tonight=EVENING.date(),
                seed=self.setting.seed,
            )

    def programme(self, path: Path, *, at_once: int, background: int, alone: int = 0) -> None:
        """Write down what the Locust processes have to play."""
        told = {
            "districts": [
                {
                    **{name: str(getattr(district, name)) for name in TOLD},
                    "environment": environment(district.agent),
                }
                for district in self.districts
            ],
            "folder": str(self.folder),
            "at_once": at_once,
            "background": background,
            "alone": alone,
            "sis": self.setting.sis,
        }
        path.write_text(json.dumps(told), encoding="utf-8")


@contextmanager
def staged(setting: Setting, folder: Path, results: Path) -> Iterator[Stage]:
    """Make the worlds, start the mocks; everything is over at the end of the block."""
    worlds_folder(folder).mkdir(parents=True, exist_ok=True)
    offsets = [_world(setting, folder, n, volume) for n, volume in enumerate(setting.volumes)]
    command = [sys.executable, "-m", "load.mocks", str(folder), setting.sis, str(setting.latency)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    try:
        assert process.stdout is not None
        ready = process.stdout.readline().split()
        if not ready:
            raise RuntimeError("the mocks did not start")
        _, otus, sis = ready
        stage = Stage(setting, folder, [], process)
        for n, volume in enumerate(setting.volumes):
            stage.districts.append(_district(stage, results, n, volume, (otus, sis, offsets[n])))
        yield stage
    finally:
        process.terminate()
        process.wait(timeout=30)


def _world(setting: Setting, folder: Path, number: int, volume: Volume) -> float:
    """Make a world without work; how far its clock is from the machine's, in seconds."""
    path = worlds_folder(folder) / f"{_name(number)}.db"
    seed = setting.seed + number
    with_clock = World.create(path, size=str(volume.students), seed=seed, start=EVENING)
    try:
        empty(with_clock)
        return (with_clock.now() - datetime.now(UTC)).total_seconds()
    finally:
        with_clock.close()


def _name(number: int) -> str:
    return f"district-{number + 1:03}"


def _district(
    stage: Stage, results: Path, number: int, volume: Volume, where: tuple[str, str, float]
) -> District:
    name = _name(number)
    otus, sis, offset = where
    ledger = stage.folder / f"{name}.ledger"
    config = stage.folder / f"{name}.toml"
    setting = stage.setting
    text = CONFIG.format(
        name=name,
        otus=otus,
        sis=sis,
        kind=setting.sis,
        connections=setting.connections,
        ledger=ledger,
    )
    config.write_text(text, encoding="utf-8")
    return District(
        name=name,
        volume=volume,
        otus=f"{otus}/w/{name}",
        sis=f"{sis}/w/{name}",
        config=config,
        ledger=ledger,
        results=results / name,
        offset=offset,
        agent=dict(enumerate(setting.agents)).get(number),
    )
