"""What the Locust processes have to run: a file that `passback load` writes and they read.

Several workers share one list of districts. A worker takes a district by making a file that only
one of them can make.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

VARIABLE = "PASSBACK_LOAD_PLAN"
"""The environment variable that names the file."""
HERE = Path(__file__).parent
NIGHT = "locustfile"
NO_PLAN = (
    "these users need worlds and a plan, which `passback load` makes: run that;"
    " to ask a running mock alone: locust -f load/locust/skyward.py (or powerschool.py)"
)


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    """One district's night; `offset` is that of its clock from the machine's, in seconds."""

    name: str
    sis: str
    config: Path
    results: Path
    offset: float
    environment: dict[str, str]

    def now(self) -> str:
        """The time in the district, for `--at`."""
        seconds = datetime.now(UTC).timestamp() + self.offset
        return datetime.fromtimestamp(seconds, UTC).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A load test, as the Locust processes see it.

    Attributes:
        folder: where the agents run.
        users: the module of this folder that has the users.
        at_once: nights at the same time.
        background: users of each other kind.
    """

    folder: Path
    sis: str
    districts: tuple[DistrictPlan, ...] = ()
    users: str = NIGHT
    at_once: int = 1
    background: int = 0

    @property
    def locustfile(self) -> Path:
        """The file with the users."""
        return HERE / f"{self.users}.py"

    def claim(self) -> DistrictPlan | None:
        """Take a district that no worker has taken yet; None: there is none left."""
        for district in self.districts:
            district.results.mkdir(parents=True, exist_ok=True)
            try:
                os.close(os.open(district.results / "taken", os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                continue
            return district
        return None

    def write(self, path: Path) -> None:
        """Write it to *path*; it holds the secrets of mocks only."""
        path.write_bytes(msgspec.json.encode(self, enc_hook=str))


def read(path: Path) -> Plan:
    """Read the plan in *path*."""
    return msgspec.json.decode(path.read_bytes(), type=Plan, dec_hook=lambda kind, text: kind(text))


def from_environment() -> Plan:
    """Read the plan that `VARIABLE` names. SystemExit: there is none."""
    path = os.environ.get(VARIABLE)
    if path is None:
        raise SystemExit(NO_PLAN)
    return read(Path(path))
