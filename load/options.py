"""The options of `passback load`, and the load test that they describe."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from load.chaos import FULL, SHORT, Durations
from load.locust.processes import LocustSetup
from load.profiles import WINDOW, Night, Volume, district_sizes
from load.vendors import DEFAULT, VENDORS

SMALLEST = 30
"""Students of the smallest district of a fleet."""
NIGHTS_A_PROCESS = 4
"""Districts whose nights one Locust process runs at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A load test.

    Attributes:
        latency: seconds that the SIS takes to answer in the night itself.
        agents: by district, a folder with another agent in it, for tests.
        trouble: how long the faults last; None: there are none.
        background: users of each other kind.
        at_once: districts whose nights run at the same time.
        patience: seconds after which the night is given up.
    """

    volumes: Sequence[Volume]
    sis: str = DEFAULT
    connections: int = 8
    latency: float = 0.05
    seed: int = 1
    agents: Sequence[str | None] = ()
    trouble: Durations | None = None
    locust: LocustSetup = field(default_factory=LocustSetup)
    background: int = 0
    at_once: int = 1
    patience: float = WINDOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of `passback load`."""

    profile: str = "small"
    students: int | None = None
    night: str = "typical"
    adoption: float = 1.0
    latency: float = 50
    connections: int | None = None
    workers: int = 0
    await_workers: int = 0
    web: bool = False
    web_host: str = "127.0.0.1"
    web_port: int = 8089
    sis: str = DEFAULT
    seed: int = 1
    out: Path = Path("passback-load")
    trouble: str = "on"
    short: bool = False
    districts: int | None = None
    background: int = 0
    slots: int = 2
    size: float = 0.1

    @property
    def on_fleet(self) -> bool:
        """Whether the night is a fleet's, and not one agent's command a district."""
        return self.profile == "vendor"

    def setup(self) -> Setup:
        """The load test that they describe."""
        sizes = district_sizes(self.profile, self.districts)
        if self.students:
            sizes = [self.students] * (self.districts or 1)
        if self.on_fleet:
            sizes = [max(SMALLEST, round(size * self.size)) for size in sizes]
        processes = max(1, self.workers + self.await_workers)
        return Setup(
            volumes=[Volume(size, Night(self.night), self.adoption) for size in sizes],
            sis=self.sis,
            connections=self.connections or VENDORS[self.sis].connections,
            latency=self.latency / 1000,
            seed=self.seed,
            trouble=None if self.trouble == "off" else SHORT if self.short else FULL,
            locust=LocustSetup(
                workers=self.workers,
                awaited=self.await_workers,
                web=(self.web_host, self.web_port) if self.web else None,
            ),
            background=self.background,
            at_once=min(len(sizes), NIGHTS_A_PROCESS * processes),
        )

    def shown(self) -> dict[str, Any]:
        """The options as the report shows them."""
        short = "on, short" if self.short else "on"
        return {
            "profile": f"{self.students:,}-student" if self.students else self.profile,
            "night": self.night,
            "adoption": f"{self.adoption:g}",
            "latency_ms": f"{self.latency:g}",
            "connections": self.connections or VENDORS[self.sis].connections,
            "workers": self.workers + self.await_workers,
            "sis": self.sis,
            "seed": self.seed,
            "trouble": "off" if self.trouble == "off" else short,
            "background": self.background,
        }
