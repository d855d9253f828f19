"""One district on the stage: its world, its agent's configuration, and where its results go."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from contracts.configuration import SECRETS
from load.arithmetic import Volume
from load.configuration import write_configuration
from load.stock import Stocked

TOLD = ("name", "sis", "config", "results", "offset")
"""What the Locust processes need to know of a district."""


@dataclass(slots=True)
class District:
    """One district.

    Attributes:
        offset: how far its clock is from the machine's, in seconds.
        agent: a folder with another agent in it, for tests.
        due: what must be in its gradebooks tomorrow.
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
    due: Stocked = field(default_factory=Stocked)

    def now(self) -> datetime:
        """The district's moment."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.offset, UTC)

    def serve(self, otus: str, sis: str, *, kind: str, connections: int) -> None:
        """Its mocks are there now; the configuration says so."""
        self.otus, self.sis = f"{otus}/w/{self.name}", f"{sis}/w/{self.name}"
        write_configuration(
            self.config,
            district=self.name,
            otus=self.otus,
            sis=self.sis,
            kind=kind,
            connections=connections,
            brake=True,
            ledger=self.ledger,
        )

    def environment(self) -> dict[str, str]:
        """What its agent is run with, besides what every program has."""
        return SECRETS | ({"PYTHONPATH": self.agent} if self.agent else {})
