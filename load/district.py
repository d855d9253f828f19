"""One district on the stage: its world, its agent's configuration, and where its results go."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from load.arithmetic import Volume
from load.stock import Stocked

SECRET = "passback-secret"  # noqa: S105 - the mocks' published password
TOLD = ("name", "sis", "config", "results", "offset")
"""What the Locust processes need to know of a district."""

CONFIG = """\
district = "{name}"
timezone = "America/Chicago"
[source]
kind = "otus"
url = "{otus}"
client_id = "passback"
client_secret = {{ env = "PASSBACK_SECRET" }}
[sis]
kind = "{kind}"
url = "{sis}"
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
        text = CONFIG.format(
            name=self.name,
            otus=self.otus,
            sis=self.sis,
            kind=kind,
            connections=connections,
            ledger=self.ledger,
        )
        self.config.write_text(text, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """What its agent is run with, besides what every program has."""
        return {"PASSBACK_SECRET": SECRET} | ({"PYTHONPATH": self.agent} if self.agent else {})
