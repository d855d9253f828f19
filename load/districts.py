"""The districts of a load test: their worlds, their running mocks, their configurations.

All of it is deleted at the end, apart from what was measured: worlds and ledgers hold students'
values, made up as they are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from contracts.configuration import SECRETS, configuration
from load import mocks
from load.locust.plan import DistrictPlan, Plan
from load.options import Setup
from load.profiles import Volume
from load.vendors import DEFAULT
from load.workload import TYPES, Workload, add_work, remove_work
from mock_sis.districts.factory import WorldFactory
from mock_sis.world.private import private_folder
from mock_sis.world.snapshots import Snapshots
from mock_sis.world.world import World

EVENING = datetime(2026, 10, 14, 22, tzinfo=ZoneInfo("America/Chicago"))
"""When every night of a load test begins: in the middle of a grading period."""


def write_configuration(
    path: Path,
    *,
    otus: str,
    sis: str,
    kind: str = DEFAULT,
    connections: int = 8,
    district: str = "bench",
    missing: str = "zero",
    brake: bool = False,
    ledger: Path | None = None,
    more: str = "",
) -> Path:
    """Write the configuration of an agent to *path*.

    Args:
        otus: the root of the Otus mock, its world included; *sis* likewise.
        missing: what the district does about missing work past due.
        ledger: None puts it beside the configuration.
        more: whole tables in TOML, which take the place of those of their name.
    """
    text = configuration(
        otus=otus,
        sis=sis,
        kind=kind,
        ledger=str(ledger or f"{path.stem}.db"),
        categories={name: name for name, _ in TYPES},
        effective=date(2020, 1, 1),
        district=district,
        sis_more=f"max_connections = {connections}",
        policy=f'missing_after_due = "{missing}"',
        more=f"[brake]\nenabled = {str(brake).lower()}\n{more}",
    )
    path.write_text(text, encoding="utf-8")
    return path


@dataclass(slots=True)
class District:
    """One district.

    Attributes:
        offset: how far its clock is from the machine's, in seconds.
        agent: a folder with another agent in it, for tests.
        more: whole tables of its configuration, in TOML.
        workload: what must be in its gradebooks tomorrow.
    """

    name: str
    volume: Volume
    config: Path
    ledger: Path
    results: Path
    offset: float
    otus: str = ""
    sis: str = ""
    agent: str | None = None
    more: str = ""
    workload: Workload = field(default_factory=Workload)

    def now(self) -> datetime:
        """The time in the district."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.offset, UTC)

    def connect(self, running: mocks.Mocks, setup: Setup) -> None:
        """Write its configuration for these mocks."""
        self.otus, self.sis = f"{running.otus}/w/{self.name}", f"{running.sis}/w/{self.name}"
        write_configuration(
            self.config,
            district=self.name,
            otus=self.otus,
            sis=self.sis,
            kind=setup.sis,
            connections=setup.connections,
            brake=True,
            ledger=self.ledger,
            more=self.more,
        )

    def environment(self) -> dict[str, str]:
        """The environment of its agent, beside the machine's."""
        return SECRETS | ({"PYTHONPATH": self.agent} if self.agent else {})

    def plan(self) -> DistrictPlan:
        """Its night, as the Locust processes see it."""
        environment = self.environment()
        return DistrictPlan(
            self.name, self.sis, self.config, self.results, self.offset, environment
        )


@dataclass(slots=True)
class Districts:
    """The districts of one load test, in *folder*."""

    setup: Setup
    folder: Path
    every: list[District]
    _mocks: mocks.Mocks | None = None

    @property
    def mocks(self) -> int:
        """The process of the mocks, while they run."""
        assert self._mocks is not None
        return self._mocks.process.pid

    def serve(self, latency: float) -> None:
        """Start the mocks; they start again where they run already."""
        self.stop()
        self._mocks = mocks.start(self.folder, self.setup.sis, latency)
        for district in self.every:
            district.connect(self._mocks, self.setup)

    def stop(self) -> None:
        """Stop the mocks."""
        if self._mocks is not None:
            self._mocks.stop()
            self._mocks = None

    def add_work(self, tonight: date, first: int = 0) -> None:
        """Put tonight's work into every Otus; *first*: see `load.workload.add_work`."""
        for district in self.every:
            world = World.open(_path(self.folder, district.name))
            try:
                district.workload = add_work(
                    world,
                    students=district.volume.students,
                    scores=district.volume.scores,
                    tonight=tonight,
                    seed=self.setup.seed,
                    first=first,
                )
            finally:
                world.close()

    def write_plan(self, **options: Any) -> Path:
        """Write what the Locust processes have to run; *options*: see `Plan`."""
        plan = Plan(
            folder=self.folder,
            sis=self.setup.sis,
            districts=tuple(district.plan() for district in self.every),
            **options,
        )
        path = self.folder / "plan.json"
        plan.write(path)
        return path


@contextmanager
def districts(setup: Setup, folder: Path) -> Iterator[Districts]:
    """Make the worlds, without work; at the end of the block the mocks stop."""
    private_folder(mocks.worlds_folder(folder))
    agents = dict(enumerate(setup.agents))
    made = Districts(setup, folder, [])
    for number, volume in enumerate(setup.volumes):
        name = f"district-{number + 1:03}"
        district = District(
            name=name,
            volume=volume,
            config=folder / f"{name}.toml",
            ledger=folder / f"{name}.ledger",
            results=folder / "results" / name,
            offset=_make_world(_path(folder, name), volume.students, setup.seed + number),
            agent=agents.get(number),
        )
        made.every.append(district)
    try:
        yield made
    finally:
        made.stop()


def _make_world(path: Path, students: int, seed: int) -> float:
    """Make a world without work; return how far its clock is from the machine's, in seconds."""
    world = WorldFactory().make(path, size=str(students), seed=seed, start=EVENING)
    try:
        remove_work(world)
        Snapshots(world).delete_all()  # it is never reset, and they take half of its disk space
        return (world.now() - datetime.now(UTC)).total_seconds()
    finally:
        world.close()


def _path(folder: Path, name: str) -> Path:
    return mocks.worlds_folder(folder) / f"{name}.db"
