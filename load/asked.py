"""What was asked for on the command line, and what follows from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load.arithmetic import Night, Volume, districts
from load.gates import Bounds
from load.locust_run import Crew
from load.play import Play
from load.stage import Setting
from load.trouble import FULL, SHORT, Scale
from load.vendors import DEFAULT, VENDORS

NIGHTS_A_PROCESS = 4
"""Districts that one Locust process plays at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of `passback load`."""

    profile: str = "small"
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

    @property
    def lanes(self) -> int:
        """Requests at a time."""
        return self.connections or VENDORS[self.sis].connections

    @property
    def scale(self) -> Scale | None:
        """How long the trouble takes; None when there is none."""
        return None if self.trouble == "off" else SHORT if self.short else FULL

    def play(self) -> Play:
        """What is to be played."""
        sizes = districts(self.profile, self.districts)
        setting = Setting(
            [Volume(size, Night(self.night), self.adoption) for size in sizes],
            sis=self.sis,
            connections=self.lanes,
            latency=self.latency / 1000,
            seed=self.seed,
        )
        return Play(
            setting,
            trouble=self.scale,
            crew=Crew(
                workers=self.workers,
                elsewhere=self.await_workers,
                web=(self.web_host, self.web_port) if self.web else None,
            ),
            background=self.background,
            at_once=min(len(sizes), NIGHTS_A_PROCESS * max(1, self.workers + self.await_workers)),
        )

    def bounds(self, measured: float) -> Bounds:
        """What the night is held to, with the answer time that the SIS itself *measured*."""
        return Bounds(
            self.sis,
            self.lanes,
            nominal=self.latency / 1000,
            measured=measured,
            added=self.scale.added if self.scale else 0.0,
            trouble=self.scale is not None,
        )

    def words(self) -> dict[str, Any]:
        """For the report."""
        return {
            "profile": self.profile,
            "night": self.night,
            "adoption": f"{self.adoption:g}",
            "latency_ms": f"{self.latency:g}",
            "connections": self.lanes,
            "workers": self.workers + self.await_workers,
            "sis": self.sis,
            "seed": self.seed,
            "trouble": "off" if not self.scale else "on, short" if self.short else "on",
            "background": self.background,
        }
