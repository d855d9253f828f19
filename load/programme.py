"""What the Locust processes have to play: read from a file that the orchestrator wrote.

Several workers share one list; a district is taken by making a file that only one of them can make.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

VARIABLE = "PASSBACK_LOAD_PROGRAMME"


@dataclass(frozen=True, slots=True)
class Part:
    """One district's night."""

    name: str
    sis: str
    config: Path
    results: Path
    offset: float
    environment: dict[str, str]

    def moment(self) -> str:
        """The district's moment, for `--at`."""
        seconds = datetime.now(UTC).timestamp() + self.offset
        return datetime.fromtimestamp(seconds, UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Programme:
    """All of it.

    Attributes:
        at_once: nights at the same time.
        background: users of each other kind.
        alone: users of a mock that no agent is to meet.
    """

    parts: tuple[Part, ...]
    folder: Path
    at_once: int
    background: int
    alone: int
    sis: str

    def claim(self) -> Part | None:
        """A district that nobody has taken yet; None when there is none left."""
        for part in self.parts:
            part.results.mkdir(parents=True, exist_ok=True)
            try:
                os.close(os.open(part.results / "taken", os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                continue
            return part
        return None


def read(path: Path) -> Programme:
    """The programme in *path*."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    parts = tuple(
        Part(
            name=d["name"],
            sis=d["sis"],
            config=Path(d["config"]),
            results=Path(d["results"]),
            offset=float(d["offset"]),
            environment=d["environment"],
        )
        for d in told["districts"]
    )
    return Programme(
        parts=parts,
        folder=Path(told["folder"]),
        at_once=told["at_once"],
        background=told["background"],
        alone=told["alone"],
        sis=told["sis"],
    )


def from_environment() -> Programme:
    """The programme that the orchestrator named."""
    return read(Path(os.environ[VARIABLE]))
